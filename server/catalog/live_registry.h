// Every LiveStatistics there is: owns them, and walks over them.
//
//   LiveStatistics* live = registry.Of(profile);          // made when it is first needed
//   registry.ForEach([](LiveStatistics& live) { … });
//
// A profile that was replaced or deleted retires its statistics, and FreeRetired has to
// be called now and then.
//
// Thread-safety: all methods, from any thread. Of() never waits for a walk. What Of()
// gives is valid as long as the profile that it was asked for; what ForEach gives, until
// the next FreeRetired.

#ifndef CALIBRD_SERVER_CATALOG_LIVE_REGISTRY_H_
#define CALIBRD_SERVER_CATALOG_LIVE_REGISTRY_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "server/catalog/live_statistics.h"
#include "server/catalog/served_profile.h"
#include "server/mutex.h"

namespace calibrd::catalog {

class LiveRegistry {
 public:
  // The statistics of `profile`, new ones where it has none; nullptr above
  // kMaxLiveLabels.
  LiveStatistics* Of(const ServedProfile& profile);

  // Calls `visit` for all that are not retired, one walk at a time.
  void ForEach(const std::function<void(LiveStatistics&)>& visit);

  void FreeRetired();

 private:
  Mutex mutex_;  // one walk at a time
  std::vector<std::unique_ptr<LiveStatistics>> all_ ABSL_GUARDED_BY(mutex_);
  Mutex fresh_mutex_;  // held for moments only
  std::vector<std::unique_ptr<LiveStatistics>> fresh_ ABSL_GUARDED_BY(fresh_mutex_);
};

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_LIVE_REGISTRY_H_
