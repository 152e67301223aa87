#include "server/catalog/live_registry.h"

#include <iterator>
#include <utility>

namespace calibrd::catalog {

LiveStatistics* LiveRegistry::Of(const ServedProfile& profile) {
  LiveStatistics* live = profile.live.load(std::memory_order_acquire);
  if (live != nullptr || profile.kernel.label_count() > kMaxLiveLabels) return live;
  static const LiveStart kNothing;
  auto made = std::make_unique<LiveStatistics>(
      profile.name, profile.revision, profile.kernel.label_count(),
      profile.live_start ? *profile.live_start : kNothing, profile.signal);
  if (!profile.live.compare_exchange_strong(live, made.get(),
                                            std::memory_order_acq_rel)) {
    return live;  // another thread was faster
  }
  live = made.get();
  MutexLock lock(fresh_mutex_);
  fresh_.push_back(std::move(made));
  return live;
}

void LiveRegistry::ForEach(const std::function<void(LiveStatistics&)>& visit) {
  MutexLock lock(mutex_);
  {
    MutexLock fresh_lock(fresh_mutex_);
    std::move(fresh_.begin(), fresh_.end(), std::back_inserter(all_));
    fresh_.clear();
  }
  for (const auto& live : all_) {
    if (!live->retired()) visit(*live);
  }
}

void LiveRegistry::FreeRetired() {
  MutexLock lock(mutex_);
  std::erase_if(all_, [](const auto& live) { return live->retired(); });
}

}  // namespace calibrd::catalog
