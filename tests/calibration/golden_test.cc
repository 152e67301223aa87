// The golden numbers of the design, from the papers and from independent computations.

#include <vector>

#include "calibration/isotonic.h"
#include "calibration/platt.h"
#include "calibration/reliability.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Normalization = PriorOptions::Normalization;
using Pooling = PriorOptions::Pooling;

constexpr double kTolerance = 1e-6;

TEST(GoldenSeedExample, WeightsAreTheInverseOfTheContentFreeRow) {
  const PriorFit fit = Fit({0.9f, 0.1f}, 2, Softmax());
  EXPECT_THAT(fit.transform.weights, AreNear<double>({1 / 0.9, 10}, kTolerance));
  EXPECT_TRUE(fit.transform.bias.empty());
  EXPECT_EQ(fit.transform.input, Transform::Input::kProbability);
}

TEST(GoldenSeedExample, TheContentFreeRowBecomesEven) {
  const PriorFit fit = Fit({0.9f, 0.1f}, 2, Softmax());
  EXPECT_THAT(Apply(fit.transform, {0.9f, 0.1f}),
              AreNear<float>({0.5f, 0.5f}, kTolerance));
}

struct TableRow {
  std::vector<float> p, c;
  PriorOptions options;
  std::vector<float> q;
};

TEST(GoldenTable, EachFormGivesItsPublishedNumbers) {
  const std::vector<float> p2 = {.6f, .4f}, c2 = {.618f, .382f};
  const std::vector<float> p3 = {.5f, .3f, .2f}, c3 = {.7f, .2f, .1f};
  const TableRow table[] = {
      {p2, c2, Normalized(), {.4811083123f, .5188916877f}},
      {p2, c2, Softmax(), {.4809475712f, .5190524288f}},
      {p2, c2, Identity(), {.4910009719f, .5089990281f}},
      {p3, c3, Normalized(), {.1694915254f, .3559322034f, .4745762712f}},
      {p3, c3, Softmax(), {.1468164837f, .3221114754f, .5310720409f}},
      {p3, c3, Identity(), {.2702908989f, .3648545505f, .3648545505f}},
  };
  for (const TableRow& row : table) {
    const PriorFit fit = Fit(row.c, static_cast<int>(row.c.size()), row.options);
    EXPECT_THAT(Apply(fit.transform, row.p), AreNear(row.q, kTolerance))
        << "first number expected: " << row.q[0];
  }
}

std::vector<double> PooledPrior(Pooling pooling, Normalization normalization) {
  PriorOptions options;
  options.pooling = pooling;
  options.normalization = normalization;
  return Fit({.2f, .1f, .001f, .009f, .05f, .05f}, 2, options).prior;
}

TEST(GoldenPooling, TheOrderOfNormalisingFlipsTheDirectionOfTheBias) {
  EXPECT_THAT(PooledPrior(Pooling::kProbabilities, Normalization::kAfterPooling),
              AreNear<double>({.612195, .387805}, kTolerance));
  EXPECT_THAT(PooledPrior(Pooling::kProbabilities, Normalization::kBeforePooling),
              AreNear<double>({.422222, .577778}, kTolerance));
}

TEST(GoldenPooling, TheMeanOfLogarithmsIsTheSameInBothOrders) {
  for (const Normalization order :
       {Normalization::kBeforePooling, Normalization::kAfterPooling}) {
    EXPECT_THAT(PooledPrior(Pooling::kParameters, order),
                AreNear<double>({.377221, .622779}, kTolerance));
  }
}

TEST(GoldenCalibrationError, TwoBinsOfEqualWidthAndOfEqualMass) {
  const Forecasts f{.probabilities = {.6f, .7f, .8f, .9f}, .happened = {0, 0, 1, 1}};
  EXPECT_NEAR(ExpectedCalibrationError(f, 2, Binning::kEqualWidth), .25, kTolerance);
  EXPECT_NEAR(ExpectedCalibrationError(f, 2, Binning::kEqualMass), .4, kTolerance);
}

TEST(GoldenBins, ThreeGroupsOfEqualMass) {
  EXPECT_THAT(EqualMassEdges({.3f, .5f, .2f, .3f, .5f, .7f}, 3),
              AreNear<float>({.3f, .5f, 1.0f}, kTolerance));
}

TEST(GoldenPlatt, SmoothedTargetsOfThreeScores) {
  const absl::StatusOr<PlattFit> fit = FitPlatt({5, -4, 1}, {true, false, false});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_NEAR(fit->slope, -0.20261354391187855, 1e-8);
  EXPECT_NEAR(fit->intercept, 0.65236314980010512, 1e-8);
}

TEST(GoldenIsotonic, EqualWeights) {
  const absl::StatusOr<std::vector<double>> fit = FitIsotonic({3, 7, 5, 9, 8, 7, 10}, {});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_THAT(*fit, AreNear<double>({3, 6, 6, 8, 8, 8, 10}, kTolerance));
}

TEST(GoldenIsotonic, RisingWeights) {
  const absl::StatusOr<std::vector<double>> fit =
      FitIsotonic({1, 41, 51, 1, 2, 5, 24}, {1, 2, 3, 4, 5, 6, 7});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_THAT(*fit,
              AreNear<double>({1, 13.95, 13.95, 13.95, 13.95, 13.95, 24}, kTolerance));
}

}  // namespace
}  // namespace calibrd
