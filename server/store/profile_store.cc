#include "server/store/profile_store.h"

#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/store/format.h"
#include "server/store/profile_keys.h"
#include "server/store/record.h"
#include "server/store/timestamp.h"

namespace calibrd::store {
namespace {

// How often a change is tried when others are faster; within one process, only calls with
// the same request id can be.
constexpr int kAttempts = 16;

const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

// Calls `change` until it is not in conflict.
template <typename Change>
auto Retried(const Change& change) {
  auto result = change();
  for (int i = 1; i < kAttempts && IsConflict(StatusOf(result)); ++i) result = change();
  return result;
}

absl::Status CheckName(absl::string_view name) {
  if (!name.empty() && !absl::StrContains(name, '\0')) return absl::OkStatus();
  return InvalidField(reason::kInvalidName, "name",
                      "a profile's name cannot be empty or hold a NUL");
}

absl::Status CheckEtag(const HeadRecord& head, const std::string& etag) {
  if (etag.empty()) return absl::OkStatus();
  if (head.active() != 0 && head.etag() == etag) return absl::OkStatus();
  const std::string now = head.active() != 0 ? absl::StrCat("its etag is ", head.etag())
                                             : std::string("it does not exist");
  return Error(absl::StatusCode::kAborted, reason::kEtagMismatch,
               absl::StrCat("the profile ", head.name(), " was changed since etag ", etag,
                            " was read: ", now, "; read it again"))
      .Meta("name", head.name());
}

absl::Status RequestIdReused(absl::string_view request_id, absl::string_view why) {
  return Error(absl::StatusCode::kAlreadyExists, reason::kRequestIdReused,
               absl::StrCat("the request id ", request_id, " ", why,
                            ": use a new id for a new request"))
      .Meta("request_id", request_id);
}

// Adds the record of `profile` to `commit`: without what the head says. What could not
// be read again, because a text in it is not UTF-8, is refused.
absl::Status PutRevision(Profile profile, Commit* commit) {
  profile.clear_etag();
  profile.clear_active();
  profile.clear_update_time();
  std::string key = RevisionKey(profile.name(), profile.revision());
  std::string bytes = EncodeRecord(key, profile);
  Profile back;
  if (!DecodeRevision(profile.name(), profile.revision(), bytes, &back).ok()) {
    return Error(absl::StatusCode::kInvalidArgument, reason::kMalformedRequest,
                 "a text of the profile is not UTF-8");
  }
  commit->puts.push_back({std::move(key), std::move(bytes)});
  return absl::OkStatus();
}

void DeleteRevisions(absl::string_view name, const std::vector<int64_t>& revisions,
                     Commit* commit) {
  for (const int64_t revision : revisions) {
    commit->deletes.push_back(RevisionKey(name, revision));
  }
}

RequestRecord ToRequestRecord(const Profile& answer, const ChangeOptions& change) {
  RequestRecord record;
  record.set_request_id(change.request_id);
  record.set_fingerprint(change.request_fingerprint);
  record.set_name(answer.name());
  record.set_revision(answer.revision());
  record.set_etag(answer.etag());
  *record.mutable_update_time() = answer.update_time();
  return record;
}

}  // namespace

ProfileStore::ProfileStore(std::unique_ptr<KeyValueStore> kv, ProfileStoreOptions options,
                           ProfileListener* listener)
    : kv_(std::move(kv)),
      options_(std::move(options)),
      listener_(listener),
      reader_(*kv_),
      requests_(*kv_, options_.request_id_retention, options_.now) {}

absl::StatusOr<std::unique_ptr<ProfileStore>> ProfileStore::Open(
    std::unique_ptr<KeyValueStore> kv, ProfileStoreOptions options,
    ProfileListener* listener) {
  if (options.max_revisions < 1) {
    return InvalidField(reason::kInvalidArgument, "max_revisions",
                        "at least 1 revision of a profile has to be kept");
  }
  if (absl::Status status = CheckFormat(*kv); !status.ok()) return status;
  return std::unique_ptr<ProfileStore>(
      new ProfileStore(std::move(kv), std::move(options), listener));
}

absl::StatusOr<Profile> ProfileStore::AddRevision(Profile profile,
                                                  const ChangeOptions& change) {
  if (absl::Status status = CheckName(profile.name()); !status.ok()) return status;
  absl::StatusOr<Profile> stored = [&] {
    MutexLock lock(MutexOf(profile.name()));
    return Retried([&] { return TryAddRevision(profile, change); });
  }();
  if (!stored.ok()) return stored;
  if (!change.request_id.empty()) requests_.DropExpired();
  TellOfDoubtful();
  return stored;
}

absl::StatusOr<Profile> ProfileStore::TryAddRevision(const Profile& profile,
                                                     const ChangeOptions& change) {
  const bool remember = !change.request_id.empty() && !change.validate_only;
  absl::StatusOr<RequestLog::Entry> request;
  if (remember) {
    request = requests_.Find(change.request_id);
    if (!request.ok()) return request.status();
    if (const RequestRecord* record = request->answer()) {
      return AnswerAgain(*record, change.request_fingerprint);
    }
  }
  const absl::StatusOr<StoredHead> head = ReadHead(*kv_, profile.name());
  if (!head.ok()) return head.status();
  if (absl::Status status = CheckEtag(head->record, change.etag); !status.ok()) {
    return status;
  }

  HeadRecord next = NextHead(head->record, head->record.latest() + 1, options_.now());
  const std::vector<int64_t> dropped = DropOldRevisions(&next, options_.max_revisions);
  Profile answer = profile;
  answer.set_revision(next.active());
  *answer.mutable_create_time() = next.update_time();
  Complete(next, &answer);
  if (change.validate_only) {
    answer.clear_etag();
    return answer;
  }

  Commit commit;
  PutHead(*head, next, &commit);
  if (absl::Status status = PutRevision(answer, &commit); !status.ok()) return status;
  DeleteRevisions(next.name(), dropped, &commit);
  commit.deletes.push_back(LiveKey(next.name()));
  if (remember) requests_.Remember(*request, ToRequestRecord(answer, change), &commit);
  if (absl::Status status = Apply(next.name(), commit); !status.ok()) return status;
  listener_->OnActivated(answer, next.kept_size());
  return answer;
}

absl::StatusOr<std::optional<Profile>> ProfileStore::FindAnswer(
    absl::string_view request_id, uint64_t request_fingerprint) {
  const absl::StatusOr<RequestLog::Entry> request = requests_.Find(request_id);
  if (!request.ok()) return request.status();
  const RequestRecord* record = request->answer();
  if (record == nullptr) return std::nullopt;
  absl::StatusOr<Profile> answer = AnswerAgain(*record, request_fingerprint);
  if (!answer.ok()) return answer.status();
  return *std::move(answer);
}

absl::StatusOr<Profile> ProfileStore::AnswerAgain(const RequestRecord& record,
                                                  uint64_t request_fingerprint) {
  if (record.fingerprint() != request_fingerprint) {
    return RequestIdReused(record.request_id(), "was used for another request");
  }
  absl::StatusOr<std::optional<Profile>> profile =
      reader_.ReadRevision(record.name(), record.revision());
  if (!profile.ok()) return profile.status();
  if (!profile->has_value()) {
    return RequestIdReused(record.request_id(),
                           absl::StrCat("made revision ", record.revision(), " of ",
                                        record.name(), ", which is no longer kept"));
  }
  Profile answer = **std::move(profile);
  answer.set_etag(record.etag());
  answer.set_active(true);
  *answer.mutable_update_time() = record.update_time();
  return answer;
}

absl::StatusOr<Profile> ProfileStore::Rollback(absl::string_view name, int64_t revision,
                                               const std::string& etag) {
  absl::StatusOr<Profile> profile = [&] {
    MutexLock lock(MutexOf(name));
    return Retried([&] { return TryRollback(name, revision, etag); });
  }();
  if (profile.ok()) TellOfDoubtful();
  return profile;
}

absl::StatusOr<Profile> ProfileStore::TryRollback(absl::string_view name,
                                                  int64_t revision,
                                                  const std::string& etag) {
  const absl::StatusOr<StoredHead> head = ReadHead(*kv_, name);
  if (!head.ok()) return head.status();
  if (!head->exists()) return NoSuchProfile(name);
  if (absl::Status status = CheckEtag(head->record, etag); !status.ok()) return status;
  if (!Keeps(head->record, revision)) return NoSuchRevision(name, revision);
  absl::StatusOr<Profile> profile = reader_.Get(name, revision);
  if (!profile.ok() || profile->active()) return profile;

  HeadRecord next = NextHead(head->record, revision, options_.now());
  const std::vector<int64_t> dropped = DropOldRevisions(&next, options_.max_revisions);
  Commit commit;
  PutHead(*head, next, &commit);
  DeleteRevisions(name, dropped, &commit);
  commit.deletes.push_back(LiveKey(name));
  if (absl::Status status = Apply(name, commit); !status.ok()) return status;
  Complete(next, &*profile);
  listener_->OnActivated(*profile, next.kept_size());
  return profile;
}

absl::Status ProfileStore::Delete(absl::string_view name, const std::string& etag) {
  absl::Status status = [&] {
    MutexLock lock(MutexOf(name));
    return Retried([&] { return TryDelete(name, etag); });
  }();
  if (status.ok()) TellOfDoubtful();
  return status;
}

absl::Status ProfileStore::TryDelete(absl::string_view name, const std::string& etag) {
  const absl::StatusOr<StoredHead> head = ReadHead(*kv_, name);
  if (!head.ok()) return head.status();
  if (!head->exists()) return NoSuchProfile(name);
  if (absl::Status status = CheckEtag(head->record, etag); !status.ok()) return status;

  const auto& kept = head->record.kept();
  Commit commit;
  PutHead(*head, NextHead(head->record, 0, options_.now()), &commit);
  DeleteRevisions(name, {kept.begin(), kept.end()}, &commit);
  commit.deletes.push_back(LiveKey(name));
  if (absl::Status status = Apply(name, commit); !status.ok()) return status;
  listener_->OnDeleted(name);
  return absl::OkStatus();
}

absl::Status ProfileStore::PutLive(const std::vector<LiveRecord>& live) {
  Commit commit;
  for (const LiveRecord& record : live) {
    std::string key = LiveKey(record.name());
    std::string bytes = EncodeRecord(key, record);
    commit.puts.push_back({std::move(key), std::move(bytes)});
  }
  return commit.puts.empty() ? absl::OkStatus() : kv_->Apply(commit);
}

absl::StatusOr<Profile> ProfileStore::Get(absl::string_view name, int64_t revision) {
  return reader_.Get(name, revision);
}

absl::StatusOr<ProfilePage> ProfileStore::List(absl::string_view name_prefix, int limit,
                                               absl::string_view position) {
  return reader_.List(name_prefix, limit, position);
}

absl::StatusOr<ProfilePage> ProfileStore::ListRevisions(absl::string_view name, int limit,
                                                        absl::string_view position) {
  return reader_.ListRevisions(name, limit, position);
}

absl::Status ProfileStore::Apply(absl::string_view name, const Commit& commit) {
  absl::Status status = kv_->Apply(commit);
  if (!status.ok() && !IsConflict(status)) {
    MutexLock lock(doubtful_mutex_);
    doubtful_.emplace(name);
  }
  return status;
}

void ProfileStore::TellOfDoubtful() {
  std::set<std::string> names;
  {
    MutexLock lock(doubtful_mutex_);
    names.swap(doubtful_);
  }
  for (const std::string& name : names) {
    MutexLock lock(MutexOf(name));
    const absl::StatusOr<StoredHead> head = ReadHead(*kv_, name);
    absl::StatusOr<Profile> profile = head.ok() ? reader_.Get(name, 0) : head.status();
    if (profile.ok()) {
      listener_->OnActivated(*profile, head->record.kept_size());
    } else if (absl::IsNotFound(profile.status())) {
      listener_->OnDeleted(name);
    } else {
      MutexLock doubtful_lock(doubtful_mutex_);
      doubtful_.insert(name);
    }
  }
}

Mutex& ProfileStore::MutexOf(absl::string_view name) {
  return stripes_[absl::HashOf(name) % kStripes];
}

}  // namespace calibrd::store
