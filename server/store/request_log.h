// The answers that were given to request ids (AIP-155), for as long as they are kept.
//
//   absl::StatusOr<RequestLog::Entry> entry = log.Find(id);
//   if (entry->answer) …                          // a repeat
//   log.Remember(*entry, record, &commit);        // ABORTED if another call was faster
//   log.DropExpired();                            // after the commit
//
// An answer that is past its retention is as if it had never been; it is removed later,
// many at a time, through an index in the order of time.
//
// Thread-safety: every method may be called from any thread. `kv` must outlive the log.

#ifndef CALIBRD_SERVER_STORE_REQUEST_LOG_H_
#define CALIBRD_SERVER_STORE_REQUEST_LOG_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/mutex.h"
#include "server/store/key_value_store.h"
#include "server/store/record.pb.h"

namespace calibrd::store {

class RequestLog {
 public:
  // How many new answers go between two removals of expired ones, and how many are
  // removed at most by one. More go than come, so a backlog shrinks.
  static constexpr int kAnswersPerRemoval = 64;
  static constexpr int kRemovedAtOnce = 256;

  RequestLog(KeyValueStore& kv, absl::Duration retention, std::function<absl::Time()> now)
      : kv_(kv), retention_(retention), now_(std::move(now)) {}

  struct Entry {
    std::optional<std::string> bytes;     // what is stored, even if it has expired
    std::optional<RequestRecord> stored;  // the same, parsed
    bool expired = false;

    // What is remembered.
    const RequestRecord* answer() const {
      return stored && !expired ? &*stored : nullptr;
    }
  };

  // What is known of `request_id`. DATA_LOSS where its record is damaged.
  absl::StatusOr<Entry> Find(absl::string_view request_id) const;

  // Adds to `commit` that `record` is the answer to its request id, in place of `entry`.
  void Remember(const Entry& entry, const RequestRecord& record, Commit* commit) const;

  // To be called after each commit that remembers an answer: now and then removes some
  // that have expired. What goes wrong here is tried again later.
  void DropExpired();

 private:
  bool HasExpired(const RequestRecord& record) const;
  absl::Status DropSomeExpired();

  KeyValueStore& kv_;
  const absl::Duration retention_;
  const std::function<absl::Time()> now_;

  Mutex mutex_;  // held during a removal, so that there is one at a time
  int until_removal_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_REQUEST_LOG_H_
