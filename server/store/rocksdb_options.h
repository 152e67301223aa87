// How RocksDB is set up: what an operator may choose, and what calibrd has decided.
//
//   RocksDbOptions options{.directory = "/var/lib/calibrd"};
//   options.warn = [](absl::string_view line) { spdlog::warn("rocksdb: {}", line); };
//
// Thread-safety: values; `free_bytes` and `warn` are called from any thread.

#ifndef CALIBRD_SERVER_STORE_ROCKSDB_OPTIONS_H_
#define CALIBRD_SERVER_STORE_ROCKSDB_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace rocksdb {
struct Options;
}  // namespace rocksdb

namespace calibrd::store {

// What the file system says; nullopt where it does not answer.
std::optional<uint64_t> FreeBytes(const std::string& directory);

struct RocksDbOptions {
  // Where the files are. Made if it does not exist; its parent has to. One process at a
  // time may have it open.
  std::string directory;

  // What is collected in memory before a file is written, in bytes. The log is about as
  // long, and reading it back is most of the time of a start after a crash.
  size_t write_buffer_bytes = 32 << 20;

  // Blocks of files that are kept in memory, uncompressed, in bytes. Small, because
  // calibrd serves from its own memory and reads the store at start and for old
  // revisions.
  size_t block_cache_bytes = 32 << 20;

  // How many bytes are free where a directory is; nullopt where nobody knows. Passed in
  // for tests, as a clock would be.
  std::function<std::optional<uint64_t>(const std::string& directory)> free_bytes =
      FreeBytes;

  // Receives what RocksDB warns of, a line at a time, from any thread. Nothing by
  // default.
  std::function<void(absl::string_view line)> warn = [](absl::string_view) {};

  // Read every table while opening and compare it with its checksum. The start takes as
  // long as reading the store from the disk; off only for measurements.
  bool verify_on_open = true;
};

// The same as RocksDB wants it, with every decision about durability, detection of damage
// and memory in one place.
rocksdb::Options ToRocksDb(const RocksDbOptions& options);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_ROCKSDB_OPTIONS_H_
