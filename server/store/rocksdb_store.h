// A KeyValueStore on the local disk: RocksDB, embedded in the process.
//
//   auto store = RocksDbStore::Open({.directory = "/var/lib/calibrd"});
//   if (!store.ok()) return store.status();   // says what to do about it
//   absl::Status status = (*store)->Apply(commit);
//
// Thread-safety: as key_value_store.h says. Many threads should apply at once: RocksDB
// writes their commits together and waits for the disk once for all of them.
// Memory: bounded by two write buffers and the block cache, besides what up to 256 open
// files need; it does not grow with the store.
//
// Durability. A commit is in the write-ahead log and synced before Apply returns OK.
// Damage is found, not skipped: every file is verified while opening, and a file that is
// missing, cut or altered is refused and named. Only the end of the log may be torn, for
// this is what a crash in the middle of a write leaves; nothing in it was acknowledged.
//
// Full disk. Apply answers RESOURCE_EXHAUSTED (STORE_FULL) while there is still room to
// write down all that is in memory, so that a start on the full disk works too. Nothing
// needs a restart: the next Apply after space was freed succeeds.
//
// After a write that the disk refused, RocksDB takes no more of them. The next Apply
// opens the store anew, as a restart would; reads go on. The write that was refused may
// then turn up, as after any crash: this is the one case in which a commit that failed
// with STORE_FULL or STORE_UNAVAILABLE is stored nevertheless.

#ifndef CALIBRD_SERVER_STORE_ROCKSDB_STORE_H_
#define CALIBRD_SERVER_STORE_ROCKSDB_STORE_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "server/mutex.h"
#include "server/store/key_locks.h"
#include "server/store/key_value_store.h"
#include "server/store/rocksdb_options.h"

namespace rocksdb {
class DB;
class WriteBatch;
}  // namespace rocksdb

namespace calibrd::store {

class RocksDbStore : public KeyValueStore {
 public:
  // FAILED_PRECONDITION (STORE_LOCKED) where another process has it open,
  // FAILED_PRECONDITION (STORE_UNAVAILABLE) where the directory cannot be used, DATA_LOSS
  // (STORE_CORRUPTED) where a file is damaged, RESOURCE_EXHAUSTED (STORE_FULL) where
  // there is no room to open.
  static absl::StatusOr<std::unique_ptr<RocksDbStore>> Open(RocksDbOptions options);

  // Writes down what is in memory, so that the next start is fast, and closes.
  ~RocksDbStore() override;

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) override;
  std::unique_ptr<Cursor> Scan(absl::string_view prefix) override;
  absl::Status Apply(const Commit& commit) override;
  std::string Describe() const override { return "rocksdb:" + options_.directory; }

 private:
  explicit RocksDbStore(RocksDbOptions options);

  absl::Status Start() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status OpenFiles(bool create) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Reopen() ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status CheckExpectations(const Commit& commit) ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status CheckRoom(size_t bytes) ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const RocksDbOptions options_;
  KeyLocks key_locks_;
  // Cursors that are alive: RocksDB cannot be closed under them.
  std::atomic<int> cursors_{0};
  // A write failed: `db_` takes no more of them.
  std::atomic<bool> refuses_writes_{false};

  // Shared while `db_` is used, exclusive while it is replaced.
  SharedMutex mutex_;
  std::unique_ptr<rocksdb::DB> db_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_ROCKSDB_STORE_H_
