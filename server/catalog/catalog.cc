#include "server/catalog/catalog.h"

#include "absl/hash/hash.h"

namespace calibrd::catalog {
namespace {

// Stands where a profile was removed, so that searches go on behind it. Only its address
// means something; it is never looked into.
const ServedProfile* Removed() {
  alignas(ServedProfile) static const char marker = 0;
  return reinterpret_cast<const ServedProfile*>(&marker);
}

uint64_t HashOf(absl::string_view name) {
  return absl::Hash<absl::string_view>{}(name);
}

}  // namespace

// Open addressing with linear probing. A slot is taken once: its hash is written before
// its profile, and then only the profile changes, to another or to Removed().
struct Catalog::Table {
  struct Slot {
    std::atomic<uint64_t> hash{0};
    std::atomic<const ServedProfile*> profile{nullptr};
  };

  explicit Table(size_t capacity) : mask(capacity - 1), slots(new Slot[capacity]) {}

  size_t capacity() const { return mask + 1; }

  // The slot of `name` with what was found in it, or the free slot where it would be with
  // nullptr. There is always a free one. A slot must not be read a second time by
  // readers, as its profile may be removed at any moment.
  struct Place {
    Slot* slot;
    const ServedProfile* profile;
  };
  Place Find(absl::string_view name, uint64_t hash) const {
    for (size_t i = hash / kShards;; ++i) {
      Slot& slot = slots[i & mask];
      const ServedProfile* profile = slot.profile.load();
      if (profile == nullptr) return {&slot, nullptr};
      if (slot.hash.load(std::memory_order_relaxed) == hash && profile != Removed() &&
          profile->name == name) {
        return {&slot, profile};
      }
    }
  }

  const size_t mask;  // the capacity, a power of two, less one
  const std::unique_ptr<Slot[]> slots;
};

Catalog::Catalog() {
  for (Shard& shard : shards_) shard.table = new Table(8);
}

Catalog::~Catalog() {
  for (Shard& shard : shards_) {
    const std::unique_ptr<Table> table(shard.table.load());
    for (size_t i = 0; i < table->capacity(); ++i) {
      const ServedProfile* profile = table->slots[i].profile.load();
      if (profile != Removed()) delete profile;
    }
  }
}

const ServedProfile* Catalog::View::Find(absl::string_view name) const {
  const uint64_t hash = HashOf(name);
  return catalog_.ShardOf(hash).table.load()->Find(name, hash).profile;
}

void Catalog::Put(std::unique_ptr<const ServedProfile> profile) {
  const uint64_t hash = HashOf(profile->name);
  Shard& shard = ShardOf(hash);
  MutexLock lock(shard.mutex);
  Table::Place place = shard.table.load()->Find(profile->name, hash);
  int64_t revisions = profile->kept_revisions;
  if (place.profile != nullptr && place.profile->revision == profile->revision) {
    // The same parameters: what is there has seen rows, and stays.
    revisions -= place.profile->kept_revisions.exchange(profile->kept_revisions);
    revisions_.fetch_add(revisions, std::memory_order_relaxed);
    return;
  }
  if (place.profile == nullptr) {
    Grow(shard);
    place = shard.table.load()->Find(profile->name, hash);
    place.slot->hash.store(hash, std::memory_order_relaxed);
    profiles_.fetch_add(1, std::memory_order_relaxed);
  }
  std::unique_ptr<const ServedProfile> old(
      place.slot->profile.exchange(profile.release()));
  if (old != nullptr) {
    revisions -= old->kept_revisions;
    epoch_.Retire(std::move(old));
  }
  revisions_.fetch_add(revisions, std::memory_order_relaxed);
}

void Catalog::Remove(absl::string_view name) {
  const uint64_t hash = HashOf(name);
  Shard& shard = ShardOf(hash);
  MutexLock lock(shard.mutex);
  const Table::Place place = shard.table.load()->Find(name, hash);
  if (place.profile == nullptr) return;
  std::unique_ptr<const ServedProfile> old(place.slot->profile.exchange(Removed()));
  profiles_.fetch_sub(1, std::memory_order_relaxed);
  revisions_.fetch_sub(old->kept_revisions, std::memory_order_relaxed);
  epoch_.Retire(std::move(old));
}

void Catalog::Grow(Shard& shard) {
  Table* const table = shard.table.load();
  if (++shard.used * 4 <= table->capacity() * 3) return;
  size_t live = 1;
  for (size_t i = 0; i < table->capacity(); ++i) {
    const ServedProfile* profile = table->slots[i].profile.load();
    live += profile != nullptr && profile != Removed();
  }
  // Removed slots are left behind, so a table of which much was removed does not grow.
  auto fresh = std::make_unique<Table>(
      live * 2 > table->capacity() ? table->capacity() * 2 : table->capacity());
  for (size_t i = 0; i < table->capacity(); ++i) {
    const Table::Slot& slot = table->slots[i];
    const ServedProfile* profile = slot.profile.load();
    if (profile == nullptr || profile == Removed()) continue;
    const uint64_t hash = slot.hash.load(std::memory_order_relaxed);
    Table::Slot& target = *fresh->Find(profile->name, hash).slot;
    target.hash.store(hash, std::memory_order_relaxed);
    target.profile.store(profile, std::memory_order_relaxed);
  }
  shard.used = live;
  shard.table.store(fresh.release());
  epoch_.Retire(std::unique_ptr<const Table>(table));
}

}  // namespace calibrd::catalog
