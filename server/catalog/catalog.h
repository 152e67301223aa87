// What is served: a hash map from profile name to immutable profile, in memory.
//
//   Catalog catalog;
//   catalog.Put(std::move(served));                        // writers
//   Catalog::View view = catalog.Read();                   // readers: pins what is there
//   if (const ServedProfile* profile = view.Find("models/m/prompts/p")) …  // while
//   `view` lives
//
// A reader never waits for a writer: it takes no lock, and finds either the profile
// before a change or the one after it. A profile is replaced by one pointer store; what
// was there is freed when no view can hold it (epoch.h).
//
// Thread-safety: all methods, from any thread; a View belongs to one thread and should
// live for one call. Order: changes of one name must come in their order, which the
// store's listener guarantees. Memory: about 25 bytes a profile beside the profile
// itself.

#ifndef CALIBRD_SERVER_CATALOG_CATALOG_H_
#define CALIBRD_SERVER_CATALOG_CATALOG_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "server/catalog/epoch.h"
#include "server/catalog/served_profile.h"
#include "server/mutex.h"

namespace calibrd::catalog {

class Catalog {
 public:
  class View {
   public:
    // nullptr where there is no such profile. Valid while this view lives.
    const ServedProfile* Find(absl::string_view name) const;

   private:
    friend class Catalog;
    View(const Catalog& catalog, Epoch::Pin pin)
        : catalog_(catalog), pin_(std::move(pin)) {}
    const Catalog& catalog_;
    Epoch::Pin pin_;
  };

  Catalog();
  ~Catalog();
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  View Read() const { return View(*this, epoch_.Enter()); }

  // Serves `profile` under its name, in place of what was there. Where that is of the
  // same revision it stays, with the new number of kept revisions.
  void Put(std::unique_ptr<const ServedProfile> profile);
  // Serves nothing under `name` any more.
  void Remove(absl::string_view name);

  // How many profiles are served, and how many revisions the store keeps of them.
  int64_t profile_count() const { return profiles_.load(std::memory_order_relaxed); }
  int64_t revision_count() const { return revisions_.load(std::memory_order_relaxed); }

 private:
  struct Table;
  // A part of the names, chosen by their hash. Writers of one shard take turns.
  struct Shard {
    Mutex mutex;
    std::atomic<Table*> table{nullptr};
    size_t used ABSL_GUARDED_BY(mutex) =
        0;  // slots that are not free, removed ones included
  };
  static constexpr size_t kShards = 64;

  Shard& ShardOf(uint64_t hash) { return shards_[hash % kShards]; }
  const Shard& ShardOf(uint64_t hash) const { return shards_[hash % kShards]; }
  // Makes room for one more profile.
  void Grow(Shard& shard) ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);

  mutable Epoch epoch_;
  std::array<Shard, kShards> shards_;
  std::atomic<int64_t> profiles_{0};
  std::atomic<int64_t> revisions_{0};
};

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_CATALOG_H_
