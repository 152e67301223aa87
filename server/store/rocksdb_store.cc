#include "server/store/rocksdb_store.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/options.h"
#include "rocksdb/write_batch.h"
#include "server/store/rocksdb_directory.h"
#include "server/store/rocksdb_log_check.h"
#include "server/store/rocksdb_options.h"
#include "server/store/rocksdb_status.h"

namespace calibrd::store {
namespace {

// Room that is left on the disk besides what memory holds: for the manifest, the info
// log, and what the file system itself needs.
constexpr size_t kSlackBytes = 1 << 20;

rocksdb::Slice ToSlice(absl::string_view text) {
  return {text.data(), text.size()};
}

absl::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// The first key after all keys that start with `prefix`; empty where there is none.
std::string After(absl::string_view prefix) {
  std::string after(prefix);
  while (!after.empty() && after.back() == '\xff') after.pop_back();
  if (!after.empty()) ++after.back();
  return after;
}

class RocksDbCursor : public Cursor {
 public:
  RocksDbCursor(rocksdb::DB* db, absl::string_view prefix, const std::string& directory,
                std::atomic<int>* alive)
      : prefix_(prefix),
        after_(After(prefix)),
        bound_(after_),
        directory_(directory),
        alive_(alive) {
    alive_->fetch_add(1);
    rocksdb::ReadOptions options;
    if (!after_.empty()) options.iterate_upper_bound = &bound_;
    options.fill_cache = false;
    iterator_.reset(db->NewIterator(options));
    iterator_->Seek(prefix_);
  }

  ~RocksDbCursor() override {
    iterator_.reset();
    alive_->fetch_sub(1);
  }

  bool Valid() const override { return iterator_->Valid(); }
  void Next() override { iterator_->Next(); }
  void Seek(absl::string_view key) override {
    iterator_->Seek(ToSlice(std::max(key, absl::string_view(prefix_))));
  }
  absl::string_view key() const override { return ToView(iterator_->key()); }
  absl::string_view value() const override { return ToView(iterator_->value()); }
  absl::Status status() const override {
    return FromRocksDb(iterator_->status(), directory_);
  }

 private:
  const std::string prefix_;
  const std::string after_;
  const rocksdb::Slice bound_;  // RocksDB keeps a pointer to it
  const std::string directory_;
  std::atomic<int>* const alive_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

// Stands for a cursor that could not be made.
class FailedCursor : public Cursor {
 public:
  explicit FailedCursor(absl::Status status) : status_(std::move(status)) {}
  bool Valid() const override { return false; }
  void Next() override {}
  void Seek(absl::string_view) override {}
  absl::string_view key() const override { return {}; }
  absl::string_view value() const override { return {}; }
  absl::Status status() const override { return status_; }

 private:
  const absl::Status status_;
};

absl::Status Closed(const std::string& directory) {
  return Error(absl::StatusCode::kUnavailable, reason::kStoreUnavailable,
               absl::StrCat("the store in ", directory,
                            " could not be opened again after a failed write"));
}

// Checks the logs while no other process writes them, for what is being written can look
// damaged.
absl::Status CheckLogsAlone(const std::string& directory) {
  rocksdb::Env* env = rocksdb::Env::Default();
  rocksdb::FileLock* lock = nullptr;
  const rocksdb::Status locked = env->LockFile(directory + "/LOCK", &lock);
  if (!locked.ok()) return FromRocksDbOpen(locked, directory);
  absl::Status status = CheckLogs(directory);
  env->UnlockFile(lock);
  return status;
}

rocksdb::WriteBatch ToBatch(const Commit& commit) {
  rocksdb::WriteBatch batch;
  for (const std::string& key : commit.deletes) batch.Delete(key);
  for (const Commit::Put& put : commit.puts) batch.Put(put.key, put.value);
  return batch;
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(RocksDbOptions options) {
  if (absl::Status status = PrepareDirectory(options.directory); !status.ok()) {
    return status;
  }
  if (absl::Status status = CheckLogsAlone(options.directory); !status.ok()) {
    return status;
  }
  auto store = std::unique_ptr<RocksDbStore>(new RocksDbStore(std::move(options)));
  if (absl::Status status = store->Start(); !status.ok()) return status;
  return store;
}

absl::Status RocksDbStore::Start() {
  WriterLock lock(mutex_);
  if (absl::Status status = OpenFiles(/*create=*/true); !status.ok()) return status;
  if (!options_.verify_on_open) return absl::OkStatus();
  rocksdb::ReadOptions sequential;
  sequential.readahead_size = 2 << 20;
  return FromRocksDbOpen(db_->VerifyFileChecksums(sequential), options_.directory);
}

RocksDbStore::RocksDbStore(RocksDbOptions options) : options_(std::move(options)) {}

RocksDbStore::~RocksDbStore() {
  WriterLock lock(mutex_);
  // A failure loses nothing: what is not in a table is in the log.
  if (db_ != nullptr && !refuses_writes_) db_->Flush(rocksdb::FlushOptions());
}

absl::Status RocksDbStore::OpenFiles(bool create) {
  rocksdb::Options options = ToRocksDb(options_);
  options.create_if_missing = create;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, options_.directory, &db);
  db_.reset(db);
  return FromRocksDbOpen(status, options_.directory);
}

// DB::Resume is not enough in RocksDB 7.8: where nothing is in memory it keeps the log
// whose writer failed, and then refuses every write for good.
absl::Status RocksDbStore::Reopen() {
  WriterLock lock(mutex_);
  if (!refuses_writes_) return absl::OkStatus();  // somebody else did it
  if (cursors_ > 0) {
    return Error(absl::StatusCode::kUnavailable, reason::kStoreUnavailable,
                 absl::StrCat("the store in ", options_.directory,
                              " recovers from a failed write as soon as those who read "
                              "it are done: try again"));
  }
  if (db_ != nullptr) {  // while there is no room to open it, it can still be read
    if (absl::Status status = CheckRoom(0); !status.ok()) return status;
    db_.reset();
  }
  if (absl::Status status = OpenFiles(/*create=*/false); !status.ok()) return status;
  refuses_writes_ = false;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> RocksDbStore::Get(absl::string_view key) {
  ReaderLock lock(mutex_);
  if (db_ == nullptr) return Closed(options_.directory);
  std::string value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocksDb(status, options_.directory);
  return value;
}

std::unique_ptr<Cursor> RocksDbStore::Scan(absl::string_view prefix) {
  ReaderLock lock(mutex_);
  if (db_ == nullptr) return std::make_unique<FailedCursor>(Closed(options_.directory));
  return std::make_unique<RocksDbCursor>(db_.get(), prefix, options_.directory,
                                         &cursors_);
}

absl::Status RocksDbStore::Apply(const Commit& commit) {
  if (refuses_writes_) {
    if (absl::Status status = Reopen(); !status.ok()) return status;
  }
  ReaderLock lock(mutex_);
  if (db_ == nullptr) return Closed(options_.directory);
  const KeyLocks::Held held = key_locks_.Lock(commit);
  if (absl::Status status = CheckExpectations(commit); !status.ok()) return status;
  rocksdb::WriteBatch batch = ToBatch(commit);
  if (absl::Status status = CheckRoom(batch.GetDataSize()); !status.ok()) return status;

  rocksdb::WriteOptions durable;
  durable.sync = true;
  const rocksdb::Status status = db_->Write(durable, &batch);
  if (!status.ok()) refuses_writes_ = true;
  return FromRocksDb(status, options_.directory);
}

absl::Status RocksDbStore::CheckExpectations(const Commit& commit) {
  std::string value;
  for (const Commit::Expectation& expectation : commit.expect) {
    const rocksdb::Status status =
        db_->Get(rocksdb::ReadOptions(), expectation.key, &value);
    if (!status.ok() && !status.IsNotFound()) {
      return FromRocksDb(status, options_.directory);
    }
    const bool holds = status.ok() ? expectation.value == value : !expectation.value;
    if (!holds) return ConflictOn(expectation.key);
  }
  return absl::OkStatus();
}

// What is in memory has to fit onto the disk once more, as a table, before the log of it
// can go; without this room a store on a full disk could not even be opened.
absl::Status RocksDbStore::CheckRoom(size_t bytes) {
  const std::optional<uint64_t> free = options_.free_bytes(options_.directory);
  if (!free) return absl::OkStatus();  // the write will tell what is wrong
  uint64_t memory = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &memory);
  if (*free >= memory + 2 * bytes + kSlackBytes) return absl::OkStatus();
  return FromRocksDb(rocksdb::Status::NoSpace(), options_.directory);
}

}  // namespace calibrd::store
