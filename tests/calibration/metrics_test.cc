#include "calibration/metrics.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::ElementsAre;

const Rows& ThreeRows() {
  static const float values[] = {.5f, .3f, .2f, .1f, .8f, .1f, .4f, .4f, .2f};
  static const Rows rows{.values = values, .label_count = 3};
  return rows;
}

TEST(Accuracy, IsTheShareOfRowsWhoseBestLabelIsRight) {
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {0, 1, 2}), 2 / 3.);
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {2, 2, 2}), 0);
}

TEST(Accuracy, TakesTheLowestIndexOnATie) {
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {0, 1, 0}), 1);
  EXPECT_DOUBLE_EQ(Accuracy(ThreeRows(), {0, 1, 1}), 2 / 3.);
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

TEST(ExpectedCalibrationError, UsesTheLargestProbabilityAsConfidence) {
  // One bin: mean confidence (.5 + .8 + .4)/3, two of three right.
  EXPECT_NEAR(ExpectedCalibrationError(ThreeRows(), {0, 1, 2}, 1, Binning::kEqualWidth),
              2 / 3. - 1.7 / 3, 1e-7);
}

TEST(ExpectedCalibrationError, PutsAValueOnAnEdgeIntoTheLeftBin) {
  // .2 is on the edge of the first of five bins. Left: |.2 - 1|/2 + |.4 - 0|/2. In one
  // bin with .4 it would be |.6 - 1|/2.
  const std::vector<float> p = {.2f, .4f};
  const std::vector<uint8_t> right = {1, 0};
  EXPECT_NEAR(ExpectedCalibrationError(p, right, 5, Binning::kEqualWidth), .6, 1e-7);
  // .5 goes left, next to .25, and not right, next to .75.
  EXPECT_NEAR(
      ExpectedCalibrationError({.25f, .5f, .75f}, {1, 0, 1}, 2, Binning::kEqualWidth),
      (std::abs(.75 - 1) + std::abs(.75 - 1)) / 3, 1e-7);
}

TEST(ExpectedCalibrationError, PutsEveryEdgeOfFifteenBinsIntoItsOwnBin) {
  std::vector<float> p;
  std::vector<uint8_t> right;
  double expected = 0;
  for (int i = 1; i <= 15; ++i) {
    p.push_back(static_cast<float>(i / 15.0));
    right.push_back(i % 2 == 1);
    expected += std::abs(i / 15.0 - i % 2) / 15;
  }
  EXPECT_NEAR(ExpectedCalibrationError(p, right, 15, Binning::kEqualWidth), expected,
              1e-6);
}

TEST(ExpectedCalibrationError, TakesZeroOneAndWhatRoundingLeftAboveOne) {
  EXPECT_NEAR(ExpectedCalibrationError({0.0f, 1.0f, 1.0000001f}, {0, 1, 1}, 10,
                                       Binning::kEqualWidth),
              0, 1e-6);
}

TEST(EqualWidthEdges, AreTheUpperEdges) {
  EXPECT_THAT(EqualWidthEdges(4), ElementsAre(.25f, .5f, .75f, 1.0f));
  EXPECT_THAT(EqualWidthEdges(1), ElementsAre(1.0f));
}

TEST(EqualMassEdges, LieHalfwayBetweenGroupsOfWhichTheFirstAreLarger) {
  // Groups {0, .125, .25}, {.5, .625}.
  EXPECT_THAT(EqualMassEdges({.625f, .5f, .25f, .125f, .0f}, 2),
              ElementsAre(.375f, 1.0f));
}

TEST(EqualMassEdges, AreFewerForTiesAndForFewValues) {
  EXPECT_THAT(EqualMassEdges({.5f, .5f, .5f, .5f}, 4), ElementsAre(.5f, 1.0f));
  EXPECT_THAT(EqualMassEdges({.25f, .75f}, 10), ElementsAre(.5f, 1.0f));
  EXPECT_THAT(EqualMassEdges({1.0f, 1.0f, 1.0f}, 3), ElementsAre(1.0f));
}

}  // namespace
}  // namespace calibrd
