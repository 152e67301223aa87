// The head of a profile: reading it, and what each change makes of it.
//
//   absl::StatusOr<StoredHead> head = ReadHead(*kv, "models/m/prompts/p");
//   HeadRecord next = NextHead(head->record, head->record.latest() + 1, now);
//   std::vector<int64_t> dropped = DropOldRevisions(&next, 20);
//   PutHead(*head, next, &commit);  // ABORTED if the head changed since it was read
//
// Thread-safety: functions of their arguments only.

#ifndef CALIBRD_SERVER_STORE_HEAD_H_
#define CALIBRD_SERVER_STORE_HEAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/key_value_store.h"
#include "server/store/record.pb.h"

namespace calibrd::store {

// A head, and its bytes as they were read: what a change of it expects to find.
struct StoredHead {
  std::optional<std::string> bytes;  // nullopt: there has never been such a profile
  HeadRecord record;                 // without `bytes`, one that has only a name

  // Whether the profile exists now.
  bool exists() const { return record.active() != 0; }
};

// The head of `name`, also where there is none. DATA_LOSS where it is damaged.
absl::StatusOr<StoredHead> ReadHead(KeyValueStore& kv, absl::string_view name);

// Checks and parses the head of `name` from the bytes under its key.
absl::Status DecodeHead(absl::string_view name, absl::string_view bytes,
                        HeadRecord* head);

// Adds the change from `head` to `next` to `commit`.
void PutHead(const StoredHead& head, const HeadRecord& next, Commit* commit);

// What `head` becomes when `active` is activated, or with 0 when the profile is deleted:
// one generation further and with a new etag. A revision above `latest` is added.
HeadRecord NextHead(const HeadRecord& head, int64_t active, absl::Time now);

// Drops the oldest revisions above `max_revisions` (at least 1) from `head`, never the
// active one, and returns their numbers.
std::vector<int64_t> DropOldRevisions(HeadRecord* head, int max_revisions);

// Whether `revision` is kept.
bool Keeps(const HeadRecord& head, int64_t revision);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_HEAD_H_
