// Checks the files that RocksDB writes as logs: the write-ahead log and the manifest.
//
//   absl::Status status = CheckLogs("/var/lib/calibrd");   // before RocksDB opens it
//
// A crash in the middle of a write leaves a log whose last record lacks its end. RocksDB
// takes any record that reaches beyond the end of the file for such a one, and skips it
// with all that follows in its block. So one flipped bit in the length of a record would
// silently cost up to 32 KB of changes that were acknowledged. Here the two are told
// apart: where a record that seems to lack its end is whole under another length, its
// length was altered. RocksDB does not name the log that is damaged, either; this does.
//
// The format is that of LevelDB (its doc/log_format.md): blocks of 32 KB; records of
// CRC-32C (4 bytes, masked), length (2), type (1) and content; no header is split.
//
// Errors: DATA_LOSS (STORE_CORRUPTED), with the file and the offset in the message and
// the file as metadata (`file`). Thread-safety: functions of their arguments and of the
// file system.

#ifndef CALIBRD_SERVER_STORE_ROCKSDB_LOG_CHECK_H_
#define CALIBRD_SERVER_STORE_ROCKSDB_LOG_CHECK_H_

#include <cstddef>
#include <istream>
#include <optional>
#include <string>

#include "absl/status/status.h"

namespace calibrd::store {

// Checks the manifest that is in use and every write-ahead log in `directory`. OK where
// there is no store yet. A log that is missing is damage too.
absl::Status CheckLogs(const std::string& directory);

// Where the first damaged record of a log is; nullopt where there is none, or where only
// the end of the last record is missing.
std::optional<size_t> FindDamage(std::istream& log);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_ROCKSDB_LOG_CHECK_H_
