// The standard health service, grpc.health.v1.Health: SERVING while calls are answered,
// NOT_SERVING while the profiles are loaded and while the server drains.
//
//   HealthService health({"calibration.v1.CalibrationService"});
//   builder.RegisterService(&health);     // NOT_SERVING from the first call on
//   health.SetServing(true);              // watchers are told
//   health.EndWatches();                  // so that a drain does not wait for them
//
// gRPC's own health service starts as SERVING, keeps its watches open in a drain, and is
// not known to reflection; hence this one.
//
// Thread-safety: all methods, from any thread.

#ifndef CALIBRD_SERVER_SERVICE_HEALTH_H_
#define CALIBRD_SERVER_SERVICE_HEALTH_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "server/mutex.h"

namespace calibrd::service {

class HealthService final : public grpc::health::v1::Health::CallbackService {
 public:
  // `services` have the state of the server as a whole, which the empty name asks for.
  explicit HealthService(absl::flat_hash_set<std::string> services);

  void SetServing(bool serving);

  // Ends every watch, and new ones as soon as they come, with UNAVAILABLE.
  void EndWatches();

  using Request = grpc::health::v1::HealthCheckRequest;
  using Response = grpc::health::v1::HealthCheckResponse;

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const Request* request, Response* response) override;
  grpc::ServerWriteReactor<Response>* Watch(grpc::CallbackServerContext* context,
                                            const Request* request) override;

 private:
  class Watcher;

  bool IsKnown(const std::string& service) const {
    return service.empty() || services_.contains(service);
  }
  Response::ServingStatus Status() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return serving_ ? Response::SERVING : Response::NOT_SERVING;
  }

  // Tells the watcher what it does not know yet.
  void Update(Watcher& watcher) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(Watcher& watcher, const absl::Status& status)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::flat_hash_set<std::string> services_;
  Mutex mutex_;
  bool serving_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<Watcher*> watchers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_HEALTH_H_
