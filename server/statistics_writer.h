// Writes what profiles have seen to the store now and then, and counts the profiles that
// need a look.
//
//   StatisticsWriter writer(registry, {.interval = absl::Seconds(10)}, metrics, log);
//   writer.Start(store);
//   …
//   writer.Stop();                      // writes once more
//
// A crash loses what came after the last write. What could not be written is written the
// next time.
//
// Thread-safety: the methods are called by one thread; the writing is done by another.

#ifndef CALIBRD_SERVER_STATISTICS_WRITER_H_
#define CALIBRD_SERVER_STATISTICS_WRITER_H_

#include <condition_variable>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "server/catalog/live_registry.h"
#include "server/mutex.h"
#include "server/store/profile_store.h"
#include "server/telemetry/log.h"
#include "server/telemetry/metrics.h"

namespace calibrd {

class StatisticsWriter {
 public:
  struct Options {
    absl::Duration interval;     // between two writes
    double drift_threshold = 0;  // a larger population stability index is counted
  };

  StatisticsWriter(catalog::LiveRegistry& registry, Options options,
                   telemetry::Metrics& metrics, const telemetry::Logger& log)
      : registry_(registry), options_(options), metrics_(metrics), log_(log) {}
  ~StatisticsWriter() { Stop(); }

  void Start(store::ProfileStore& store);
  void Stop();

 private:
  // One walk over the registry: counts, and writes what has changed.
  void WriteOnce();
  void Write(const std::vector<catalog::LiveStatistics*>& changed,
             const std::vector<store::LiveRecord>& records);
  // False when it is time to stop.
  bool WaitForInterval();

  catalog::LiveRegistry& registry_;
  const Options options_;
  telemetry::Metrics& metrics_;
  const telemetry::Logger& log_;
  store::ProfileStore* store_ = nullptr;
  Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::condition_variable_any news_;
  std::thread thread_;
};

}  // namespace calibrd

#endif  // CALIBRD_SERVER_STATISTICS_WRITER_H_
