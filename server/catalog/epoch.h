// Lets readers use shared objects without a lock while writers replace them: what is
// taken out is freed only when no reader can still see it (epoch-based reclamation,
// Fraser 2004).
//
//   Epoch epoch;
//   {
//     Epoch::Pin pin = epoch.Enter();                  // reader: one atomic exchange
//     const Table* table = shared.load();              // valid while `pin` lives
//   }
//   std::unique_ptr<const Table> old(shared.exchange(fresh));
//   epoch.Retire(std::move(old));                      // writer: freed in due time
//
// Readers must load with std::memory_order_seq_cst, after Enter(), and writers must have
// taken the object out with seq_cst before Retire().
//
// Thread-safety: all methods, from any thread. A reader never waits for a writer; it
// would spin only if more than kSlots readers were pinned at once, and pins last
// microseconds.

#ifndef CALIBRD_SERVER_CATALOG_EPOCH_H_
#define CALIBRD_SERVER_CATALOG_EPOCH_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "server/mutex.h"

namespace calibrd::catalog {

class Epoch {
 public:
  static constexpr size_t kSlots = 256;

  // Keeps everything alive that could be reached when it was made.
  class Pin {
   public:
    Pin(Pin&& other) noexcept : slot_(std::exchange(other.slot_, nullptr)) {}
    Pin& operator=(Pin&&) = delete;
    ~Pin() {
      if (slot_ != nullptr) slot_->store(kFree, std::memory_order_release);
    }

   private:
    friend class Epoch;
    explicit Pin(std::atomic<uint64_t>* slot) : slot_(slot) {}
    std::atomic<uint64_t>* slot_;
  };

  Pin Enter();

  // Frees `object` once every reader that could see it has left.
  template <typename T>
  void Retire(std::unique_ptr<const T> object) {
    RetireShared(std::shared_ptr<const void>(std::move(object)));
  }

  // How many retired objects wait to be freed. For tests.
  size_t waiting() const;

 private:
  static constexpr uint64_t kFree = 0;

  struct alignas(64) Slot {
    std::atomic<uint64_t> entered{kFree};
  };
  struct Retired {
    uint64_t epoch;
    std::shared_ptr<const void> object;
  };

  void RetireShared(std::shared_ptr<const void> object);
  uint64_t OldestReader() const;

  std::atomic<uint64_t> now_{1};
  std::array<Slot, kSlots> slots_;
  mutable Mutex mutex_;
  std::vector<Retired> retired_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_EPOCH_H_
