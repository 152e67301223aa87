#include "server/store/request_log.h"

#include <memory>
#include <utility>

#include "server/store/profile_keys.h"
#include "server/store/record.h"
#include "server/store/timestamp.h"

namespace calibrd::store {
namespace {

std::string TimeKeyOf(const RequestRecord& record) {
  return RequestTimeKey(absl::ToUnixMicros(FromTimestamp(record.update_time())),
                        record.request_id());
}

absl::StatusOr<RequestRecord> Decode(absl::string_view id, absl::string_view bytes) {
  const std::string key = RequestKey(id);
  RequestRecord record;
  if (absl::Status status = DecodeRecord(key, bytes, &record); !status.ok()) {
    return status;
  }
  if (record.request_id() != id) return DamagedRecord(key, "it is that of another id");
  return record;
}

}  // namespace

absl::StatusOr<RequestLog::Entry> RequestLog::Find(absl::string_view request_id) const {
  absl::StatusOr<std::optional<std::string>> bytes = kv_.Get(RequestKey(request_id));
  if (!bytes.ok()) return bytes.status();
  Entry entry;
  entry.bytes = *std::move(bytes);
  if (!entry.bytes) return entry;
  absl::StatusOr<RequestRecord> record = Decode(request_id, *entry.bytes);
  if (!record.ok()) return record.status();
  entry.expired = HasExpired(*record);
  entry.stored = *std::move(record);
  return entry;
}

void RequestLog::Remember(const Entry& entry, const RequestRecord& record,
                          Commit* commit) const {
  std::string key = RequestKey(record.request_id());
  std::string bytes = EncodeRecord(key, record);
  std::string time_key = TimeKeyOf(record);
  if (entry.stored && TimeKeyOf(*entry.stored) != time_key) {
    commit->deletes.push_back(TimeKeyOf(*entry.stored));
  }
  commit->expect.push_back({key, entry.bytes});
  commit->puts.push_back({std::move(key), std::move(bytes)});
  commit->puts.push_back({std::move(time_key), ""});
}

void RequestLog::DropExpired() {
  if (!mutex_.try_lock()) return;
  if (until_removal_-- <= 0) {
    until_removal_ = kAnswersPerRemoval - 1;
    DropSomeExpired().IgnoreError();
  }
  mutex_.unlock();
}

absl::Status RequestLog::DropSomeExpired() {
  Commit commit;
  std::unique_ptr<Cursor> times = kv_.Scan(kRequestTimePrefix);
  for (int i = 0; i < kRemovedAtOnce && times->Valid(); ++i, times->Next()) {
    const std::optional<RequestTime> time = ParseRequestTimeKey(times->key());
    if (!time) continue;
    if (absl::FromUnixMicros(time->unix_micros) + retention_ > now_()) break;
    const absl::StatusOr<Entry> entry = Find(time->request_id);
    if (!entry.ok()) continue;
    // An id that was used again since has another entry in the index, too.
    const bool current = entry->stored && TimeKeyOf(*entry->stored) == times->key();
    // Not yet, by less than the microsecond that the index leaves out.
    if (current && !entry->expired) continue;
    commit.deletes.emplace_back(times->key());
    if (current) {
      commit.expect.push_back({RequestKey(time->request_id), entry->bytes});
      commit.deletes.push_back(RequestKey(time->request_id));
    }
  }
  times.reset();
  if (commit.deletes.empty()) return absl::OkStatus();
  return kv_.Apply(commit);
}

bool RequestLog::HasExpired(const RequestRecord& record) const {
  return FromTimestamp(record.update_time()) + retention_ <= now_();
}

}  // namespace calibrd::store
