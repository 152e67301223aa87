// Reading profiles: the record of a revision, completed with what its head says.
//
//   ProfileReader reader(kv);
//   absl::StatusOr<Profile> profile = reader.Get("models/m/prompts/p", 0);
//
// A revision is written once and never changed, so its record lacks what changes with
// the profile: `etag`, `active` and `update_time` come from the head.
//
// A profile may change between the reading of its head and of its revision. Then the
// revision is gone and the head is another one, and it is read again; a revision that is
// gone under the same head is damage.
//
// Thread-safety: as the store that it reads, which must outlive it.

#ifndef CALIBRD_SERVER_STORE_PROFILE_READER_H_
#define CALIBRD_SERVER_STORE_PROFILE_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "calibration/v1/profile.pb.h"
#include "server/store/head.h"
#include "server/store/key_value_store.h"

namespace calibrd::store {

using ::calibration::v1::Profile;

// A page ends before its limit where its profiles take more than this, so that a list of
// vocabulary-sized profiles does not fill the memory. It holds at least one profile.
inline constexpr size_t kPageBytes = size_t{4} << 20;

// One page of profiles. `next` is empty on the last page; otherwise it is the position
// to go on from.
struct ProfilePage {
  std::vector<Profile> profiles;
  std::string next;
};

class ProfileReader {
 public:
  explicit ProfileReader(KeyValueStore& kv) : kv_(kv) {}

  // See the methods of ProfileStore.
  absl::StatusOr<Profile> Get(absl::string_view name, int64_t revision) const;
  absl::StatusOr<ProfilePage> List(absl::string_view name_prefix, int limit,
                                   absl::string_view position) const;
  absl::StatusOr<ProfilePage> ListRevisions(absl::string_view name, int limit,
                                            absl::string_view position) const;

  // The record of a revision as it was written; nullopt where there is none.
  absl::StatusOr<std::optional<Profile>> ReadRevision(absl::string_view name,
                                                      int64_t revision) const;

 private:
  KeyValueStore& kv_;
};

// Checks and parses the bytes under the key of a revision.
absl::Status DecodeRevision(absl::string_view name, int64_t revision,
                            absl::string_view bytes, Profile* profile);

// Sets what the record of a revision lacks.
void Complete(const HeadRecord& head, Profile* profile);

// NOT_FOUND for a profile, and for a revision of one that exists.
absl::Status NoSuchProfile(absl::string_view name);
absl::Status NoSuchRevision(absl::string_view name, int64_t revision);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_PROFILE_READER_H_
