// A KeyValueStore in memory, for tests and trials: nothing of it survives the process.
//
//   MemoryStore store;
//   absl::Status status = store.Apply({.puts = {{"key", "value"}}});
//
// Thread-safety: as key_value_store.h says. A cursor copies the range it walks over, so
// it costs as much memory as the range.

#ifndef CALIBRD_SERVER_STORE_MEMORY_STORE_H_
#define CALIBRD_SERVER_STORE_MEMORY_STORE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "server/mutex.h"
#include "server/store/key_value_store.h"

namespace calibrd::store {

class MemoryStore : public KeyValueStore {
 public:
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) override;
  std::unique_ptr<Cursor> Scan(absl::string_view prefix) override;
  absl::Status Apply(const Commit& commit) override;
  std::string Describe() const override { return "memory:"; }

 private:
  using Map = std::map<std::string, std::string, std::less<>>;

  bool Holds(const Commit::Expectation& expectation) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable SharedMutex mutex_;
  Map map_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_MEMORY_STORE_H_
