// What the smooth calibration error does by itself; peers/metrics_test.cc has the
// numbers.

#include "calibration/smooth_ece.h"

#include <cmath>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

TEST(SmoothCalibrationError, IsTheGapWhereAllRowsAreAlike) {
  // 0.7 said, half right.
  Forecasts f;
  for (int i = 0; i < 1000; ++i) {
    f.probabilities.push_back(.7f);
    f.happened.push_back(static_cast<uint8_t>(i % 2));
  }
  EXPECT_NEAR(SmoothCalibrationError(f).error, .2, 1e-3);
}

TEST(SmoothCalibrationError, IsWithinAStepOfItsBandwidth) {
  const Forecasts f{.probabilities = {.1f, .35f, .6f, .8f, .95f},
                    .happened = {1, 0, 0, 1, 1}};
  const SmoothCalibration smooth = SmoothCalibrationError(f);
  EXPECT_NEAR(smooth.error, smooth.bandwidth, 2 / 1024.);
  EXPECT_EQ(smooth.error, SmoothCalibrationError(f, smooth.bandwidth));
}

TEST(SmoothCalibrationError, TakesTheEndsOfTheInterval) {
  const Forecasts f{.probabilities = {0.0f, 1.0f, 1.0000001f}, .happened = {0, 1, 1}};
  const SmoothCalibration smooth = SmoothCalibrationError(f);
  EXPECT_NEAR(smooth.error, 0, 1e-6);
  EXPECT_EQ(smooth.bandwidth, 2 / 1024.);
}

TEST(SmoothCalibrationError, CountsRowsAsIfTheyWereRepeated) {
  const Forecasts once{.probabilities = {.25f, .5f, .75f}, .happened = {1, 0, 1}};
  const Forecasts repeated{.probabilities = {.25f, .25f, .75f}, .happened = {1, 1, 1}};
  EXPECT_NEAR(SmoothCalibrationError(once, .05, {2, 0, 1}),
              SmoothCalibrationError(repeated, .05), 1e-12);
}

TEST(SmoothedForecasts, AgreeWithSmoothingAnew) {
  const Forecasts f{
      .probabilities = {0.0f, .001f, .2f, .5f, .5001f, .77f, .999f, 1.0f, 1.0000001f},
      .happened = {1, 0, 1, 0, 1, 1, 0, 1, 0}};
  const std::vector<uint32_t> counts = {0, 3, 1, 0, 2, 1, 1, 0, 7};
  // Grids of an odd and of an even number of points, narrow and wide kernels.
  for (const double bandwidth : {1 / 1024., 7 / 1024., .02, .15, .5, 1.}) {
    const SmoothedForecasts smoothed(f, bandwidth);
    EXPECT_NEAR(smoothed.Error(), SmoothCalibrationError(f, bandwidth), 1e-12)
        << bandwidth;
    EXPECT_NEAR(smoothed.Error(counts), SmoothCalibrationError(f, bandwidth, counts),
                1e-12)
        << bandwidth;
  }
}

TEST(SmoothedForecasts, PayForFewRows) {
  EXPECT_TRUE(SmoothedForecasts::Pays(64, .05));
  EXPECT_FALSE(SmoothedForecasts::Pays(10'000, .05));
}

}  // namespace
}  // namespace calibrd
