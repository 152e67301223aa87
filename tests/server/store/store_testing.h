// What the tests of server/store share: stores that can be closed and opened again, a
// clock that stands still, a listener that writes down what it hears.

#ifndef CALIBRD_TESTS_SERVER_STORE_STORE_TESTING_H_
#define CALIBRD_TESTS_SERVER_STORE_STORE_TESTING_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "calibration/error.h"
#include "gmock/gmock.h"
#include "server/mutex.h"
#include "server/store/memory_store.h"
#include "server/store/profile_store.h"

namespace calibrd::store {

// Matches a status, or the status of a StatusOr, by code and reason.
MATCHER_P2(FailsWith, code, reason, "") {
  const absl::Status status = [&]() -> absl::Status {
    if constexpr (requires { arg.status(); }) {
      return arg.status();
    } else {
      return arg;
    }
  }();
  *result_listener << "which is " << status.ToString();
  return status.code() == code && ReasonOf(status) == reason;
}

MATCHER(IsOk, "") {
  if constexpr (requires { arg.status(); }) {
    *result_listener << "which is " << arg.status().ToString();
  } else {
    *result_listener << "which is " << arg.ToString();
  }
  return arg.ok();
}

// A directory that is removed with all it holds.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(absl::string_view name) const;

 private:
  std::string path_;
};

// One store that outlives those who have it open.
class Backend {
 public:
  virtual ~Backend() = default;
  // Opens it; the one before has to be destroyed first.
  virtual std::unique_ptr<KeyValueStore> Open() = 0;
};

// "Memory" or "RocksDb".
std::unique_ptr<Backend> MakeBackend(const std::string& kind);

class FakeClock {
 public:
  absl::Time Now() const;
  void Advance(absl::Duration duration);

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_) = absl::FromUnixSeconds(1'700'000'000);
};

// Writes down "name@revision/kept", "name deleted" and "name@revision saw rows".
class RecordingListener : public ProfileListener {
 public:
  void OnActivated(const Profile& profile, int revisions) override;
  void OnDeleted(absl::string_view name) override;
  void OnLive(const LiveRecord& live) override;
  // What was heard since the last call.
  std::vector<std::string> Take();

 private:
  Mutex mutex_;
  std::vector<std::string> heard_ ABSL_GUARDED_BY(mutex_);
};

// A fit of K = 2 whose first number is `bias`, by which it is told from others.
Profile Fit(absl::string_view name, double bias = 0.5);

// The bytes of a profile, the same for equal profiles.
std::string Bytes(const Profile& profile);

// A profile store over a backend, for one test.
class ProfileStoreHarness {
 public:
  explicit ProfileStoreHarness(const std::string& kind) : backend_(MakeBackend(kind)) {
    options.now = [this] { return clock.Now(); };
    Reopen();
  }

  // Closes the store and opens it with the current `options`.
  void Reopen();
  ProfileStore* operator->() { return store_.get(); }

  // The keys that the store holds under `prefix`. Closes the store and opens it again.
  std::vector<std::string> Keys(absl::string_view prefix);

  FakeClock clock;
  RecordingListener listener;
  ProfileStoreOptions options;

 private:
  const std::unique_ptr<Backend> backend_;
  std::unique_ptr<ProfileStore> store_;
};

}  // namespace calibrd::store

#endif  // CALIBRD_TESTS_SERVER_STORE_STORE_TESTING_H_
