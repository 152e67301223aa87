// Whether a directory can hold a store, checked before RocksDB touches it, so that what
// people get wrong at the first start is answered in words that help.
//
//   absl::Status status = PrepareDirectory("/var/lib/calibrd");
//
// Errors: FAILED_PRECONDITION (STORE_UNAVAILABLE) for a missing parent, a path that is
// no directory, a directory that cannot be written; DATA_LOSS (STORE_CORRUPTED) for a
// store that lost the file that RocksDB starts from, as RocksDB would take it for an
// empty one and delete what is left.

#ifndef CALIBRD_SERVER_STORE_ROCKSDB_DIRECTORY_H_
#define CALIBRD_SERVER_STORE_ROCKSDB_DIRECTORY_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace calibrd::store {

// Makes the last component of `directory` if it does not exist, readable by its owner
// only, and checks that a store can be there.
absl::Status PrepareDirectory(const std::string& directory);

// Whether a file is named as RocksDB names its tables and logs, such as 000012.log.
bool IsNumbered(const std::filesystem::path& file);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_ROCKSDB_DIRECTORY_H_
