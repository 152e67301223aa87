#include "server/service/health.h"

#include <utility>

#include "absl/status/status.h"
#include "calibration/error.h"
#include "server/service/grpc_status.h"

namespace calibrd::service {
namespace {

absl::Status Draining() {
  return Error(
      absl::StatusCode::kUnavailable, reason::kDraining,
      "the server is draining; connect to another replica, or wait for its restart");
}

}  // namespace

// One watch. Writes one message at a time; states that pass while one is written are
// skipped. Deletes itself when gRPC is done with it. Its state is guarded by the mutex of
// its service.
class HealthService::Watcher final : public grpc::ServerWriteReactor<Response> {
 public:
  Watcher(HealthService& health, bool known) : health_(health), known_(known) {}

  void Update() ABSL_EXCLUSIVE_LOCKS_REQUIRED(health_.mutex_) {
    const Response::ServingStatus status =
        known_ ? health_.Status() : Response::SERVICE_UNKNOWN;
    if (finished_ || writing_ || (any_written_ && status == message_.status())) return;
    message_.set_status(status);
    any_written_ = writing_ = true;
    StartWrite(&message_);
  }

  void End(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(health_.mutex_) {
    if (std::exchange(finished_, true)) return;
    Finish(ToGrpcStatus(status));
  }

  void OnWriteDone(bool ok) override {
    MutexLock lock(health_.mutex_);
    writing_ = false;
    if (!ok) return End(absl::CancelledError("the watcher has gone"));
    Update();
  }
  void OnCancel() override {
    MutexLock lock(health_.mutex_);
    End(absl::CancelledError("the watcher has gone"));
  }
  void OnDone() override {
    {
      MutexLock lock(health_.mutex_);
      health_.watchers_.erase(this);
    }
    delete this;
  }

 private:
  HealthService& health_;
  const bool known_;
  Response message_;
  bool any_written_ = false;
  bool writing_ = false;
  bool finished_ = false;
};

HealthService::HealthService(absl::flat_hash_set<std::string> services)
    : services_(std::move(services)) {}

void HealthService::SetServing(bool serving) {
  MutexLock lock(mutex_);
  serving_ = serving;
  for (Watcher* watcher : watchers_) watcher->Update();
}

void HealthService::EndWatches() {
  MutexLock lock(mutex_);
  ended_ = true;
  for (Watcher* watcher : watchers_) {
    watcher->End(Draining());
  }
}

grpc::ServerUnaryReactor* HealthService::Check(grpc::CallbackServerContext* context,
                                               const Request* request,
                                               Response* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (!IsKnown(request->service())) {
    reactor->Finish(ToGrpcStatus(absl::NotFoundError("the server has no such service")));
    return reactor;
  }
  {
    MutexLock lock(mutex_);
    response->set_status(Status());
  }
  reactor->Finish(ToGrpcStatus(absl::OkStatus()));
  return reactor;
}

grpc::ServerWriteReactor<HealthService::Response>* HealthService::Watch(
    grpc::CallbackServerContext*, const Request* request) {
  auto* watcher = new Watcher(*this, IsKnown(request->service()));
  MutexLock lock(mutex_);
  watchers_.insert(watcher);
  if (ended_) {
    watcher->End(Draining());
  } else {
    watcher->Update();
  }
  return watcher;
}

}  // namespace calibrd::service
