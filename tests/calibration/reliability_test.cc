#include "calibration/reliability.h"

#include <cmath>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

const Rows& ThreeRows() {
  static const float values[] = {.5f, .3f, .2f, .1f, .8f, .1f, .4f, .4f, .2f};
  static const Rows rows{.values = values, .label_count = 3};
  return rows;
}

TEST(ExpectedCalibrationError, UsesTheLargestProbabilityAsConfidence) {
  // One bin: mean confidence (.5 + .8 + .4)/3, two of three right.
  EXPECT_NEAR(ExpectedCalibrationError(ThreeRows(), {0, 1, 2}, 1, Binning::kEqualWidth),
              2 / 3. - 1.7 / 3, 1e-7);
}

TEST(ExpectedCalibrationError, PutsAValueOnAnEdgeIntoTheLeftBin) {
  // .2 is on the edge of the first of five bins. Left: |.2 - 1|/2 + |.4 - 0|/2. In one
  // bin with .4 it would be |.6 - 1|/2.
  const Forecasts two{.probabilities = {.2f, .4f}, .happened = {1, 0}};
  EXPECT_NEAR(ExpectedCalibrationError(two, 5, Binning::kEqualWidth), .6, 1e-7);
  // .5 goes left, next to .25, and not right, next to .75.
  const Forecasts three{.probabilities = {.25f, .5f, .75f}, .happened = {1, 0, 1}};
  EXPECT_NEAR(ExpectedCalibrationError(three, 2, Binning::kEqualWidth),
              (std::abs(.75 - 1) + std::abs(.75 - 1)) / 3, 1e-7);
}

TEST(ExpectedCalibrationError, PutsEveryEdgeOfFifteenBinsIntoItsOwnBin) {
  Forecasts forecasts;
  double expected = 0;
  for (int i = 1; i <= 15; ++i) {
    forecasts.probabilities.push_back(static_cast<float>(i / 15.0));
    forecasts.happened.push_back(i % 2 == 1);
    expected += std::abs(i / 15.0 - i % 2) / 15;
  }
  EXPECT_NEAR(ExpectedCalibrationError(forecasts, 15, Binning::kEqualWidth), expected,
              1e-6);
}

TEST(ExpectedCalibrationError, TakesZeroOneAndWhatRoundingLeftAboveOne) {
  const Forecasts f{.probabilities = {0.0f, 1.0f, 1.0000001f}, .happened = {0, 1, 1}};
  EXPECT_NEAR(ExpectedCalibrationError(f, 10, Binning::kEqualWidth), 0, 1e-6);
}

TEST(MaximumCalibrationError, IsTheGapOfTheWorstBin) {
  // Bins of a half: (.25 + .5)/2 against 1/2, .75 against 0.
  const Forecasts f{.probabilities = {.25f, .5f, .75f}, .happened = {1, 0, 0}};
  EXPECT_NEAR(MaximumCalibrationError(Bins(f, EqualWidthEdges(2)).Table()), .75, 1e-12);
}

TEST(ClasswiseCalibrationError, IsTheMeanOverTheLabels) {
  // One bin, so |mean probability - share| of each: (1/3, .5, .5/3) against thirds.
  EXPECT_NEAR(ClasswiseCalibrationError(ThreeRows(), {0, 1, 2}, 1, Binning::kEqualWidth),
              (0 + 1.0 / 6 + 1.0 / 6) / 3, 1e-7);
}

TEST(DebiasedSquaredError, TakesAwayWhatChanceGives) {
  // One bin of four rows, gap 1/4, two right: 1/16 - (1/4)/3.
  const Forecasts f{.probabilities = {.5f, .75f, .75f, 1.0f}, .happened = {1, 0, 1, 0}};
  EXPECT_NEAR(DebiasedSquaredError(Bins(f, {1.0f}).Table()), 1 / 16. - 1 / 12., 1e-12);
}

TEST(DebiasedSquaredError, LeavesOutBinsOfOneRow) {
  const Forecasts f{.probabilities = {.25f, .75f, 1.0f}, .happened = {1, 1, 1}};
  EXPECT_NEAR(DebiasedSquaredError(Bins(f, EqualWidthEdges(2)).Table()),
              2 / 3. * .125 * .125, 1e-12);
}

TEST(DebiasedCalibrationError, IsNeverBelowZero) {
  const float values[] = {.5f, .5f, .5f, .5f};
  const Rows rows{.values = values, .label_count = 2};
  EXPECT_EQ(DebiasedCalibrationError(rows, {0, 1}, 1), 0);
  EXPECT_EQ(DebiasedMarginalError(rows, {0, 1}, 1), 0);
}

}  // namespace
}  // namespace calibrd
