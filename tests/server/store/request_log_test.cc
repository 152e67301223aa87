// Request ids: a repeat returns the first answer and changes nothing.

#include "server/store/request_log.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "server/store/profile_keys.h"
#include "tests/server/store/store_testing.h"

namespace calibrd::store {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kName[] = "models/gpt2/prompts/sst2";

class RequestIdTest : public ::testing::TestWithParam<const char*> {
 protected:
  absl::StatusOr<Profile> Add(const std::string& request_id, uint64_t fingerprint = 1,
                              const std::string& name = kName) {
    return store_->AddRevision(
        Fit(name), {.request_id = request_id, .request_fingerprint = fingerprint});
  }

  ProfileStoreHarness store_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Stores, RequestIdTest, ::testing::Values("Memory", "RocksDb"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(RequestIdTest, ARepeatReturnsTheFirstAnswerByteForByte) {
  const auto first = Add("id");
  ASSERT_THAT(first, IsOk());
  store_.clock.Advance(absl::Hours(1));
  ASSERT_THAT(Add("another"), IsOk());  // alters etag, active and update_time
  store_.listener.Take();
  EXPECT_EQ(Bytes(*Add("id")), Bytes(*first));
  EXPECT_EQ(Bytes(**store_->FindAnswer("id", 1)), Bytes(*first));
  EXPECT_EQ(store_->Get(kName, 0)->revision(), 2);
  EXPECT_THAT(store_.listener.Take(), IsEmpty());
}

TEST_P(RequestIdTest, ARepeatIsRecognisedAfterAReopening) {
  const auto first = Add("id");
  store_.Reopen();
  EXPECT_EQ(Bytes(*Add("id")), Bytes(*first));
}

TEST_P(RequestIdTest, ARepeatNeedsNoEtag) {
  const std::string etag = Add("first")->etag();
  const ChangeOptions change{.etag = etag, .request_id = "id"};
  const auto stored = store_->AddRevision(Fit(kName), change);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(Bytes(*store_->AddRevision(Fit(kName), change)), Bytes(*stored));
}

TEST_P(RequestIdTest, AnIdThatWasNeverUsedHasNoAnswer) {
  EXPECT_EQ(*store_->FindAnswer("id", 1), std::nullopt);
}

TEST_P(RequestIdTest, AnIdIsGoodForOneRequestOnly) {
  ASSERT_THAT(Add("id", 1), IsOk());
  const auto reused = FailsWith(StatusCode::kAlreadyExists, reason::kRequestIdReused);
  EXPECT_THAT(Add("id", 2), reused);
  EXPECT_THAT(Add("id", 2, "models/other/prompts/p"), reused);
  EXPECT_THAT(store_->FindAnswer("id", 2), reused);
  EXPECT_EQ(store_->Get(kName, 0)->revision(), 1);
}

TEST_P(RequestIdTest, AnAnswerWhoseRevisionIsGoneIsNotMadeUp) {
  store_.options.max_revisions = 1;
  store_.Reopen();
  ASSERT_THAT(Add("dropped"), IsOk());
  ASSERT_THAT(Add("deleted"), IsOk());
  const auto reused = FailsWith(StatusCode::kAlreadyExists, reason::kRequestIdReused);
  EXPECT_THAT(Add("dropped"), reused);
  ASSERT_THAT(store_->Delete(kName, ""), IsOk());
  EXPECT_THAT(Add("deleted"), reused);
  EXPECT_THAT(store_->FindAnswer("deleted", 1), reused);
}

TEST_P(RequestIdTest, AnAnswerIsForgottenAfterItsRetention) {
  ASSERT_THAT(Add("id"), IsOk());
  store_.clock.Advance(absl::Hours(24) - absl::Nanoseconds(1));
  EXPECT_EQ(Add("id")->revision(), 1);
  store_.clock.Advance(absl::Nanoseconds(1));
  EXPECT_EQ(*store_->FindAnswer("id", 1), std::nullopt);
  EXPECT_EQ(Add("id", 2)->revision(), 2);  // as if it had never been used
  EXPECT_EQ(Add("id", 2)->revision(), 2);
}

TEST_P(RequestIdTest, ExpiredAnswersAreRemovedFromTheStore) {
  for (int i = 0; i < 100; ++i) ASSERT_THAT(Add(absl::StrCat("old-", i)), IsOk());
  store_.clock.Advance(absl::Hours(24));
  for (int i = 0; i < RequestLog::kAnswersPerRemoval; ++i) {
    ASSERT_THAT(Add(absl::StrCat("new-", i)), IsOk());
  }
  EXPECT_EQ(store_.Keys(kRequestPrefix).size(), RequestLog::kAnswersPerRemoval);
  EXPECT_EQ(store_.Keys(kRequestTimePrefix).size(), RequestLog::kAnswersPerRemoval);
}

TEST_P(RequestIdTest, AnIdThatIsUsedAgainIsNotRemovedWithItsExpiredAnswer) {
  ASSERT_THAT(Add("id"), IsOk());
  store_.clock.Advance(absl::Hours(24));
  ASSERT_THAT(Add("id", 2), IsOk());
  store_.clock.Advance(absl::Hours(1));
  for (int i = 0; i < 2 * RequestLog::kAnswersPerRemoval; ++i) {
    ASSERT_THAT(Add(absl::StrCat("new-", i), 1, "models/other/prompts/p"), IsOk());
  }
  EXPECT_EQ(Add("id", 2)->revision(), 2);
}

TEST_P(RequestIdTest, WithoutRetentionEveryCallFits) {
  store_.options.request_id_retention = absl::ZeroDuration();
  store_.Reopen();
  EXPECT_EQ(Add("id")->revision(), 1);
  EXPECT_EQ(Add("id")->revision(), 2);
  EXPECT_EQ(Add("id")->revision(), 3);
}

}  // namespace
}  // namespace calibrd::store
