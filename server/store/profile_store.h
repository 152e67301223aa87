// The durable profiles: every revision, which one is active, etags, request ids.
//
//   auto kv = RocksDbStore::Open({.directory = "/var/lib/calibrd"});
//   auto store = ProfileStore::Open(*std::move(kv), {.max_revisions = 20}, &listener);
//   absl::Status loaded = (*store)->Load();           // every profile to the listener
//   absl::StatusOr<Profile> stored = (*store)->AddRevision(profile, {.etag = "…"});
//
// What is kept, under which keys and in which format: docs/storage-format.md.
//
// Thread-safety: every method may be called from any thread. Changes of one profile
// are serialised, and the listener hears of them in their order, before the call
// returns; changes of different profiles go to disk together (group commit).
// Blocking: all methods but Open's arguments touch the disk; never call them from a gRPC
// callback thread.
// Errors: those of key_value_store.h, and NOT_FOUND (PROFILE_NOT_FOUND,
// REVISION_NOT_FOUND), ABORTED (ETAG_MISMATCH), ALREADY_EXISTS (REQUEST_ID_REUSED),
// INVALID_ARGUMENT for what could not be read again (a NUL in a name, text not in UTF-8).

#ifndef CALIBRD_SERVER_STORE_PROFILE_STORE_H_
#define CALIBRD_SERVER_STORE_PROFILE_STORE_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "calibration/v1/profile.pb.h"
#include "server/mutex.h"
#include "server/store/head.h"
#include "server/store/key_value_store.h"
#include "server/store/profile_reader.h"
#include "server/store/request_log.h"

namespace calibrd::store {

// Hears of each change after it is durable, in the order of the changes of a profile.
class ProfileListener {
 public:
  virtual ~ProfileListener() = default;
  // `profile` is now the active revision of its name. `revisions` is the number of
  // revisions that are kept of it.
  virtual void OnActivated(const Profile& profile, int revisions) = 0;
  virtual void OnDeleted(absl::string_view name) = 0;
  // What the active revision of `live.name()` had seen, in Load after OnActivated.
  virtual void OnLive(const LiveRecord& live) = 0;
};

struct ProfileStoreOptions {
  // How many revisions are kept of a profile, the active one always among them.
  // More are dropped by the next change of that profile, and at start.
  int max_revisions = 20;
  // How long an answer is remembered for its request id.
  absl::Duration request_id_retention = absl::Hours(24);
  // The clock: for create_time, update_time and the age of request ids.
  std::function<absl::Time()> now = absl::Now;
};

// What a change may ask for besides itself.
struct ChangeOptions {
  // If not empty, the profile has to exist and have this etag.
  std::string etag;
  // If not empty, the id of the request; a second change with it returns the first
  // answer. `request_fingerprint` tells a repeat from another request with the same id.
  std::string request_id;
  uint64_t request_fingerprint = 0;
  // Check and answer, but change nothing.
  bool validate_only = false;
};

class ProfileStore {
 public:
  // Checks the format version of what `kv` holds, and writes it into an empty store.
  // FAILED_PRECONDITION (STORE_VERSION) for a version that this program does not know.
  // `listener` must outlive the store.
  static absl::StatusOr<std::unique_ptr<ProfileStore>> Open(
      std::unique_ptr<KeyValueStore> kv, ProfileStoreOptions options,
      ProfileListener* listener);

  // Reads every active profile and what it has seen, and tells the listener; applies
  // max_revisions. DATA_LOSS names the first record that is damaged. Call it once, before
  // any change.
  absl::Status Load();

  // Stores `profile` as the next revision and activates it. The name, and all that the
  // fit produced, come from `profile`; revision, etag, active and times are set here.
  // Returns what was stored. With validate_only, what would be (with an empty etag).
  absl::StatusOr<Profile> AddRevision(Profile profile, const ChangeOptions& change);

  // The answer that was given to this request id, if it is remembered: nullopt where not.
  // ALREADY_EXISTS (REQUEST_ID_REUSED) where the id was used for another request, or the
  // revision of the answer is no longer kept.
  absl::StatusOr<std::optional<Profile>> FindAnswer(absl::string_view request_id,
                                                    uint64_t request_fingerprint);

  // Activates an older revision and returns it.
  absl::StatusOr<Profile> Rollback(absl::string_view name, int64_t revision,
                                   const std::string& etag);

  // Deletes the profile and all its revisions. Its revision numbers are not used again.
  absl::Status Delete(absl::string_view name, const std::string& etag);

  // Keeps what active revisions have seen, all in one commit, in place of what was kept
  // of the same profiles. It is forgotten when another revision becomes active.
  absl::Status PutLive(const std::vector<LiveRecord>& live);

  // The profile at `revision`, or at its active revision where that is 0.
  absl::StatusOr<Profile> Get(absl::string_view name, int64_t revision);

  // Active profiles in the order of their names: at most `limit`, those whose name starts
  // with `name_prefix`, going on at `position` (ProfilePage::next; empty: from the
  // start).
  absl::StatusOr<ProfilePage> List(absl::string_view name_prefix, int limit,
                                   absl::string_view position);

  // The kept revisions of a profile, the newest first.
  absl::StatusOr<ProfilePage> ListRevisions(absl::string_view name, int limit,
                                            absl::string_view position);

  // For the start-up line and errors.
  std::string Describe() const { return kv_->Describe(); }

 private:
  ProfileStore(std::unique_ptr<KeyValueStore> kv, ProfileStoreOptions options,
               ProfileListener* listener);

  // One attempt of a change: ABORTED (STORE_CONFLICT) where another process, or another
  // call with the same request id, was faster. The caller holds MutexOf(name).
  absl::StatusOr<Profile> TryAddRevision(const Profile& profile,
                                         const ChangeOptions& change);
  absl::StatusOr<Profile> TryRollback(absl::string_view name, int64_t revision,
                                      const std::string& etag);
  absl::Status TryDelete(absl::string_view name, const std::string& etag);

  absl::Status LoadProfiles();
  // Also deletes what belongs to no active revision.
  absl::Status LoadLive();

  // Applies a change of `name`. A commit that fails may be stored nevertheless, if its
  // answer was lost on the way: then `name` is noted, for TellOfDoubtful.
  absl::Status Apply(absl::string_view name, const Commit& commit);
  // Reads the profiles of which it was not known whether they changed, and tells the
  // listener what is true. Called after a change that succeeded, with no mutex held.
  void TellOfDoubtful();

  // The first answer to a request that is repeated.
  absl::StatusOr<Profile> AnswerAgain(const RequestRecord& record,
                                      uint64_t request_fingerprint);

  // Changes of names in the same stripe are serialised.
  static constexpr size_t kStripes = 1024;
  Mutex& MutexOf(absl::string_view name);

  const std::unique_ptr<KeyValueStore> kv_;
  const ProfileStoreOptions options_;
  ProfileListener* const listener_;
  const ProfileReader reader_;
  RequestLog requests_;
  std::array<Mutex, kStripes> stripes_;
  Mutex doubtful_mutex_;
  std::set<std::string> doubtful_ ABSL_GUARDED_BY(doubtful_mutex_);
};

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_PROFILE_STORE_H_
