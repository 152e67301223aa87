#include "server/store/rocksdb_status.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "calibration/error.h"
#include "rocksdb/options.h"
#include "rocksdb/sst_file_reader.h"

namespace calibrd::store {
namespace {

absl::Status Corrupted(const std::string& message, const std::string& directory) {
  return Error(absl::StatusCode::kDataLoss, reason::kStoreCorrupted,
               absl::StrCat("the store in ", directory, " is damaged: ", message,
                            ": restore the store from a backup"))
      .Meta("directory", directory);
}

// The table in `directory` that RocksDB cannot read; empty where it can read them all.
std::string FindDamagedTable(const std::string& directory) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != ".sst") continue;
    rocksdb::SstFileReader reader((rocksdb::Options()));
    const rocksdb::Status opened = reader.Open(it->path().native());
    if (!opened.ok() || !reader.VerifyChecksum().ok()) return it->path().native();
  }
  return "";
}

}  // namespace

absl::Status FromRocksDb(const rocksdb::Status& status, const std::string& directory) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption()) return Corrupted(status.ToString(), directory);
  if (status.IsNoSpace()) {
    return Error(absl::StatusCode::kResourceExhausted, reason::kStoreFull,
                 absl::StrCat("the disk of the store in ", directory,
                              " is full: free some space; no restart is needed"));
  }
  return Error(
      absl::StatusCode::kUnavailable, reason::kStoreUnavailable,
      absl::StrCat("the store in ", directory, " cannot be used: ", status.ToString()));
}

absl::Status FromRocksDbOpen(const rocksdb::Status& status,
                             const std::string& directory) {
  // RocksDB tries a name of old for a table that is missing, and reports that one.
  const std::string message = absl::StrReplaceAll(status.ToString(), {{".ldb", ".sst"}});
  const bool not_allowed = absl::StrContains(message, "Permission denied") ||
                           absl::StrContains(message, "Read-only file system");
  if (status.IsIOError() && absl::StrContains(message, "/LOCK") && !not_allowed) {
    return Error(absl::StatusCode::kFailedPrecondition, reason::kStoreLocked,
                 absl::StrCat("the store in ", directory,
                              " is in use by another process: stop it or choose another "
                              "--store"));
  }
  if (status.IsNoSpace()) {
    return Error(absl::StatusCode::kResourceExhausted, reason::kStoreFull,
                 absl::StrCat("the disk of the store in ", directory,
                              " is full, so that it cannot be opened: free some space"));
  }
  // Some damage to a table is reported as one of the manifest.
  if (status.IsCorruption() && !absl::StrContains(message, ".sst")) {
    const std::string table = FindDamagedTable(directory);
    if (!table.empty()) return Corrupted(absl::StrCat(table, ": ", message), directory);
  }
  // A file that the manifest names and that is not there.
  if (status.IsPathNotFound() || status.IsCorruption())
    return Corrupted(message, directory);
  return FromRocksDb(status, directory);
}

}  // namespace calibrd::store
