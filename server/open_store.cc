#include "server/open_store.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/store/memory_store.h"
#include "server/store/rocksdb_store.h"

namespace calibrd {
namespace {

constexpr absl::string_view kRocksDb = "rocksdb:";

absl::StatusOr<std::string> DefaultDirectory() {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path parent;
  if (state != nullptr && *state != '\0') {
    parent = state;
  } else if (home != nullptr && *home != '\0') {
    parent = std::filesystem::path(home) / ".local" / "state";
  } else {
    return absl::FailedPreconditionError(
        "--store=rocksdb: needs a home directory, and HOME is not set; name a directory "
        "with "
        "--store=rocksdb:DIRECTORY");
  }
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  if (error) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the state directory ", parent.string(), " cannot be made: ", error.message(),
        "; name another with --store=rocksdb:DIRECTORY"));
  }
  return (parent / "calibrd").string();
}

}  // namespace

std::string StoreKind(absl::string_view flag) {
  return std::string(flag.substr(0, flag.find(':')));
}

absl::Status CheckStoreFlag(absl::string_view flag) {
  if (flag == "memory:" || absl::StartsWith(flag, kRocksDb)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--store=", flag, " is neither rocksdb:DIRECTORY nor memory:; see calibrd --help"));
}

absl::StatusOr<std::unique_ptr<store::KeyValueStore>> OpenStore(
    absl::string_view flag, const telemetry::Logger& log) {
  if (absl::Status bad = CheckStoreFlag(flag); !bad.ok()) return bad;
  if (flag == "memory:") return std::make_unique<store::MemoryStore>();
  std::string directory(absl::StripPrefix(flag, kRocksDb));
  if (directory.empty()) {
    absl::StatusOr<std::string> found = DefaultDirectory();
    if (!found.ok()) return found.status();
    directory = *std::move(found);
  }
  store::RocksDbOptions options;
  options.directory = std::move(directory);
  options.warn = [&log](absl::string_view line) {
    log.Warning("rocksdb", {{"detail", line}});
  };
  absl::StatusOr<std::unique_ptr<store::RocksDbStore>> opened =
      store::RocksDbStore::Open(std::move(options));
  if (!opened.ok()) return opened.status();
  return std::unique_ptr<store::KeyValueStore>(*std::move(opened));
}

}  // namespace calibrd
