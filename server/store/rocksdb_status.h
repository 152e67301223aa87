// What a RocksDB error means to calibrd.
//
// Thread-safety: functions of their arguments and of the file system.

#ifndef CALIBRD_SERVER_STORE_ROCKSDB_STATUS_H_
#define CALIBRD_SERVER_STORE_ROCKSDB_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "rocksdb/status.h"

namespace calibrd::store {

// `status` as an error of calibrd for the store in `directory`.
absl::Status FromRocksDb(const rocksdb::Status& status, const std::string& directory);

// The same for a failed open, which tells more: another process holds the lock, or a
// file is damaged or missing, which the message names.
absl::Status FromRocksDbOpen(const rocksdb::Status& status, const std::string& directory);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_ROCKSDB_STATUS_H_
