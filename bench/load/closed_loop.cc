#include "bench/load/closed_loop.h"

#include <atomic>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"

namespace calibrd {
namespace {

using grpc::ByteBuffer;

enum class Phase { kWarmUp, kMeasured, kOver };

// The next request of a loop; nullptr ends it.
using Source = std::function<const ByteBuffer*()>;

// Keeps every client of `stubs` busy, on the thread that calls it, until `next` ends.
class Driver {
 public:
  Driver(const std::vector<std::unique_ptr<grpc::GenericStub>>& stubs, int in_flight,
         const std::string& method, Source next)
      : method_(method), next_(std::move(next)) {
    for (int i = 0; i < in_flight; ++i) {
      for (const auto& stub : stubs) {
        calls_.push_back(std::make_unique<Call>());
        calls_.back()->stub = stub.get();
      }
    }
  }

  // Only what ends while `phase` is kMeasured is counted, and every failure.
  void Drive(const std::atomic<Phase>& phase, LoadReport& report) {
    int running = 0;
    for (const auto& call : calls_) running += Send(*call);
    void* tag = nullptr;
    for (bool ok = false; running > 0 && queue_.Next(&tag, &ok);) {
      Call& call = *static_cast<Call*>(tag);
      if (!call.status.ok()) {
        if (report.failures++ == 0) report.first_failure = call.status.error_message();
      } else if (phase.load(std::memory_order_relaxed) == Phase::kMeasured) {
        report.latency.Add(absl::Now() - call.sent);
      }
      running -= !Send(call);
    }
  }

 private:
  struct Call {
    grpc::GenericStub* stub;
    std::optional<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientAsyncResponseReader<ByteBuffer>> reader;
    ByteBuffer response;
    grpc::Status status;
    absl::Time sent;
  };

  bool Send(Call& call) {
    const ByteBuffer* request = next_();
    if (request == nullptr) return false;
    call.reader.reset();
    call.context.emplace();
    call.response.Clear();
    call.sent = absl::Now();
    call.reader = call.stub->PrepareUnaryCall(&*call.context, method_, *request, &queue_);
    call.reader->StartCall();
    call.reader->Finish(&call.response, &call.status, &call);
    return true;
  }

  const std::string& method_;
  const Source next_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<Call>> calls_;
};

std::unique_ptr<grpc::GenericStub> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // a connection of its own
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetMaxSendMessageSize(-1);
  return std::make_unique<grpc::GenericStub>(
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

}  // namespace

std::string Method(const std::string& name) {
  return absl::StrCat("/calibration.v1.CalibrationService/", name);
}

ClosedLoop::ClosedLoop(const std::string& address, std::string method, Shape shape)
    : method_(std::move(method)), in_flight_(shape.in_flight) {
  for (int i = 0; i < shape.channels; ++i) stubs_.push_back(Connect(address));
}

LoadReport ClosedLoop::Run(const std::vector<ByteBuffer>& requests, Span span,
                           const std::function<absl::Duration()>& cpu_time) {
  std::atomic<Phase> phase{Phase::kWarmUp};
  std::minstd_rand random(static_cast<uint32_t>(span.seed));
  std::uniform_int_distribution<size_t> draw(0, requests.size() - 1);
  Driver driver(stubs_, in_flight_, method_, [&]() -> const ByteBuffer* {
    if (phase.load(std::memory_order_relaxed) == Phase::kOver) return nullptr;
    return &requests[draw(random)];
  });
  LoadReport report;
  std::thread thread([&] { driver.Drive(phase, report); });
  absl::SleepFor(span.warm_up);
  const absl::Duration cpu = cpu_time();
  const absl::Time start = absl::Now();
  phase = Phase::kMeasured;
  absl::SleepFor(span.time);
  phase = Phase::kOver;
  const absl::Duration time = absl::Now() - start;
  const absl::Duration server_cpu = cpu_time() - cpu;
  thread.join();
  report.time = time;
  report.server_cpu = server_cpu;
  return report;
}

absl::Status ClosedLoop::CallEach(const std::vector<ByteBuffer>& requests) {
  const std::atomic<Phase> phase{Phase::kWarmUp};
  size_t next = 0;
  Driver driver(stubs_, in_flight_, method_, [&]() -> const ByteBuffer* {
    return next < requests.size() ? &requests[next++] : nullptr;
  });
  LoadReport report;
  driver.Drive(phase, report);
  if (report.failures == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(report.failures, " of ", requests.size(),
                                          " calls of ", method_,
                                          " failed, the first: ", report.first_failure));
}

}  // namespace calibrd
