// Damaged files: each kind of damage is found at the start, and the file is named. A copy
// of the directory of a running store is what a crash would leave.

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/store/rocksdb_store.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kProfiles = 200;

std::string Read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

void Write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

// The largest file with this extension.
fs::path Largest(const fs::path& directory, absl::string_view extension) {
  fs::path largest;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != std::string(extension)) continue;
    if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry;
  }
  return largest;
}

class RocksDbDamageTest : public ::testing::Test {
 protected:
  // Fills a store; what a crash leaves of it is in crashed(), what a proper end leaves,
  // with everything in tables, is in closed().
  static void SetUpTestSuite() {
    root_ = new TemporaryDirectory();
    auto kv = RocksDbStore::Open({.directory = closed()});
    ASSERT_THAT(kv, IsOk());
    RecordingListener listener;
    auto store = ProfileStore::Open(*std::move(kv), {}, &listener);
    ASSERT_THAT(store, IsOk());
    for (int i = 0; i < kProfiles; ++i) {
      ASSERT_THAT((*store)->AddRevision(Fit(absl::StrCat("p", 1000 + i), i), {}), IsOk());
    }
    fs::copy(closed(), crashed());
    store->reset();
  }
  static void TearDownTestSuite() { delete root_; }

  static std::string closed() { return *root_ / "closed"; }
  static std::string crashed() { return *root_ / "crashed"; }

  // A copy to do damage to.
  std::string CopyOf(const std::string& directory) {
    std::string copy = temporary_ / "store";
    fs::remove_all(copy);
    fs::copy(directory, copy);
    return copy;
  }

  // How many profiles are read from `directory`.
  absl::StatusOr<int> Load(const std::string& directory) {
    auto kv = RocksDbStore::Open({.directory = directory});
    if (!kv.ok()) return kv.status();
    RecordingListener listener;
    auto store = ProfileStore::Open(*std::move(kv), {}, &listener);
    if (!store.ok()) return store.status();
    if (absl::Status status = (*store)->Load(); !status.ok()) return status;
    return static_cast<int>(listener.Take().size());
  }

  void ExpectDamageIn(const fs::path& file) {
    const auto loaded = Load(file.parent_path());
    EXPECT_THAT(loaded, FailsWith(absl::StatusCode::kDataLoss, reason::kStoreCorrupted));
    EXPECT_THAT(std::string(loaded.status().message()),
                HasSubstr(file.filename().native()));
  }

  static TemporaryDirectory* root_;
  TemporaryDirectory temporary_;
};

TemporaryDirectory* RocksDbDamageTest::root_ = nullptr;

TEST_F(RocksDbDamageTest, WithoutDamageEverythingIsRead) {
  EXPECT_THAT(Load(CopyOf(closed())), ::testing::Eq(absl::StatusOr<int>(kProfiles)));
  EXPECT_THAT(Load(CopyOf(crashed())), ::testing::Eq(absl::StatusOr<int>(kProfiles)));
}

TEST_F(RocksDbDamageTest, AProperEndLeavesNothingInTheLog) {
  EXPECT_EQ(Read(Largest(closed(), ".log")), "");
}

TEST_F(RocksDbDamageTest, AFlippedByteAnywhereInATableIsFound) {
  const std::string name = Largest(closed(), ".sst").filename();
  const std::string bytes = Read(fs::path(closed()) / name);
  for (size_t at = 0; at < bytes.size(); at += bytes.size() / 100) {
    const fs::path table = fs::path(CopyOf(closed())) / name;
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    Write(table, damaged);
    SCOPED_TRACE(at);
    ExpectDamageIn(table);
  }
}

TEST_F(RocksDbDamageTest, ACutTableIsFound) {
  const fs::path table = Largest(CopyOf(closed()), ".sst");
  fs::resize_file(table, fs::file_size(table) / 2);
  ExpectDamageIn(table);
}

TEST_F(RocksDbDamageTest, AMissingTableIsFound) {
  const fs::path table = Largest(CopyOf(closed()), ".sst");
  fs::remove(table);
  ExpectDamageIn(table);
}

TEST_F(RocksDbDamageTest, AMissingStartingPointIsNotTakenForAnEmptyStore) {
  const fs::path current = fs::path(CopyOf(closed())) / "CURRENT";
  fs::remove(current);
  ExpectDamageIn(current);
}

TEST_F(RocksDbDamageTest, AFlippedByteAnywhereInTheManifestIsFound) {
  const fs::path directory = CopyOf(closed());
  std::string name = Read(directory / "CURRENT");
  name.pop_back();  // the line feed
  const std::string bytes = Read(directory / name);
  for (size_t at = 0; at < bytes.size(); at += 16) {
    const fs::path manifest = fs::path(CopyOf(closed())) / name;
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    Write(manifest, damaged);
    SCOPED_TRACE(at);
    ExpectDamageIn(manifest);
  }
}

TEST_F(RocksDbDamageTest, AFlippedByteAnywhereInTheLogIsFound) {
  const std::string name = Largest(crashed(), ".log").filename();
  const std::string bytes = Read(fs::path(crashed()) / name);
  for (size_t at = 0; at < bytes.size(); at += bytes.size() / 200) {
    const fs::path log = fs::path(CopyOf(crashed())) / name;
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    Write(log, damaged);
    SCOPED_TRACE(at);
    ExpectDamageIn(log);
  }
}

// What a crash in the middle of a write leaves; the last change was not acknowledged.
TEST_F(RocksDbDamageTest, ATornEndOfTheLogCostsTheLastChangeOnly) {
  const std::string name = Largest(crashed(), ".log").filename();
  const size_t size = fs::file_size(fs::path(crashed()) / name);
  for (const size_t cut : {1, 5, 20, 100}) {
    const fs::path log = fs::path(CopyOf(crashed())) / name;
    fs::resize_file(log, size - cut);
    EXPECT_THAT(Load(log.parent_path()),
                ::testing::Eq(absl::StatusOr<int>(kProfiles - 1)));
  }
}

TEST_F(RocksDbDamageTest, AMissingLogIsFound) {
  const fs::path log = Largest(CopyOf(crashed()), ".log");
  fs::remove(log);
  ExpectDamageIn(log.parent_path() / "*.log");
}

}  // namespace
}  // namespace calibrd::store
