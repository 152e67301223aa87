#include "server/store/profile_reader.h"

#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/store/profile_keys.h"
#include "server/store/record.h"

namespace calibrd::store {
namespace {

absl::Status InvalidPosition() {
  return InvalidField(reason::kInvalidArgument, "page_token",
                      "the page token is not one that this server gave out");
}

bool IsFull(const ProfilePage& page, size_t bytes, int limit) {
  return static_cast<int>(page.profiles.size()) >= limit || bytes >= kPageBytes;
}

}  // namespace

absl::StatusOr<Profile> ProfileReader::Get(absl::string_view name,
                                           int64_t revision) const {
  std::optional<std::string> seen;
  while (true) {
    const absl::StatusOr<StoredHead> head = ReadHead(kv_, name);
    if (!head.ok()) return head.status();
    if (!head->exists()) return NoSuchProfile(name);
    const int64_t wanted = revision == 0 ? head->record.active() : revision;
    if (!Keeps(head->record, wanted)) return NoSuchRevision(name, wanted);
    absl::StatusOr<std::optional<Profile>> profile = ReadRevision(name, wanted);
    if (!profile.ok()) return profile.status();
    if (profile->has_value()) {
      Complete(head->record, &**profile);
      return **std::move(profile);
    }
    if (head->bytes == seen) {
      return DamagedRecord(RevisionKey(name, wanted), "it is missing");
    }
    seen = head->bytes;
  }
}

absl::StatusOr<ProfilePage> ProfileReader::List(absl::string_view name_prefix, int limit,
                                                absl::string_view position) const {
  const std::unique_ptr<Cursor> heads = kv_.Scan(HeadKey(name_prefix));
  // The least key after that of the last profile of the page before.
  if (!position.empty()) {
    heads->Seek(absl::StrCat(HeadKey(position), absl::string_view("\0", 1)));
  }
  ProfilePage page;
  size_t bytes = 0;
  HeadRecord head;
  for (; heads->Valid(); heads->Next()) {
    const absl::string_view name = NameOfHeadKey(heads->key());
    if (absl::Status status = DecodeHead(name, heads->value(), &head); !status.ok()) {
      return status;
    }
    if (head.active() == 0) continue;
    if (IsFull(page, bytes, limit)) {
      page.next = page.profiles.back().name();
      break;
    }
    absl::StatusOr<Profile> profile = Get(name, 0);
    if (absl::IsNotFound(profile.status())) continue;  // deleted since the scan began
    if (!profile.ok()) return profile.status();
    bytes += profile->ByteSizeLong();
    page.profiles.push_back(*std::move(profile));
  }
  if (absl::Status status = heads->status(); !status.ok()) return status;
  return page;
}

absl::StatusOr<ProfilePage> ProfileReader::ListRevisions(
    absl::string_view name, int limit, absl::string_view position) const {
  int64_t before = 0;
  if (!position.empty() && (!absl::SimpleAtoi(position, &before) || before < 1)) {
    return InvalidPosition();
  }
  const absl::StatusOr<StoredHead> head = ReadHead(kv_, name);
  if (!head.ok()) return head.status();
  if (!head->exists()) return NoSuchProfile(name);
  ProfilePage page;
  size_t bytes = 0;
  for (int i = head->record.kept_size(); i-- > 0;) {
    const int64_t revision = head->record.kept(i);
    if (before != 0 && revision >= before) continue;
    if (IsFull(page, bytes, limit)) {
      page.next = absl::StrCat(page.profiles.back().revision());
      break;
    }
    absl::StatusOr<Profile> profile = Get(name, revision);
    if (ReasonOf(profile.status()) == reason::kRevisionNotFound) continue;  // dropped now
    if (!profile.ok()) return profile.status();
    bytes += profile->ByteSizeLong();
    page.profiles.push_back(*std::move(profile));
  }
  return page;
}

absl::StatusOr<std::optional<Profile>> ProfileReader::ReadRevision(
    absl::string_view name, int64_t revision) const {
  const absl::StatusOr<std::optional<std::string>> bytes =
      kv_.Get(RevisionKey(name, revision));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return std::nullopt;
  Profile profile;
  if (absl::Status status = DecodeRevision(name, revision, **bytes, &profile);
      !status.ok()) {
    return status;
  }
  return profile;
}

absl::Status DecodeRevision(absl::string_view name, int64_t revision,
                            absl::string_view bytes, Profile* profile) {
  const std::string key = RevisionKey(name, revision);
  if (absl::Status status = DecodeRecord(key, bytes, profile); !status.ok()) {
    return status;
  }
  if (profile->name() != name || profile->revision() != revision) {
    return DamagedRecord(key, absl::StrCat("it is revision ", profile->revision(), " of ",
                                           profile->name()));
  }
  return absl::OkStatus();
}

void Complete(const HeadRecord& head, Profile* profile) {
  profile->set_etag(head.etag());
  profile->set_active(profile->revision() == head.active());
  *profile->mutable_update_time() = head.update_time();
}

absl::Status NoSuchProfile(absl::string_view name) {
  return Error(absl::StatusCode::kNotFound, reason::kProfileNotFound,
               absl::StrCat("there is no profile ", name))
      .Meta("name", name);
}

absl::Status NoSuchRevision(absl::string_view name, int64_t revision) {
  return Error(absl::StatusCode::kNotFound, reason::kRevisionNotFound,
               absl::StrCat("revision ", revision, " of ", name,
                            " does not exist or is no longer kept"))
      .Meta("name", name)
      .Meta("revision", absl::StrCat(revision));
}

}  // namespace calibrd::store
