#include "calibration/adaptive_prior.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "calibration/error.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

using Doubles = std::vector<double>;

// Rows of a two-label model: log-odds around `bias` plus 1.5 for a row of label 1, minus
// 1.5 for one of label 0, with noise.
class Traffic {
 public:
  explicit Traffic(double share_of_label_1) : label_(share_of_label_1) {}

  Doubles Row(double bias) {
    std::normal_distribution<double> noise(0, 1);
    const double log_odds = bias + (label_(random_) ? 1.5 : -1.5) + noise(random_);
    return {-std::log1p(std::exp(log_odds)), -std::log1p(std::exp(-log_odds))};
  }

 private:
  std::mt19937_64 random_{11};
  std::bernoulli_distribution label_;
};

// ln c of a prior with these log-odds.
Doubles LogPrior(double log_odds) {
  return {-log_odds / 2, log_odds / 2};
}

// The log-odds of the bias after `rows` rows of traffic whose bias is `bias`.
double Learned(Traffic traffic, double start, double bias, int rows,
               const AdaptiveOptions& options = {}) {
  AdaptivePrior adaptive(LogPrior(start), 0.5, options);
  for (int i = 0; i < rows; ++i) adaptive.Observe(traffic.Row(bias));
  return start + adaptive.shift()[1] - adaptive.shift()[0];
}

TEST(AdaptivePrior, StaysWhereTheStartIsRight) {
  EXPECT_NEAR(Learned(Traffic(0.5), 1, 1, 500), 1, 0.3);
}

TEST(AdaptivePrior, FollowsABiasOnEvenTraffic) {
  EXPECT_GT(Learned(Traffic(0.5), 0, 2, 500), 0.4);
  EXPECT_LT(Learned(Traffic(0.5), 0, -2, 500), -0.4);
}

// The plain mean would move by 0.8 · 1.5 = 1.2, almost into the middle of the common
// label.
TEST(AdaptivePrior, DoesNotTakeACommonLabelForABias) {
  EXPECT_NEAR(Learned(Traffic(0.9), 0, 0, 500), 0, 0.6);
  EXPECT_NEAR(Learned(Traffic(0.1), 0, 0, 500), 0, 0.6);
}

TEST(AdaptivePrior, MovesFarWhereNoMixtureOfLabelsExplainsTheMean) {
  EXPECT_GT(Learned(Traffic(0.5), 0, 12, 500, {.max_shift = 50}), 6);
}

TEST(AdaptivePrior, ShiftsAreCentredAndHeldByMaxShift) {
  Traffic traffic(0.5);
  AdaptivePrior adaptive(LogPrior(0), 0.5, {.max_shift = 0.25});
  for (int i = 0; i < 300; ++i) adaptive.Observe(traffic.Row(4));
  EXPECT_NEAR(adaptive.shift()[0] + adaptive.shift()[1], 0, 1e-12);
  EXPECT_NEAR(adaptive.LargestShift(), 0.25, 1e-12);
  EXPECT_TRUE(adaptive.at_max_shift());
}

TEST(AdaptivePrior, DoesNotMoveBeforeMinRows) {
  EXPECT_EQ(Learned(Traffic(0.5), 0, 4, 49, {.min_rows = 50}), 0);
  EXPECT_NE(Learned(Traffic(0.5), 0, 4, 50, {.min_rows = 50}), 0);
}

TEST(AdaptivePrior, LearnsNothingWhilePaused) {
  Traffic traffic(0.5);
  AdaptivePrior adaptive(LogPrior(0), 0.5, {.paused = true});
  for (int i = 0; i < 100; ++i) adaptive.Observe(traffic.Row(4));
  EXPECT_EQ(adaptive.LargestShift(), 0);
  EXPECT_EQ(adaptive.effective_rows(), 0);
}

TEST(AdaptivePrior, LearnsNothingFromTheSameRowAgainAndAgain) {
  AdaptivePrior adaptive(LogPrior(0), 0.5, {});
  for (int i = 0; i < 1000; ++i) adaptive.Observe({std::log(0.02), std::log(0.98)});
  EXPECT_NEAR(adaptive.LargestShift(), 0, 1e-9);
}

TEST(AdaptivePrior, ForgetsWithTheHalfLife) {
  Traffic traffic(0.5);
  AdaptivePrior adaptive(LogPrior(0), 0.5, {.half_life_rows = 50});
  for (int i = 0; i < 2000; ++i) adaptive.Observe(traffic.Row(0));
  EXPECT_NEAR(adaptive.effective_rows(), 50 / std::log(2), 1);
  for (int i = 0; i < 400; ++i) adaptive.Observe(traffic.Row(3));
  EXPECT_GT(adaptive.shift()[1] - adaptive.shift()[0], 0.8);
}

TEST(AdaptivePrior, OneLabelNeverMoves) {
  AdaptivePrior adaptive(Doubles{0.0}, 0, {});
  for (int i = 0; i < 10; ++i) adaptive.Observe(Doubles{0.0});
  EXPECT_EQ(adaptive.LargestShift(), 0);
}

TEST(AdaptivePrior, StaysFiniteOnOneHotRowsOfManyLabels) {
  constexpr size_t kLabels = 1000;
  AdaptivePrior adaptive(Doubles(kLabels, 0.0), 0, {});
  for (size_t i = 0; i < 100; ++i) {
    Doubles row(kLabels, std::log(1e-6));
    row[(7 * i) % kLabels] = 0;
    adaptive.Observe(row);
  }
  for (const double shift : adaptive.shift()) ASSERT_TRUE(std::isfinite(shift));
}

TEST(AdaptivePrior, GoesOnWithWhatWasKept) {
  Traffic traffic(0.7);
  AdaptivePrior first(LogPrior(0.5), 0.3, {});
  for (int i = 0; i < 40; ++i) first.Observe(traffic.Row(2));
  AdaptivePrior second(LogPrior(0.5), 0.3, {});
  ASSERT_TRUE(second.Restore(first.state()));
  EXPECT_EQ(second.shift(), first.shift());
  const Doubles row = traffic.Row(2);
  first.Observe(row);
  second.Observe(row);
  EXPECT_EQ(second.shift(), first.shift());
}

TEST(AdaptivePrior, RefusesAStateThatIsNoneOfItsOwn) {
  AdaptivePrior adaptive(LogPrior(0), 0.5, {});
  EXPECT_FALSE(adaptive.Restore(Doubles(5)));
  Doubles state(8);
  EXPECT_TRUE(adaptive.Restore(state));
  state[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(adaptive.Restore(state));
  state[3] = 0;
  state[1] = 5;  // rows, but no weight
  EXPECT_FALSE(adaptive.Restore(state));
}

TEST(AdaptiveOptions, AreChecked) {
  const auto field = [](const AdaptiveOptions& options) {
    return FieldViolationOf(CheckAdaptiveOptions(options)).field;
  };
  EXPECT_TRUE(CheckAdaptiveOptions({}).ok());
  EXPECT_EQ(field({.prior_strength = 0}), "prior_strength");
  EXPECT_EQ(field({.half_life_rows = 9}), "half_life_rows");
  EXPECT_EQ(field({.min_rows = -1}), "min_rows");
  EXPECT_EQ(field({.max_shift = std::nan("")}), "max_shift");
}

}  // namespace
}  // namespace calibrd
