#include "server/catalog/epoch.h"

#include <algorithm>
#include <limits>

namespace calibrd::catalog {
namespace {

// Where this thread looks for a free slot first, so that threads seldom meet.
size_t FavoriteSlot() {
  static std::atomic<size_t> threads{0};
  thread_local const size_t slot = threads.fetch_add(1, std::memory_order_relaxed);
  return slot;
}

}  // namespace

Epoch::Pin Epoch::Enter() {
  for (size_t i = FavoriteSlot();; ++i) {
    std::atomic<uint64_t>& slot = slots_[i % kSlots].entered;
    uint64_t expected = kFree;
    // The epoch is read before the slot is taken. A writer that misses this reader in its
    // look at the slots has taken its object out before, so the reader cannot find it.
    if (slot.compare_exchange_strong(expected, now_.load())) return Pin(&slot);
  }
}

void Epoch::RetireShared(std::shared_ptr<const void> object) {
  std::vector<Retired> freed;  // destroyed after the lock is released
  MutexLock lock(mutex_);
  retired_.push_back({now_.fetch_add(1), std::move(object)});
  const uint64_t oldest = OldestReader();
  const auto still_seen =
      std::partition(retired_.begin(), retired_.end(),
                     [&](const Retired& r) { return r.epoch >= oldest; });
  freed.assign(std::make_move_iterator(still_seen),
               std::make_move_iterator(retired_.end()));
  retired_.erase(still_seen, retired_.end());
}

uint64_t Epoch::OldestReader() const {
  uint64_t oldest = std::numeric_limits<uint64_t>::max();
  for (const Slot& slot : slots_) {
    const uint64_t entered = slot.entered.load();
    if (entered != kFree) oldest = std::min(oldest, entered);
  }
  return oldest;
}

size_t Epoch::waiting() const {
  MutexLock lock(mutex_);
  return retired_.size();
}

}  // namespace calibrd::catalog
