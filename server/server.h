// calibrd put together: the store, the catalog, the service, its metrics and its ports.
//
//   absl::StatusOr<std::unique_ptr<Server>> server = Server::Listen(options, log);
//   absl::Status loaded = (*server)->Load();     // NOT_SERVING until it returns OK
//   …                                            // until SIGTERM
//   (*server)->Drain();
//
// The order of a start: ports first, so that health checks get an answer; then the store;
// then SERVING. The order of an end: NOT_SERVING, the drain delay, no new connections,
// calls in flight finish or are cancelled at the drain timeout, the workers finish, the
// store closes.
//
// Thread-safety: the methods are called by one thread, in the order above.

#ifndef CALIBRD_SERVER_SERVER_H_
#define CALIBRD_SERVER_SERVER_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/server.h"
#include "prometheus/exposer.h"
#include "server/catalog/catalog.h"
#include "server/catalog/live_registry.h"
#include "server/flags.h"
#include "server/mutex.h"
#include "server/service/calibration_service.h"
#include "server/service/health.h"
#include "server/service/worker_pool.h"
#include "server/statistics_writer.h"
#include "server/store/profile_store.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"

namespace calibrd {

class Server {
 public:
  // Takes the ports and writes the port file. `log` must outlive the server. Errors say
  // which address could not be had.
  static absl::StatusOr<std::unique_ptr<Server>> Listen(ServerOptions options,
                                                        const telemetry::Logger& log);

  // Opens the store, loads the catalog, and starts to answer. Errors say what to do about
  // the store.
  absl::Status Load();

  // Stops as the header says. Blocks for drain_delay and at most drain_timeout.
  void Drain();

 private:
  // Keeps the catalog at what the store holds.
  class CatalogUpdater : public store::ProfileListener {
   public:
    CatalogUpdater(catalog::Catalog& catalog, catalog::LiveRegistry& live,
                   const telemetry::Logger& log)
        : catalog_(catalog), live_(live), log_(log) {}
    void OnActivated(const store::Profile& profile, int revisions) override;
    void OnDeleted(absl::string_view name) override;
    void OnLive(const store::LiveRecord& live) override;
    // The first profile that could not be served.
    absl::Status status() {
      MutexLock lock(mutex_);
      return status_;
    }

   private:
    catalog::Catalog& catalog_;
    catalog::LiveRegistry& live_;
    const telemetry::Logger& log_;
    catalog::LabelTable labels_;
    Mutex mutex_;
    absl::Status status_ ABSL_GUARDED_BY(mutex_);
  };

  Server(ServerOptions options, const telemetry::Logger& log);
  absl::Status StartMetrics();
  absl::Status StartGrpc();
  absl::Status WritePortFile() const;
  void SetServing(bool serving);

  const ServerOptions options_;
  const telemetry::Logger& log_;
  std::atomic<bool> serving_{false};
  catalog::LiveRegistry live_;
  catalog::Catalog catalog_;
  CatalogUpdater updater_;
  std::shared_ptr<telemetry::Metrics> metrics_;
  std::unique_ptr<store::ProfileStore> store_;
  StatisticsWriter statistics_writer_;
  service::WorkerPool workers_;
  service::CalibrationService service_;
  service::HealthService health_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  std::unique_ptr<grpc::Server> grpc_;
  std::vector<std::string> ports_;  // NAME=PORT
};

}  // namespace calibrd

#endif  // CALIBRD_SERVER_SERVER_H_
