#include "calibration/metrics.h"

#include <cmath>
#include <vector>

#include "calibration/reliability.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::ElementsAre;

const Rows& ThreeRows() {
  static const float values[] = {.5f, .3f, .2f, .1f, .8f, .1f, .4f, .4f, .2f};
  static const Rows rows{.values = values, .label_count = 3};
  return rows;
}

TEST(CheckLabels, WantsOneIndexForEachRow) {
  EXPECT_TRUE(CheckLabels(ThreeRows(), {0, 1, 2}).ok());
  ExpectInvalid(CheckLabels(ThreeRows(), {0, 1}), reason::kInvalidArgument, "labels",
                "2 labels for 3 rows");
  ExpectInvalid(CheckLabels(ThreeRows(), {0, 3, 1}), reason::kInvalidArgument,
                "labels[1]", "row 1: label 3 is not an index from 0 to 2");
  ExpectInvalid(CheckLabels(ThreeRows(), {0, 1, -1}), reason::kInvalidArgument,
                "labels[2]", "label -1");
}

TEST(Accuracy, IsTheShareOfRowsWhoseBestLabelIsRight) {
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {0, 1, 2}), 2 / 3.);
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {2, 2, 2}), 0);
}

TEST(Accuracy, TakesTheLowestIndexOnATie) {
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {0, 1, 0}), 1);
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {0, 1, 1}), 2 / 3.);
}

TEST(ConfusionMatrix, HasALineForEachLabelAndAColumnForEachDecision) {
  // Decisions: 0, 1, 0.
  EXPECT_THAT(ConfusionMatrix(ThreeRows(), {0, 1, 1}),
              ElementsAre(1, 0, 0, 1, 1, 0, 0, 0, 0));
}

TEST(BalancedAccuracy, LeavesOutLabelsWithoutRows) {
  // Label 0: one of one right; label 1: one of two.
  EXPECT_DOUBLE_EQ(BalancedAccuracy(CountLabels(ThreeRows(), {0, 1, 1})), .75);
}

TEST(MacroF1, TakesALabelWithoutRowsOrDecisionsForZero) {
  // Label 0: 2/(1+2), label 1: 2/(2+1), label 2: neither.
  EXPECT_DOUBLE_EQ(MacroF1(CountLabels(ThreeRows(), {0, 1, 1})), 4 / 9.);
}

TEST(NegativeLogLikelihood, IsTheMeanInNats) {
  EXPECT_NEAR(NegativeLogLikelihood(ThreeRows(), {0, 1, 2}),
              -(std::log(.5) + std::log(.8) + std::log(.2)) / 3, 1e-7);
}

TEST(NegativeLogLikelihood, ClipsAtTheSmallestLikelihood) {
  const float values[] = {1.0f, 0.0f, 1.0f, 1e-30f};
  EXPECT_DOUBLE_EQ(NegativeLogLikelihood({.values = values, .label_count = 2}, {1, 1}),
                   -std::log(kSmallestLikelihood));
}

TEST(BrierScore, IsTheSumOverAllLabels) {
  EXPECT_NEAR(BrierScore(ThreeRows(), {0, 1, 2}),
              (.25 + .09 + .04 + .01 + .04 + .01 + .16 + .16 + .64) / 3, 1e-7);
}

TEST(BrierScore, IsTwiceTheScoreOfOneColumnForTwoLabels) {
  const float values[] = {.25f, .75f, .5f, .5f, 1.0f, 0.0f};
  const Rows rows{.values = values, .label_count = 2};
  const std::vector<int> labels = {1, 0, 1};
  EXPECT_DOUBLE_EQ(BrierScore(rows, labels),
                   2 * BinaryBrierScore(OneAgainstRest(rows, labels, 1)));
}

}  // namespace
}  // namespace calibrd
