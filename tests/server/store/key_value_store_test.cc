// What every store has to do: the contract of server/store/key_value_store.h.

#include "server/store/key_value_store.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

class KeyValueStoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  absl::Status Put(const std::string& key, const std::string& value) {
    return store_->Apply({.expect = {}, .puts = {{key, value}}, .deletes = {}});
  }
  std::optional<std::string> Get(const std::string& key) {
    auto value = store_->Get(key);
    EXPECT_THAT(value, IsOk());
    return value.ok() ? *value : std::nullopt;
  }
  static std::vector<std::string> Walk(Cursor& cursor) {
    std::vector<std::string> keys;
    for (; cursor.Valid(); cursor.Next()) keys.emplace_back(cursor.key());
    EXPECT_THAT(cursor.status(), IsOk());
    return keys;
  }

  const std::unique_ptr<Backend> backend_ = MakeBackend(GetParam());
  std::unique_ptr<KeyValueStore> store_ = backend_->Open();
};

INSTANTIATE_TEST_SUITE_P(Stores, KeyValueStoreTest,
                         ::testing::Values("Memory", "RocksDb"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(KeyValueStoreTest, AKeyThatWasNeverPutHasNoValue) {
  EXPECT_EQ(Get("key"), std::nullopt);
}

TEST_P(KeyValueStoreTest, WhatIsPutIsRead) {
  const std::string binary("\0\xff value\0", 9);
  ASSERT_THAT(Put("key", binary), IsOk());
  ASSERT_THAT(Put("empty", ""), IsOk());
  EXPECT_THAT(Get("key"), Optional(binary));
  EXPECT_THAT(Get("empty"), Optional(std::string()));
}

TEST_P(KeyValueStoreTest, WhatIsPutOutlivesTheStore) {
  ASSERT_THAT(Put("key", "value"), IsOk());
  store_.reset();
  store_ = backend_->Open();
  EXPECT_THAT(Get("key"), Optional(std::string("value")));
}

TEST_P(KeyValueStoreTest, WhatIsDeletedIsGone) {
  ASSERT_THAT(Put("key", "value"), IsOk());
  ASSERT_THAT(store_->Apply({.expect = {}, .puts = {}, .deletes = {"key", "other"}}),
              IsOk());
  EXPECT_EQ(Get("key"), std::nullopt);
}

TEST_P(KeyValueStoreTest, ACommitHoldsOnlyIfEveryExpectationDoes) {
  ASSERT_THAT(Put("a", "1"), IsOk());
  const Commit stale{
      .expect = {{"a", "1"}, {"b", "2"}}, .puts = {{"a", "x"}}, .deletes = {}};
  const absl::Status status = store_->Apply(stale);
  EXPECT_THAT(status, FailsWith(absl::StatusCode::kAborted, reason::kStoreConflict));
  EXPECT_TRUE(IsConflict(status));
  EXPECT_THAT(Get("a"), Optional(std::string("1")));
  ASSERT_THAT(Put("b", "2"), IsOk());
  EXPECT_THAT(store_->Apply(stale), IsOk());
  EXPECT_THAT(Get("a"), Optional(std::string("x")));
}

TEST_P(KeyValueStoreTest, NothingCanBeExpected) {
  const Commit create{
      .expect = {{"a", std::nullopt}}, .puts = {{"a", ""}}, .deletes = {}};
  EXPECT_THAT(store_->Apply(create), IsOk());
  EXPECT_TRUE(IsConflict(store_->Apply(create)));  // an empty value is not nothing
}

TEST_P(KeyValueStoreTest, ACursorSeesThePrefixInOrder) {
  for (const char* key : {"b/2", "a/9", "b/10", "b", "c", "b/", "b0"}) {
    ASSERT_THAT(Put(key, "value"), IsOk());
  }
  EXPECT_THAT(Walk(*store_->Scan("b/")), ElementsAre("b/", "b/10", "b/2"));
  EXPECT_THAT(Walk(*store_->Scan("x")), IsEmpty());
  EXPECT_EQ(Walk(*store_->Scan("")).size(), 7u);
}

TEST_P(KeyValueStoreTest, APrefixMayEndInTheHighestByte) {
  for (const char* key : {"a\xff", "a\xff\xff", "b", "\xff\xff"}) {
    ASSERT_THAT(Put(key, "value"), IsOk());
  }
  EXPECT_THAT(Walk(*store_->Scan("a\xff")), ElementsAre("a\xff", "a\xff\xff"));
  EXPECT_THAT(Walk(*store_->Scan("\xff")), ElementsAre("\xff\xff"));
}

TEST_P(KeyValueStoreTest, ACursorSeeksWithinItsPrefix) {
  for (const char* key : {"a/1", "b/1", "b/3", "c/1"}) {
    ASSERT_THAT(Put(key, key), IsOk());
  }
  const std::unique_ptr<Cursor> cursor = store_->Scan("b/");
  cursor->Seek("b/2");
  ASSERT_TRUE(cursor->Valid());
  EXPECT_EQ(cursor->key(), "b/3");
  EXPECT_EQ(cursor->value(), "b/3");
  cursor->Seek("a");  // backwards, and before the prefix
  ASSERT_TRUE(cursor->Valid());
  EXPECT_EQ(cursor->key(), "b/1");
  cursor->Seek("b/4");
  EXPECT_FALSE(cursor->Valid());
  EXPECT_THAT(cursor->status(), IsOk());
}

TEST_P(KeyValueStoreTest, ACursorSeesASnapshot) {
  ASSERT_THAT(Put("a", "1"), IsOk());
  ASSERT_THAT(Put("b", "1"), IsOk());
  const std::unique_ptr<Cursor> cursor = store_->Scan("");
  ASSERT_THAT(
      store_->Apply({.expect = {}, .puts = {{"a", "2"}, {"c", "2"}}, .deletes = {"b"}}),
      IsOk());
  EXPECT_EQ(cursor->value(), "1");
  EXPECT_THAT(Walk(*cursor), ElementsAre("a", "b"));
}

// Eight threads count up one number, each by reading it and expecting what they read.
TEST_P(KeyValueStoreTest, NoUpdateIsLostBetweenThreads) {
  constexpr int kThreads = 8;
  constexpr int kEach = 50;
  ASSERT_THAT(Put("count", "0"), IsOk());
  const auto count_up = [&] {
    for (int done = 0; done < kEach;) {
      const std::string seen = **store_->Get("count");
      const std::string next = absl::StrCat(std::stoi(seen) + 1);
      const absl::Status status = store_->Apply(
          {.expect = {{"count", seen}}, .puts = {{"count", next}}, .deletes = {}});
      if (status.ok()) ++done;
      if (!status.ok() && !IsConflict(status)) return;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(count_up);
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(Get("count"), Optional(absl::StrCat(kThreads * kEach)));
}

// Commits that name the same keys in opposite orders wait for each other, not for ever.
TEST_P(KeyValueStoreTest, CommitsOfTheSameKeysInAnyOrderDoNotBlock) {
  std::atomic<int> applied{0};
  const auto apply = [&](const std::string& first, const std::string& second) {
    for (int i = 0; i < 100; ++i) {
      const absl::Status status = store_->Apply(
          {.expect = {}, .puts = {{first, "x"}, {second, "y"}}, .deletes = {}});
      if (status.ok()) ++applied;
    }
  };
  std::thread one(apply, "a", "b");
  std::thread other(apply, "b", "a");
  one.join();
  other.join();
  EXPECT_EQ(applied, 200);
  EXPECT_NE(Get("a"), Get("b"));  // each commit as a whole
}

}  // namespace
}  // namespace calibrd::store
