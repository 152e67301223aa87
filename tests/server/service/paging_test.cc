#include "server/service/paging.h"

#include "calibration/error.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

TEST(Paging, SizesHaveADefaultAndACeiling) {
  EXPECT_EQ(PageOf(0, "", "")->size, 50);
  EXPECT_EQ(PageOf(7, "", "")->size, 7);
  EXPECT_EQ(PageOf(5000, "", "")->size, 1000);
  EXPECT_EQ(FieldViolationOf(PageOf(-1, "", "").status()).field, "page_size");
}

TEST(Paging, ATokenLeadsToItsPosition) {
  const std::string token = TokenOf("models/m/prompts/p", "models/m");
  EXPECT_EQ(PageOf(0, token, "models/m")->position, "models/m/prompts/p");
}

TEST(Paging, TheLastPageHasNoToken) {
  EXPECT_EQ(TokenOf("", "models/m"), "");
}

TEST(Paging, ATokenOfAnotherListIsRefused) {
  const std::string token = TokenOf("models/m/prompts/p", "models/m");
  EXPECT_EQ(FieldViolationOf(PageOf(0, token, "models/n").status()).field, "page_token");
  EXPECT_EQ(FieldViolationOf(PageOf(0, token, "").status()).field, "page_token");
}

TEST(Paging, ATokenThatNobodyGaveIsRefused) {
  for (const char* token : {"x", "!!!", "AAAA", "MDo6"}) {
    EXPECT_EQ(FieldViolationOf(PageOf(0, token, "").status()).field, "page_token")
        << token;
  }
}

TEST(Summary, LeavesOutOnlyWhatIsLong) {
  ::calibration::v1::Profile profile;
  profile.set_name("n");
  profile.mutable_transform()->add_bias(1);
  profile.mutable_bias()->add_prior(1);
  profile.mutable_bias()->add_rows();
  profile.mutable_bias()->set_total_variation(0.5);
  const ::calibration::v1::Profile summary = Summary(profile);
  EXPECT_EQ(summary.name(), "n");
  EXPECT_FALSE(summary.has_transform());
  EXPECT_TRUE(summary.bias().prior().empty());
  EXPECT_TRUE(summary.bias().rows().empty());
  EXPECT_EQ(summary.bias().total_variation(), 0.5);
}

}  // namespace
}  // namespace calibrd::service
