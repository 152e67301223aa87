#include "server/store/memory_store.h"

#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd::store {
namespace {

// Walks over a copy.
class MapCursor : public Cursor {
 public:
  explicit MapCursor(std::map<std::string, std::string, std::less<>> map)
      : map_(std::move(map)), position_(map_.begin()) {}

  bool Valid() const override { return position_ != map_.end(); }
  void Next() override { ++position_; }
  void Seek(absl::string_view key) override { position_ = map_.lower_bound(key); }
  absl::string_view key() const override { return position_->first; }
  absl::string_view value() const override { return position_->second; }
  absl::Status status() const override { return absl::OkStatus(); }

 private:
  const std::map<std::string, std::string, std::less<>> map_;
  std::map<std::string, std::string, std::less<>>::const_iterator position_;
};

}  // namespace

absl::StatusOr<std::optional<std::string>> MemoryStore::Get(absl::string_view key) {
  ReaderLock lock(mutex_);
  const auto found = map_.find(key);
  if (found == map_.end()) return std::nullopt;
  return found->second;
}

std::unique_ptr<Cursor> MemoryStore::Scan(absl::string_view prefix) {
  Map range;
  ReaderLock lock(mutex_);
  for (auto it = map_.lower_bound(prefix);
       it != map_.end() && absl::StartsWith(it->first, prefix); ++it) {
    range.emplace_hint(range.end(), *it);
  }
  return std::make_unique<MapCursor>(std::move(range));
}

absl::Status MemoryStore::Apply(const Commit& commit) {
  WriterLock lock(mutex_);
  for (const Commit::Expectation& expectation : commit.expect) {
    if (!Holds(expectation)) return ConflictOn(expectation.key);
  }
  for (const std::string& key : commit.deletes) map_.erase(key);
  for (const Commit::Put& put : commit.puts) map_.insert_or_assign(put.key, put.value);
  return absl::OkStatus();
}

bool MemoryStore::Holds(const Commit::Expectation& expectation) const {
  const auto found = map_.find(expectation.key);
  if (found == map_.end()) return !expectation.value.has_value();
  return expectation.value == found->second;
}

}  // namespace calibrd::store
