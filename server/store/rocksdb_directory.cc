#include "server/store/rocksdb_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "calibration/error.h"

namespace calibrd::store {
namespace {

namespace fs = std::filesystem;

absl::Status Unusable(absl::string_view directory, absl::string_view why) {
  return Error(absl::StatusCode::kFailedPrecondition, reason::kStoreUnavailable,
               absl::StrCat("the store directory ", directory, " cannot be used: ", why))
      .Meta("directory", directory);
}

// A new directory is durable once its parent is synced.
void SyncDirectory(const fs::path& directory) {
  const int file = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  fsync(file);
  close(file);
}

absl::Status Make(const fs::path& directory) {
  const fs::path parent =
      directory.has_parent_path() ? directory.parent_path() : fs::path(".");
  std::error_code ignored;
  if (!fs::exists(parent, ignored)) {
    return Unusable(directory.native(),
                    absl::StrCat("its parent ", parent.native(),
                                 " does not exist: create it, or mount the volume that "
                                 "should be there"));
  }
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return Unusable(
        directory.native(),
        absl::StrCat("it does not exist and cannot be made: ", std::strerror(errno)));
  }
  SyncDirectory(parent);
  return absl::OkStatus();
}

bool HoldsData(const fs::path& file) {
  return IsNumbered(file) && (file.extension() == ".sst" || file.extension() == ".log");
}

absl::Status CheckComplete(const fs::path& directory) {
  std::error_code error;
  const fs::path current = directory / "CURRENT";
  if (fs::exists(current, error)) return absl::OkStatus();
  for (fs::directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    if (!HoldsData(it->path())) continue;
    return Error(absl::StatusCode::kDataLoss, reason::kStoreCorrupted,
                 absl::StrCat(
                     "the store in ", directory.native(),
                     " is damaged: ", current.native(), " is missing, although there is ",
                     it->path().filename().native(), ": restore the store from a backup"))
        .Meta("file", current.native());
  }
  if (error) {
    return Unusable(directory.native(),
                    absl::StrCat("it cannot be listed: ", error.message()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareDirectory(const std::string& directory) {
  if (directory.empty()) return Unusable("\"\"", "no directory is named");
  fs::path path = fs::path(directory).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "a/b/" means "a/b"

  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) {
    if (absl::Status made = Make(path); !made.ok()) return made;
  } else if (status.type() == fs::file_type::none) {
    return Unusable(directory, error.message());
  } else if (status.type() != fs::file_type::directory) {
    return Unusable(directory, "it is a file, and has to be a directory");
  }
  if (access(path.c_str(), R_OK | W_OK | X_OK) != 0) {
    return Unusable(directory, absl::StrCat(std::strerror(errno),
                                            ": calibrd has to be able to write there"));
  }
  return CheckComplete(path);
}

bool IsNumbered(const fs::path& file) {
  const std::string stem = file.stem().native();
  return !stem.empty() && stem.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace calibrd::store
