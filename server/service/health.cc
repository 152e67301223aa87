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

// One watch. Its state is guarded by the mutex of its service. Deletes itself when gRPC
// is done with it.
class HealthService::Watcher final : public grpc::ServerWriteReactor<Response> {
 public:
  Watcher(HealthService& health, bool known) : health_(health), known_(known) {}

  void OnWriteDone(bool ok) override {
    MutexLock lock(health_.mutex_);
    writing_ = false;
    if (!ok) return health_.End(*this, absl::CancelledError("the watcher has gone"));
    health_.Update(*this);
  }
  void OnCancel() override {
    MutexLock lock(health_.mutex_);
    health_.End(*this, absl::CancelledError("the watcher has gone"));
  }
  void OnDone() override {
    {
      MutexLock lock(health_.mutex_);
      health_.watchers_.erase(this);
    }
    delete this;
  }

 private:
  friend class HealthService;

  HealthService& health_;
  const bool known_;
  Response message_;
  bool any_written_ = false;
  bool writing_ = false;
  bool finished_ = false;
};

// One message is written at a time; states that pass meanwhile are skipped.
void HealthService::Update(Watcher& watcher) {
  const Response::ServingStatus status =
      watcher.known_ ? Status() : Response::SERVICE_UNKNOWN;
  const bool is_told = watcher.any_written_ && status == watcher.message_.status();
  if (watcher.finished_ || watcher.writing_ || is_told) return;
  watcher.message_.set_status(status);
  watcher.any_written_ = watcher.writing_ = true;
  watcher.StartWrite(&watcher.message_);
}

void HealthService::End(Watcher& watcher, const absl::Status& status) {
  if (std::exchange(watcher.finished_, true)) return;
  watcher.Finish(ToGrpcStatus(status));
}

HealthService::HealthService(absl::flat_hash_set<std::string> services)
    : services_(std::move(services)) {}

void HealthService::SetServing(bool serving) {
  MutexLock lock(mutex_);
  serving_ = serving;
  for (Watcher* watcher : watchers_) Update(*watcher);
}

void HealthService::EndWatches() {
  MutexLock lock(mutex_);
  ended_ = true;
  for (Watcher* watcher : watchers_) End(*watcher, Draining());
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
    End(*watcher, Draining());
  } else {
    Update(*watcher);
  }
  return watcher;
}

}  // namespace calibrd::service
