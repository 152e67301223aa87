#include "calibration/platt.h"

#include <cmath>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

// As many digits as there are.
constexpr PlattOptions kExact{.gradient = 1e-12};

TEST(Platt, FindsTheMinimumWhereItIsToldNotToStopEarly) {
  // The golden numbers are those of the usual stop, one step before these.
  const PlattFit fit = FitPlatt({5, -4, 1}, {true, false, false}, kExact).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.slope, -0.2026144896184756, 1e-12);
  EXPECT_NEAR(fit.intercept, 0.6523666389984493, 1e-12);
}

TEST(Platt, SaysThatItDidNotConverge) {
  const PlattFit fit =
      FitPlatt({5, -4, 1}, {true, false, false}, {.most_iterations = 2}).value();
  EXPECT_FALSE(fit.converged);
  EXPECT_EQ(fit.iterations, 2);
  EXPECT_NEAR(fit.slope, -0.2019, 1e-4);
}

TEST(Platt, ReportsConvergenceIterationsAndTheObjective) {
  const PlattFit fit = FitPlatt({5, -4, 1}, {true, false, false}).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_EQ(fit.iterations, 3);
  double cross_entropy = 0;
  const double targets[] = {2 / 3., 1 / 4., 1 / 4.}, scores[] = {5, -4, 1};
  for (int i = 0; i < 3; ++i) {
    const double p = 1 / (1 + std::exp(fit.slope * scores[i] + fit.intercept));
    EXPECT_NEAR(PlattProbability(fit, scores[i]), p, 1e-12);
    cross_entropy -= targets[i] * std::log(p) + (1 - targets[i]) * std::log(1 - p);
  }
  EXPECT_NEAR(fit.objective, cross_entropy, 1e-12);
}

TEST(Platt, StaysFiniteForScoresThatSeparateTheClasses) {
  const PlattFit fit =
      FitPlatt({-2, -1, 1, 2}, {false, false, true, true}, kExact).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_LT(fit.slope, 0);
  EXPECT_NEAR(fit.intercept, 0, 1e-9);
  EXPECT_GT(PlattProbability(fit, 2), 0.7);
}

TEST(Platt, GivesTheSmoothedShareForScoresThatSayNothing) {
  const PlattFit fit = FitPlatt({3, 3, 3}, {true, true, false}, kExact).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(PlattProbability(fit, 3), (3 / 4. + 3 / 4. + 1 / 3.) / 3, 1e-9);
}

TEST(Platt, FitsOneClassAlone) {
  const PlattFit fit = FitPlatt({1, 2}, {true, true}, kExact).value();
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(PlattProbability(fit, 1.5), 3 / 4., 1e-9);
}

TEST(Platt, IsTheSameForScoresOfAnyUnitAndOrigin) {
  const std::vector<double> scores = {5, -4, 1, 2, -1, 0.5};
  const bool positive[] = {true, false, false, true, false, true};
  const PlattFit fit = FitPlatt(scores, positive, kExact).value();
  for (const double unit : {1e-30, 1e-3, 1e6, 1e90}) {
    std::vector<double> other;
    for (const double score : scores) other.push_back((score + 7) * unit);
    const PlattFit moved = FitPlatt(other, positive, kExact).value();
    EXPECT_TRUE(moved.converged) << unit;
    EXPECT_NEAR(moved.slope * unit / fit.slope, 1, 1e-9) << unit;
    EXPECT_NEAR(moved.intercept, fit.intercept - 7 * fit.slope, 1e-9) << unit;
  }
}

TEST(Platt, DoesNotOverflowAtFarScores) {
  const PlattFit fit{.slope = -1, .intercept = 0};
  EXPECT_EQ(PlattProbability(fit, 1e6), 1);
  EXPECT_EQ(PlattProbability(fit, -1e6), 0);
}

TEST(Platt, RefusesWhatItCannotFit) {
  ExpectInvalid(FitPlatt({}, {}).status(), reason::kInvalidArgument, "scores",
                "at least one");
  ExpectInvalid(FitPlatt({1, 2}, {true}).status(), reason::kInvalidArgument, "positive",
                "1 outcomes for 2 scores");
  for (const double bad : {std::nan(""), HUGE_VAL, -1.1e100}) {
    ExpectInvalid(FitPlatt({1, bad}, {true, false}).status(), reason::kInvalidArgument,
                  "scores[1]", "between");
  }
}

}  // namespace
}  // namespace calibrd
