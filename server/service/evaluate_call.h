// One EvaluateProfile call: gathers the messages of the caller, then has a worker answer.
//
//   return new EvaluateCall(out, parts, [this](const EvaluateCall& call, Bytes& out)
//   {…});
//
// Messages are kept as bytes until all are there, against a budget that all evaluations
// share: rows that come by the million cannot fill the memory. A caller that goes away
// in the middle leaves nothing behind.
//
// Thread-safety: gRPC's callbacks, one after the other, and one worker. Deletes itself
// when gRPC is done with it.

#ifndef CALIBRD_SERVER_SERVICE_EVALUATE_CALL_H_
#define CALIBRD_SERVER_SERVICE_EVALUATE_CALL_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/server_callback.h"
#include "server/service/limits.h"
#include "server/service/worker_pool.h"
#include "server/telemetry/metrics.h"

namespace calibrd::service {

// Bytes that several calls may keep in memory together.
class ByteBudget {
 public:
  explicit ByteBudget(int64_t bytes) : bytes_(bytes), left_(bytes) {}

  // False, and nothing is taken, where less is left.
  bool Take(int64_t bytes) {
    if (left_.fetch_sub(bytes) >= bytes) return true;
    left_.fetch_add(bytes);
    return false;
  }
  void GiveBack(int64_t bytes) { left_.fetch_add(bytes); }

  int64_t bytes() const { return bytes_; }

 private:
  const int64_t bytes_;
  std::atomic<int64_t> left_;
};

class EvaluateCall final : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  struct Parts {
    telemetry::Metrics& metrics;
    WorkerPool& workers;
    ByteBudget& budget;
    const Limits& limits;
  };
  // Makes the answer from the messages, on a worker; looks at cancelled() now and then.
  using Answer = std::function<absl::Status(EvaluateCall& call)>;

  // `out` is gRPC's; it is to be filled by `answer`. A `ready` that is not OK is the
  // answer.
  EvaluateCall(grpc::ByteBuffer* out, Parts parts, const absl::Status& ready,
               Answer answer);

  // Every message as its parts on the wire, in their order. Each may be taken once.
  std::vector<grpc::ByteBuffer>& messages() { return messages_; }
  grpc::ByteBuffer& out() { return *out_; }
  bool cancelled() const { return cancelled_.load(); }

  void OnReadDone(bool ok) override;
  void OnCancel() override { cancelled_ = true; }
  void OnDone() override { delete this; }

 private:
  ~EvaluateCall() override { parts_.budget.GiveBack(taken_); }

  absl::Status Keep();
  void HandToWorker();
  void End(const absl::Status& status);

  grpc::ByteBuffer* const out_;
  const Parts parts_;
  const Answer answer_;
  telemetry::CallTimer timer_;
  grpc::ByteBuffer message_;  // the one that is read now
  std::vector<grpc::ByteBuffer> messages_;
  int64_t taken_ = 0;
  std::atomic<bool> cancelled_{false};
};

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_EVALUATE_CALL_H_
