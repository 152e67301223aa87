#include "server/store/rocksdb_log_check.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "calibration/error.h"
#include "server/store/rocksdb_directory.h"

namespace calibrd::store {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlock = 32 << 10;
constexpr size_t kHeader = 7;
constexpr size_t kType = 6;       // where the type is; the sum covers it and the content
constexpr uint8_t kLastType = 4;  // full, first, middle, last

// The remainders of CRC-32C (Castagnoli, reflected), one for each byte.
constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table = {};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) rest = rest >> 1 ^ (rest & 1 ? 0x82f63b78 : 0);
    table[byte] = rest;
  }
  return table;
}
constexpr std::array<uint32_t, 256> kTable = MakeTable();

uint8_t At(absl::string_view bytes, size_t i) {
  return static_cast<uint8_t>(bytes[i]);
}

// A CRC-32C that is fed byte by byte, masked as logs hold it.
class Checksum {
 public:
  void Add(uint8_t byte) { rest_ = rest_ >> 8 ^ kTable[(rest_ ^ byte) & 0xff]; }
  uint32_t Masked() const {
    const uint32_t sum = ~rest_;
    return (sum >> 15 | sum << 17) + 0xa282ead8u;
  }

 private:
  uint32_t rest_ = 0xffffffff;
};

uint32_t StoredSum(absl::string_view record) {
  return At(record, 0) | At(record, 1) << 8 | At(record, 2) << 16 |
         static_cast<uint32_t>(At(record, 3)) << 24;
}

// Whether the sum of `record` is right for a content of `length` bytes.
bool IsWhole(absl::string_view record, size_t length) {
  Checksum sum;
  for (size_t i = kType; i < kHeader + length; ++i) sum.Add(At(record, i));
  return sum.Masked() == StoredSum(record);
}

// Whether it is whole for some content that ends in `bytes`.
bool IsWholeForAnyLength(absl::string_view bytes) {
  Checksum sum;
  for (size_t i = kType; i < bytes.size(); ++i) {
    sum.Add(At(bytes, i));
    if (sum.Masked() == StoredSum(bytes)) return true;
  }
  return false;
}

bool IsZero(absl::string_view bytes) {
  return bytes.find_first_not_of('\0') == absl::string_view::npos;
}

// What the records of one block come to.
struct BlockCheck {
  std::optional<size_t> damage;  // the offset of the first damaged record
  std::optional<size_t> zeros;   // from where there is nothing but zeros
};

BlockCheck CheckBlock(absl::string_view block, bool last) {
  size_t at = 0;
  while (block.size() - at >= kHeader) {
    const absl::string_view rest = block.substr(at);
    const size_t length = static_cast<size_t>(At(rest, 4) | At(rest, 5) << 8);
    const uint8_t type = At(rest, kType);
    if (IsZero(rest)) return {.damage = std::nullopt, .zeros = at};
    if (type < 1 || type > kLastType) return {.damage = at};
    if (kHeader + length > rest.size()) {
      if (last && !IsWholeForAnyLength(rest)) return {};  // torn
      return {.damage = at};
    }
    if (!IsWhole(rest, length)) return {.damage = at};
    at += kHeader + length;
  }
  return {};
}

absl::Status Damaged(const fs::path& file, absl::string_view what) {
  return Error(absl::StatusCode::kDataLoss, reason::kStoreCorrupted,
               absl::StrCat("the store in ", file.parent_path().native(),
                            " is damaged: ", file.native(), " ", what,
                            ": restore the store from a backup"))
      .Meta("file", file.native());
}

absl::Status CheckLog(const fs::path& file) {
  std::ifstream log(file, std::ios::binary);
  if (!log) return Damaged(file, "cannot be read");
  const std::optional<size_t> damage = FindDamage(log);
  if (!damage) return absl::OkStatus();
  return Damaged(file, absl::StrCat("fails its checksum at offset ", *damage));
}

absl::Status CheckManifest(const fs::path& directory) {
  std::ifstream current(directory / "CURRENT");
  std::string name;
  if (!std::getline(current, name) || !absl::StartsWith(name, "MANIFEST-")) {
    return Damaged(directory / "CURRENT", "does not name a manifest");
  }
  return CheckLog(directory / name);
}

}  // namespace

std::optional<size_t> FindDamage(std::istream& log) {
  std::string bytes(kBlock, '\0');
  std::optional<size_t> zeros;
  for (size_t start = 0;; start += kBlock) {
    log.read(bytes.data(), static_cast<std::streamsize>(kBlock));
    const absl::string_view block(bytes.data(), static_cast<size_t>(log.gcount()));
    const bool last =
        block.size() < kBlock || log.peek() == std::istream::traits_type::eof();
    // Zeros are space that was never written to, but only where nothing follows.
    if (zeros && !IsZero(block)) return zeros;
    const BlockCheck check = CheckBlock(block, last);
    if (check.damage) return start + *check.damage;
    if (check.zeros && !zeros) zeros = start + *check.zeros;
    if (last) return std::nullopt;
  }
}

absl::Status CheckLogs(const std::string& directory) {
  const fs::path path(directory);
  std::error_code error;
  if (!fs::exists(path / "CURRENT", error)) return absl::OkStatus();
  if (absl::Status status = CheckManifest(path); !status.ok()) return status;
  int logs = 0;
  for (fs::directory_iterator it(path, error), end; !error && it != end;
       it.increment(error)) {
    if (it->path().extension() != ".log" || !IsNumbered(it->path())) continue;
    ++logs;
    if (absl::Status status = CheckLog(it->path()); !status.ok()) return status;
  }
  // RocksDB keeps the current log even when there is nothing in it, and does not miss it
  // where it was removed with the changes in it.
  if (logs == 0) return Damaged(path / "*.log", "(the write-ahead log) is missing");
  return absl::OkStatus();
}

}  // namespace calibrd::store
