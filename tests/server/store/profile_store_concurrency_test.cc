// Changes from many threads: none is lost, none is heard of out of order.

#include <functional>
#include <map>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "server/store/profile_store.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

constexpr int64_t kThreads = 8;
constexpr int64_t kEach = 25;

void InThreads(const std::function<void(int)>& body) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back(body, i);
  for (std::thread& thread : threads) thread.join();
}

class ConcurrencyTest : public ::testing::TestWithParam<const char*> {
 protected:
  ConcurrencyTest() {
    store_.options.max_revisions = 2 * kThreads * kEach;
    store_.Reopen();
  }

  // The revisions that were heard of, for each name, in order.
  std::map<std::string, std::vector<int64_t>> Heard() {
    std::map<std::string, std::vector<int64_t>> heard;
    for (const std::string& event : store_.listener.Take()) {
      const std::vector<std::string> parts = absl::StrSplit(event, absl::ByAnyChar("@/"));
      heard[parts[0]].push_back(std::stoi(parts[1]));
    }
    return heard;
  }

  static std::vector<int64_t> OneTo(int64_t last) {
    std::vector<int64_t> numbers;
    for (int64_t i = 1; i <= last; ++i) numbers.push_back(i);
    return numbers;
  }

  ProfileStoreHarness store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Stores, ConcurrencyTest, ::testing::Values("Memory", "RocksDb"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(ConcurrencyTest, RevisionsOfOneProfileHaveNoGaps) {
  InThreads([&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      ASSERT_THAT(store_->AddRevision(Fit("one", thread), {}), IsOk());
    }
  });
  EXPECT_EQ(store_->ListRevisions("one", 1000, "")->profiles.size(), kThreads * kEach);
  EXPECT_EQ(store_->Get("one", 0)->revision(), kThreads * kEach);
  EXPECT_EQ(Heard()["one"], OneTo(kThreads * kEach));
}

TEST_P(ConcurrencyTest, ProfilesDoNotDisturbEachOther) {
  InThreads([&](int thread) {
    for (int i = 1; i <= kEach; ++i) {
      const auto stored = store_->AddRevision(Fit(absl::StrCat("p", thread), i), {});
      ASSERT_THAT(stored, IsOk());
      ASSERT_EQ(stored->revision(), i);
      ASSERT_EQ(Bytes(*store_->Get(stored->name(), 0)), Bytes(*stored));
    }
  });
  for (const auto& [name, revisions] : Heard())
    EXPECT_EQ(revisions, OneTo(kEach)) << name;
  EXPECT_EQ(store_->List("", 100, "")->profiles.size(), kThreads);
}

TEST_P(ConcurrencyTest, OneOfThoseWithTheSameEtagWins) {
  for (int round = 0; round < 10; ++round) {
    const std::string name = absl::StrCat("p", round);
    const std::string etag = store_->AddRevision(Fit(name), {})->etag();
    std::atomic<int> won{0};
    InThreads([&](int) {
      if (store_->AddRevision(Fit(name), {.etag = etag}).ok()) ++won;
    });
    EXPECT_EQ(won, 1);
  }
}

// For different profiles, too, where nothing but the store's expectations orders them.
TEST_P(ConcurrencyTest, OneOfThoseWithTheSameRequestIdActs) {
  for (int round = 0; round < 10; ++round) {
    const std::string id = absl::StrCat("id", round);
    std::atomic<int> refused{0};
    InThreads([&](int thread) {
      const uint64_t fingerprint = thread % 2;
      const std::string name = absl::StrCat("round", round, "-", fingerprint);
      const auto stored = store_->AddRevision(
          Fit(name), {.request_id = id, .request_fingerprint = fingerprint});
      if (ReasonOf(stored.status()) == reason::kRequestIdReused) ++refused;
    });
    EXPECT_EQ(refused, kThreads / 2);
    EXPECT_EQ(store_->List(absl::StrCat("round", round, "-"), 10, "")->profiles.size(),
              1u);
    EXPECT_EQ(Heard().size(), 1u);
  }
}

TEST_P(ConcurrencyTest, ReadersSeeWholeProfilesWhileTheyChange) {
  store_.options.max_revisions = 2;
  store_.Reopen();
  ASSERT_THAT(store_->AddRevision(Fit("one", 1), {}), IsOk());
  InThreads([&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      if (thread < 2) {
        ASSERT_THAT(store_->AddRevision(Fit("one", i), {}), IsOk());
      } else if (thread < 4) {
        const auto profile = store_->Get("one", 0);
        ASSERT_THAT(profile, IsOk());
        ASSERT_TRUE(profile->active());
      } else if (thread < 6) {
        ASSERT_EQ(store_->List("", 10, "")->profiles.size(), 1u);
      } else {
        ASSERT_THAT(store_->ListRevisions("one", 10, ""), IsOk());
      }
    }
  });
}

}  // namespace
}  // namespace calibrd::store
