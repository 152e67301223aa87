#include "server/service/calibrate.h"

#include <cmath>
#include <memory>
#include <string>

#include "calibration/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

using ::calibration::v1::CalibrateRequest;
using ::calibration::v1::CalibrateResponse;
using ::calibration::v1::Profile;
using ::testing::ElementsAre;
using ::testing::FloatNear;

class CalibrateTest : public testing::Test {
 protected:
  // Three labels; the model's prior [.7 .2 .1] is divided out.
  CalibrateTest() {
    Profile profile;
    profile.set_name("models/m/prompts/p");
    profile.set_revision(4);
    profile.set_label_count(3);
    for (const char* name : {"a", "b", "c"}) profile.add_labels()->set_name(name);
    profile.mutable_transform()->set_input(
        ::calibration::v1::Transform::INPUT_LOG_PROBABILITY);
    for (const double c : {.7, .2, .1}) {
      profile.mutable_transform()->add_bias(-std::log(c));
    }
    profile_ = *catalog::MakeServedProfile(profile, 1, labels_);
  }

  absl::StatusOr<CalibrateCounts> Run() {
    return Calibrate(request_, *profile_, nullptr, Limits(), response_);
  }
  void AddRow(float a, float b, float c) {
    for (const float p : {a, b, c}) {
      request_.mutable_rows()->mutable_probabilities()->add_values(p);
    }
  }

  catalog::LabelTable labels_;
  std::unique_ptr<const catalog::ServedProfile> profile_;
  CalibrateRequest request_;
  CalibrateResponse response_;
};

TEST_F(CalibrateTest, AnswersEachRowAndCountsChangedDecisions) {
  AddRow(.5f, .3f, .2f);    // best 0 before, 2 after
  AddRow(.9f, .05f, .05f);  // best 0 before and after
  const auto counts = Run();
  ASSERT_TRUE(counts.ok()) << counts.status();
  EXPECT_EQ(counts->rows, 2);
  EXPECT_EQ(counts->decisions_changed, 1);
  EXPECT_THAT(response_.best(), ElementsAre(2, 0));
  ASSERT_EQ(response_.probabilities_size(), 6);
  EXPECT_NEAR(response_.probabilities(0), .1694915254, 1e-6);
  EXPECT_NEAR(response_.probabilities(1), .3559322034, 1e-6);
  EXPECT_NEAR(response_.probabilities(2), .4745762712, 1e-6);
  EXPECT_EQ(response_.revision(), 4);
  EXPECT_TRUE(response_.indices().empty());
  EXPECT_TRUE(response_.best_names().empty());
}

TEST_F(CalibrateTest, TopKGivesTheLargestFirst) {
  AddRow(.5f, .3f, .2f);
  request_.set_top_k(2);
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(response_.indices(), ElementsAre(2, 1));
  EXPECT_THAT(response_.probabilities(),
              ElementsAre(FloatNear(.4745763f, 1e-6f), FloatNear(.3559322f, 1e-6f)));
  EXPECT_THAT(response_.best(), ElementsAre(2));
}

TEST_F(CalibrateTest, TopKTakesTheLowestLabelOnATie) {
  AddRow(.7f, .2f, .1f);  // uniform after calibration
  request_.set_top_k(1);
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(response_.indices(), ElementsAre(response_.best(0)));
}

TEST_F(CalibrateTest, TopKHasToBeInRange) {
  AddRow(.5f, .3f, .2f);
  for (const int k : {-1, 4}) {
    request_.set_top_k(k);
    EXPECT_EQ(FieldViolationOf(Run().status()).field, "top_k");
  }
}

TEST_F(CalibrateTest, GivesNamesOnRequest) {
  AddRow(.5f, .3f, .2f);
  request_.set_include_label_names(true);
  ASSERT_TRUE(Run().ok());
  EXPECT_THAT(response_.best_names(), ElementsAre("c"));
}

TEST_F(CalibrateTest, ABadRowIsNamedWithItsLabel) {
  AddRow(.5f, .3f, .2f);
  AddRow(.5f, -.3f, .2f);
  const absl::Status status = Run().status();
  EXPECT_EQ(ReasonOf(status), reason::kValueNegative);
  EXPECT_EQ(FieldViolationOf(status).field, "rows.probabilities.values[4]");
  EXPECT_THAT(std::string(status.message()),
              testing::HasSubstr("row 1, label 1 (\"b\")"));
}

}  // namespace
}  // namespace calibrd::service
