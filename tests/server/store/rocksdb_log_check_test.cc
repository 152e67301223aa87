// Damage to a log of several blocks, at every place, against tears at every place.

#include "server/store/rocksdb_log_check.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "server/store/rocksdb_store.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

class LogCheckTest : public ::testing::Test {
 protected:
  static constexpr int kLastValue = 19 * 250;

  LogCheckTest() {
    TemporaryDirectory temporary;
    auto store = RocksDbStore::Open({.directory = temporary / "store"});
    for (int size = 0; size <= kLastValue; size += 250) {
      const Commit commit{.expect = {},
                          .puts = {{"key", std::string(static_cast<size_t>(size),
                                                       static_cast<char>(size))}},
                          .deletes = {}};
      EXPECT_THAT((*store)->Apply(commit), IsOk());
    }
    for (const auto& entry : std::filesystem::directory_iterator(temporary / "store")) {
      if (entry.path().extension() != ".log") continue;
      std::ostringstream bytes;
      bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
      log_ = bytes.str();
    }
  }

  static std::optional<size_t> DamageIn(const std::string& bytes) {
    std::istringstream log(bytes);
    return FindDamage(log);
  }

  std::string Flipped(size_t bit) const {
    std::string flipped = log_;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    return flipped;
  }

  std::string log_;
};

TEST_F(LogCheckTest, FindsNothingInAWholeLog) {
  EXPECT_GT(log_.size(), 40'000u);
  EXPECT_EQ(DamageIn(log_), std::nullopt);
  EXPECT_EQ(DamageIn(""), std::nullopt);
}

TEST_F(LogCheckTest, AllowsSpaceThatWasNeverWrittenTo) {
  EXPECT_EQ(DamageIn(log_ + std::string(100'000, '\0')), std::nullopt);
}

// RocksDB skips such a hole, with the changes that were there.
TEST_F(LogCheckTest, FindsAHoleInTheMiddle) {
  std::string holed = log_;
  holed.replace(8'000, 24'768, 24'768, '\0');
  EXPECT_NE(DamageIn(holed), std::nullopt);
}

TEST_F(LogCheckTest, FindsAnyFlippedBitOfTheFirstRecords) {
  for (size_t bit = 0; bit < 2'000; ++bit)
    ASSERT_NE(DamageIn(Flipped(bit)), std::nullopt);
}

TEST_F(LogCheckTest, FindsFlippedBitsInEveryBlock) {
  for (size_t bit = 0; bit < 8 * log_.size(); bit += 997) {
    ASSERT_NE(DamageIn(Flipped(bit)), std::nullopt) << bit;
  }
}

// In its length, too, which makes it look like a record that lacks its end.
TEST_F(LogCheckTest, FindsAnyFlippedBitOfTheLastRecordsHeader) {
  const size_t near = 8 * (log_.size() - kLastValue - 40);
  for (size_t bit = near; bit < near + size_t{8} * 40; ++bit) {
    ASSERT_NE(DamageIn(Flipped(bit)), std::nullopt) << bit;
  }
}

TEST_F(LogCheckTest, AllowsTheEndToBeTornAnywhere) {
  for (size_t size = 0; size < log_.size(); size += 13) {
    ASSERT_EQ(DamageIn(log_.substr(0, size)), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace calibrd::store
