// ProfileStore::Load: walks over ordered ranges of keys, side by side.

#include <utility>

#include "server/store/head.h"
#include "server/store/profile_keys.h"
#include "server/store/profile_reader.h"
#include "server/store/profile_store.h"
#include "server/store/record.h"

namespace calibrd::store {
namespace {

// How many profiles are trimmed in one commit; each waits for the disk.
constexpr size_t kTrimmedAtOnce = 1000;

// Moves `cursor` forward to `key`, and says whether it is there. A step is cheaper than a
// search, and mostly enough: the active revision is the last of its profile.
bool Reach(Cursor& cursor, const std::string& key) {
  if (cursor.Valid() && cursor.key() < key) cursor.Next();
  if (cursor.Valid() && cursor.key() < key) cursor.Seek(key);
  return cursor.Valid() && cursor.key() == key;
}

// Drops old revisions of many profiles at once.
class Trimmer {
 public:
  Trimmer(KeyValueStore& kv, int max_revisions)
      : kv_(kv), max_revisions_(max_revisions) {}

  // Drops what `head` keeps too much, now or with a later call.
  absl::Status Trim(absl::string_view bytes, HeadRecord* head) {
    if (head->kept_size() <= max_revisions_) return absl::OkStatus();
    for (const int64_t revision : DropOldRevisions(head, max_revisions_)) {
      commit_.deletes.push_back(RevisionKey(head->name(), revision));
    }
    PutHead({std::string(bytes), {}}, *head, &commit_);
    return commit_.puts.size() < kTrimmedAtOnce ? absl::OkStatus() : Finish();
  }

  absl::Status Finish() {
    const Commit commit = std::exchange(commit_, {});
    if (commit.puts.empty()) return absl::OkStatus();
    const absl::Status status = kv_.Apply(commit);
    // Another process changed one of them; the next change of each profile trims it.
    return IsConflict(status) ? absl::OkStatus() : status;
  }

 private:
  KeyValueStore& kv_;
  const int max_revisions_;
  Commit commit_;
};

}  // namespace

absl::Status ProfileStore::Load() {
  if (absl::Status status = LoadProfiles(); !status.ok()) return status;
  return LoadLive();
}

absl::Status ProfileStore::LoadProfiles() {
  Trimmer trimmer(*kv_, options_.max_revisions);
  const std::unique_ptr<Cursor> heads = kv_->Scan(kHeadPrefix);
  const std::unique_ptr<Cursor> revisions = kv_->Scan(kRevisionPrefix);
  HeadRecord head;
  Profile profile;
  for (; heads->Valid(); heads->Next()) {
    const absl::string_view name = NameOfHeadKey(heads->key());
    absl::Status status = DecodeHead(name, heads->value(), &head);
    if (!status.ok()) return status;
    if (head.active() == 0) continue;

    const std::string key = RevisionKey(name, head.active());
    if (!Reach(*revisions, key)) {
      status = revisions->status();
      return status.ok() ? DamagedRecord(key, "it is missing") : status;
    }
    status = DecodeRevision(name, head.active(), revisions->value(), &profile);
    if (!status.ok()) return status;
    status = trimmer.Trim(heads->value(), &head);
    if (!status.ok()) return status;
    Complete(head, &profile);
    listener_->OnActivated(profile, head.kept_size());
  }
  if (absl::Status status = heads->status(); !status.ok()) return status;
  return trimmer.Finish();
}

absl::Status ProfileStore::LoadLive() {
  const std::unique_ptr<Cursor> heads = kv_->Scan(kHeadPrefix);
  const std::unique_ptr<Cursor> records = kv_->Scan(kLivePrefix);
  Commit stale;
  HeadRecord head;
  LiveRecord live;
  for (; records->Valid(); records->Next()) {
    const std::string key(records->key());
    absl::Status status = DecodeRecord(key, records->value(), &live);
    if (!status.ok()) return status;
    int64_t active = 0;
    if (Reach(*heads, HeadKey(live.name()))) {
      status = DecodeHead(live.name(), heads->value(), &head);
      if (!status.ok()) return status;
      active = head.active();
    }
    if (active == live.revision() && active != 0) {
      listener_->OnLive(live);
    } else {
      stale.deletes.push_back(key);
    }
  }
  if (absl::Status status = heads->status(); !status.ok()) return status;
  if (absl::Status status = records->status(); !status.ok()) return status;
  return stale.deletes.empty() ? absl::OkStatus() : kv_->Apply(stale);
}

}  // namespace calibrd::store
