// A full disk, on a small file system in memory: nothing that was acknowledged is lost,
// and nothing needs a restart once there is space.

#include <sys/mount.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/store/rocksdb_store.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

using ::absl::StatusCode;

class RocksDbFullDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    volume_ = temporary_ / "volume";
    std::filesystem::create_directory(volume_);
    if (mount("tmpfs", volume_.c_str(), "tmpfs", 0, "size=24m") != 0) {
      GTEST_SKIP() << "mounting is not permitted here";
    }
    mounted_ = true;
    Reopen();
  }
  void TearDown() override {
    store_.reset();
    if (mounted_) umount(volume_.c_str());
  }

  void Reopen() {
    store_.reset();
    RocksDbOptions options{.directory = volume_ + "/store"};
    options.free_bytes = [this](const std::string& directory) {
      return looks_ ? FreeBytes(directory) : std::nullopt;
    };
    auto store = RocksDbStore::Open(options);
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }

  absl::Status Put(int i) {
    // Numbers that no compression makes small.
    std::string value;
    uint64_t state = static_cast<uint64_t>(i) + 1;
    for (int j = 0; j < 512; ++j) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      value.append(reinterpret_cast<const char*>(&state), sizeof(state));
    }
    return store_->Apply(
        {.expect = {}, .puts = {{absl::StrCat("key", i), value}}, .deletes = {}});
  }

  // Puts from `first` on until one fails, and returns that status; `count` is advanced
  // for each that was acknowledged.
  absl::Status PutUntilFull() {
    while (true) {
      absl::Status status = Put(count_);
      if (!status.ok()) return status;
      ++count_;
    }
  }

  void ExpectAllAcknowledgedAreThere() {
    for (int i = 0; i < count_; ++i) {
      auto value = store_->Get(absl::StrCat("key", i));
      ASSERT_THAT(value, IsOk()) << i;
      ASSERT_TRUE(value->has_value()) << i;
    }
  }

  // Takes all the space that is left, as another program may.
  void FillUp() {
    std::ofstream file(filler(), std::ios::binary | std::ios::app);
    const std::string block(64 << 10, 'x');
    while (file.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {
    }
  }
  void FreeUp() { std::filesystem::remove(filler()); }
  std::string filler() const { return volume_ + "/filler"; }

  TemporaryDirectory temporary_;
  std::string volume_;
  bool mounted_ = false;
  // Off: the store does not see how full the disk is, and runs into its end, as when
  // another program takes the space between the look at it and the write.
  bool looks_ = true;
  std::unique_ptr<RocksDbStore> store_;
  int count_ = 0;
};

const auto Full = [] {
  return FailsWith(StatusCode::kResourceExhausted, reason::kStoreFull);
};

TEST_F(RocksDbFullDiskTest, IsRefusedWithoutLoss) {
  EXPECT_THAT(PutUntilFull(), Full());
  EXPECT_GT(count_, 1000);
  ExpectAllAcknowledgedAreThere();
  EXPECT_THAT(Put(count_), Full());
}

TEST_F(RocksDbFullDiskTest, ARestartOnTheFullDiskWorks) {
  EXPECT_THAT(PutUntilFull(), Full());
  // As a crash leaves it: nothing was written down while closing.
  const std::string crashed = temporary_ / "crashed";
  std::filesystem::copy(volume_ + "/store", crashed);
  store_.reset();
  for (const auto& entry : std::filesystem::directory_iterator(volume_ + "/store")) {
    std::filesystem::remove(entry);
  }
  for (const auto& entry : std::filesystem::directory_iterator(crashed)) {
    std::filesystem::copy(entry, volume_ + "/store");
  }
  Reopen();
  ExpectAllAcknowledgedAreThere();
}

TEST_F(RocksDbFullDiskTest, WritesGoOnOnceThereIsSpace) {
  FillUp();
  EXPECT_THAT(PutUntilFull(), Full());
  FreeUp();
  const int before = count_;
  EXPECT_THAT(PutUntilFull(), Full());
  EXPECT_GT(count_, before + 1000);
  ExpectAllAcknowledgedAreThere();
  Reopen();
  ExpectAllAcknowledgedAreThere();
}

TEST_F(RocksDbFullDiskTest, WritesGoOnAfterOneRanIntoTheEndOfTheDisk) {
  for (int i = 0; i < 100; ++i, ++count_) ASSERT_THAT(Put(count_), IsOk());
  FillUp();
  looks_ = false;
  EXPECT_THAT(PutUntilFull(), Full());
  looks_ = true;
  EXPECT_THAT(Put(count_), Full());
  ExpectAllAcknowledgedAreThere();  // reads go on
  FreeUp();
  for (int i = 0; i < 100; ++i, ++count_) ASSERT_THAT(Put(count_), IsOk());
  ExpectAllAcknowledgedAreThere();
  Reopen();
  ExpectAllAcknowledgedAreThere();
}

// RocksDB's own recovery keeps the broken log where nothing is in memory.
TEST_F(RocksDbFullDiskTest, WritesGoOnAfterTheFirstOneRanIntoTheEndOfTheDisk) {
  for (int i = 0; i < 100; ++i, ++count_) ASSERT_THAT(Put(count_), IsOk());
  Reopen();
  FillUp();
  looks_ = false;
  EXPECT_THAT(Put(count_), Full());
  looks_ = true;
  FreeUp();
  for (int i = 0; i < 100; ++i, ++count_) ASSERT_THAT(Put(count_), IsOk());
  ExpectAllAcknowledgedAreThere();
  Reopen();
  ExpectAllAcknowledgedAreThere();
}

TEST_F(RocksDbFullDiskTest, RecoveryWaitsForThoseWhoRead) {
  FillUp();
  looks_ = false;
  EXPECT_THAT(PutUntilFull(), Full());
  FreeUp();
  std::unique_ptr<Cursor> cursor = store_->Scan("");
  EXPECT_THAT(Put(count_),
              FailsWith(StatusCode::kUnavailable, reason::kStoreUnavailable));
  cursor.reset();
  EXPECT_THAT(Put(count_), IsOk());
}

// Not even an empty store is made in the place of one that is gone.
TEST_F(RocksDbFullDiskTest, AStoreThatCouldNotBeOpenedAgainIsTriedAgain) {
  FillUp();
  looks_ = false;
  EXPECT_THAT(PutUntilFull(), Full());
  FreeUp();
  std::filesystem::rename(volume_ + "/store", volume_ + "/away");
  EXPECT_FALSE(Put(count_).ok());
  EXPECT_THAT(store_->Get("key0"),
              FailsWith(StatusCode::kUnavailable, reason::kStoreUnavailable));
  EXPECT_THAT(store_->Scan("")->status(),
              FailsWith(StatusCode::kUnavailable, reason::kStoreUnavailable));
  std::filesystem::remove_all(volume_ + "/store");
  std::filesystem::rename(volume_ + "/away", volume_ + "/store");
  EXPECT_THAT(Put(count_), IsOk());
  ++count_;
  ExpectAllAcknowledgedAreThere();
}

TEST_F(RocksDbFullDiskTest, ManyWritersLoseNothingThatWasAcknowledged) {
  FillUp();
  looks_ = false;
  std::array<std::vector<int>, 8> acknowledged;
  std::atomic<int> attempts = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([this, thread, &attempts, &mine = acknowledged[thread]] {
      // Whichever thread is scheduled frees the disk, so that none can use up its
      // attempts while it is full.
      for (int i = thread; i < 8 * 4000 && mine.size() < 300; i += 8) {
        if (attempts++ == 400) FreeUp();
        if (Put(i).ok()) mine.push_back(i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Reopen();
  for (const std::vector<int>& mine : acknowledged) {
    EXPECT_EQ(mine.size(), 300u);
    for (const int i : mine)
      EXPECT_TRUE((*store_->Get(absl::StrCat("key", i))).has_value());
  }
}

}  // namespace
}  // namespace calibrd::store
