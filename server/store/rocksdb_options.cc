#include "server/store/rocksdb_options.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/env.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/options.h"
#include "rocksdb/table.h"

namespace calibrd::store {
namespace {

// RocksDB's own info log is a file in the store. On a full disk RocksDB 7.8 aborts the
// process (a failed assertion) at the second line that it cannot write there.
class WarningLogger : public rocksdb::Logger {
 public:
  explicit WarningLogger(std::function<void(absl::string_view)> warn)
      : rocksdb::Logger(rocksdb::InfoLogLevel::WARN_LEVEL), warn_(std::move(warn)) {}

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override {
    char line[1024];
    if (std::vsnprintf(line, sizeof(line), format, arguments) > 0) warn_(line);
  }
  void LogHeader(const char*, va_list) override {}  // pages of settings

 private:
  const std::function<void(absl::string_view)> warn_;
};

// The fastest compression that this build of RocksDB has.
rocksdb::CompressionType Compression() {
  const std::vector<rocksdb::CompressionType> supported =
      rocksdb::GetSupportedCompressions();
  for (const auto type :
       {rocksdb::kLZ4Compression, rocksdb::kSnappyCompression, rocksdb::kZSTD}) {
    if (std::find(supported.begin(), supported.end(), type) != supported.end()) {
      return type;
    }
  }
  return rocksdb::kNoCompression;
}

rocksdb::BlockBasedTableOptions TableOptions(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  table.cache_index_and_filter_blocks = true;  // so that they count as cache
  table.block_size = 16 << 10;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  return table;
}

}  // namespace

std::optional<uint64_t> FreeBytes(const std::string& directory) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory, error);
  if (error) return std::nullopt;
  return space.available;
}

rocksdb::Options ToRocksDb(const RocksDbOptions& options) {
  rocksdb::Options out;
  // Detection. A torn end of the log is what a crash leaves; anything else is damage.
  out.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  out.track_and_verify_wals_in_manifest = true;
  out.paranoid_checks = true;
  out.paranoid_file_checks = true;  // a new table is read back before the log goes
  out.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Memory.
  out.write_buffer_size = options.write_buffer_bytes;
  out.max_write_buffer_number = 2;
  out.max_open_files = 256;
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions(options)));
  // Disk. The manifest may not grow, and nothing is written that nobody reads.
  out.compression = Compression();
  out.max_manifest_file_size = 16 << 20;
  out.manifest_preallocation_size = 64 << 10;
  out.info_log = std::make_shared<WarningLogger>(options.warn);
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
  return out;
}

}  // namespace calibrd::store
