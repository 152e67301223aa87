#include "server/store/key_locks.h"

#include <algorithm>
#include <functional>

#include "absl/hash/hash.h"

namespace calibrd::store {

// The analysis of locks cannot follow a set that is known at run time only.
KeyLocks::Held KeyLocks::Lock(const Commit& commit) ABSL_NO_THREAD_SAFETY_ANALYSIS {
  Held held;
  const auto add = [&](absl::string_view key) {
    held.mutexes_.push_back(&stripes_[absl::HashOf(key) % kStripes]);
  };
  for (const Commit::Expectation& expectation : commit.expect) add(expectation.key);
  for (const Commit::Put& put : commit.puts) add(put.key);
  for (const std::string& key : commit.deletes) add(key);

  std::vector<Mutex*>& mutexes = held.mutexes_;
  std::sort(mutexes.begin(), mutexes.end(), std::less<>());
  mutexes.erase(std::unique(mutexes.begin(), mutexes.end()), mutexes.end());
  for (Mutex* mutex : mutexes) mutex->lock();
  return held;
}

KeyLocks::Held::~Held() ABSL_NO_THREAD_SAFETY_ANALYSIS {
  for (Mutex* mutex : mutexes_) mutex->unlock();
}

}  // namespace calibrd::store
