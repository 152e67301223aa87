#include "server/store/head.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "server/store/profile_keys.h"
#include "server/store/record.h"
#include "server/store/stable_hash.h"
#include "server/store/timestamp.h"

namespace calibrd::store {
namespace {

std::string EtagOf(const HeadRecord& head) {
  StableHash hash;
  hash.Add(head.name());
  hash.Add(head.generation());
  hash.Add(head.active());
  hash.Add(head.update_time().seconds());
  hash.Add(head.update_time().nanos());
  return absl::StrFormat("%016x", hash.value());
}

// What holds for each head that this program writes.
bool IsSound(const HeadRecord& head) {
  const auto& kept = head.kept();
  if (head.generation() < 1 || head.latest() < 1 || head.etag().empty()) return false;
  if (head.active() == 0) return kept.empty();
  return std::is_sorted(kept.begin(), kept.end()) && Keeps(head, head.active()) &&
         kept[0] >= 1 && kept[kept.size() - 1] <= head.latest();
}

}  // namespace

absl::StatusOr<StoredHead> ReadHead(KeyValueStore& kv, absl::string_view name) {
  absl::StatusOr<std::optional<std::string>> bytes = kv.Get(HeadKey(name));
  if (!bytes.ok()) return bytes.status();
  StoredHead head;
  head.bytes = *std::move(bytes);
  if (!head.bytes) {
    head.record.set_name(std::string(name));
    return head;
  }
  if (absl::Status status = DecodeHead(name, *head.bytes, &head.record); !status.ok()) {
    return status;
  }
  return head;
}

absl::Status DecodeHead(absl::string_view name, absl::string_view bytes,
                        HeadRecord* head) {
  const std::string key = HeadKey(name);
  if (absl::Status status = DecodeRecord(key, bytes, head); !status.ok()) return status;
  if (head->name() != name)
    return DamagedRecord(key, "it is the head of another profile");
  if (!IsSound(*head)) return DamagedRecord(key, "what it says is contradictory");
  return absl::OkStatus();
}

void PutHead(const StoredHead& head, const HeadRecord& next, Commit* commit) {
  std::string key = HeadKey(next.name());
  std::string bytes = EncodeRecord(key, next);
  commit->expect.push_back({key, head.bytes});
  commit->puts.push_back({std::move(key), std::move(bytes)});
}

HeadRecord NextHead(const HeadRecord& head, int64_t active, absl::Time now) {
  HeadRecord next = head;
  next.set_generation(head.generation() + 1);
  next.set_active(active);
  if (active == 0) next.clear_kept();
  if (active > head.latest()) {
    next.set_latest(active);
    next.add_kept(active);
  }
  *next.mutable_update_time() = ToTimestamp(now);
  next.set_etag(EtagOf(next));
  return next;
}

std::vector<int64_t> DropOldRevisions(HeadRecord* head, int max_revisions) {
  std::vector<int64_t> dropped;
  std::vector<int64_t> kept;
  int excess = head->kept_size() - max_revisions;
  for (const int64_t revision : head->kept()) {
    if (excess > 0 && revision != head->active()) {
      dropped.push_back(revision);
      --excess;
    } else {
      kept.push_back(revision);
    }
  }
  if (!dropped.empty()) head->mutable_kept()->Assign(kept.begin(), kept.end());
  return dropped;
}

bool Keeps(const HeadRecord& head, int64_t revision) {
  return std::binary_search(head.kept().begin(), head.kept().end(), revision);
}

}  // namespace calibrd::store
