#include "calibration/signal.h"

#include <cmath>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace calibrd {
namespace {

using Doubles = std::vector<double>;

class Answers {
 public:
  // ln p of two labels whose log-odds vary with `deviation` around `mean`.
  Doubles Row(double mean, double deviation) {
    std::normal_distribution<double> log_odds(mean, deviation);
    const double z = log_odds(random_);
    return {-std::log1p(std::exp(z)), -std::log1p(std::exp(-z))};
  }

 private:
  std::mt19937_64 random_{5};
};

std::optional<SignalReport> ReportOf(double mean, double deviation, int rows,
                                     const SignalReference& reference) {
  Answers answers;
  SignalMonitor monitor(2, reference);
  for (int i = 0; i < rows; ++i) monitor.Observe(answers.Row(mean, deviation));
  return monitor.Report();
}

// K = 2: the variance of rows is half that of the log-odds.
TEST(SignalReference, IsTheVarianceOfTheRows) {
  const std::vector<float> rows = {0.0f, 1.0f, 0.0f, 3.0f};  // log-odds 1 and 3
  const SignalReference reference = SignalReference::Of(
      {.values = rows, .label_count = 2, .scale = Scale::kLogProbability});
  EXPECT_EQ(reference.row_count, 2);
  EXPECT_NEAR(reference.variance, 2.0 / 2, 1e-6);
  EXPECT_NEAR(reference.degrees_of_freedom, 1, 1e-6);
}

TEST(SignalReference, OfOneRowSaysNothing) {
  const std::vector<float> row = {0.9f, 0.1f};
  const SignalReference reference =
      SignalReference::Of({.values = row, .label_count = 2});
  EXPECT_EQ(reference.row_count, 1);
  EXPECT_EQ(reference.variance, 0);
}

TEST(Signal, IsTheRatioOfTheSpreads) {
  // v_0 = (1000 · 0.5 + 5 · 0.25) / 1005, v_live = 4 / 2.
  const auto report = ReportOf(0, 2, 20'000, {1001, 0.5f, 1000});
  ASSERT_TRUE(report.has_value());
  EXPECT_NEAR(report->ratio, std::sqrt(2 / (501.25 / 1005)), 0.15);
  EXPECT_LT(report->lower, report->ratio);
  EXPECT_GT(report->upper, report->ratio);
  EXPECT_FALSE(report->weak);
}

TEST(Signal, DoesNotDependOnTheBias) {
  const auto here = ReportOf(0, 1, 200, {});
  const auto there = ReportOf(2.5, 1, 200, {});
  EXPECT_NEAR(here->ratio, there->ratio, 1e-6);
}

TEST(Signal, IsWeakWhereTheInputHardlyMatters) {
  EXPECT_TRUE(ReportOf(1, 0.2, 100, {})->weak);
  EXPECT_FALSE(ReportOf(1, 2, 100, {})->weak);
}

TEST(Signal, SaysNothingFromTooFewRowsOrOfOneLabel) {
  EXPECT_FALSE(ReportOf(0, 1, kFewestSignalRows - 1, {}).has_value());
  EXPECT_TRUE(ReportOf(0, 1, kFewestSignalRows, {}).has_value());
  SignalMonitor one(1, {});
  for (int i = 0; i < 100; ++i) one.Observe(Doubles{0.0});
  EXPECT_FALSE(one.Report().has_value());
}

TEST(Signal, TheIntervalHoldsTheRatioOfManyRows) {
  const double truth = ReportOf(0, 1, 100'000, {})->ratio;
  Answers answers;
  int held = 0;
  constexpr int kTrials = 200;
  for (int t = 0; t < kTrials; ++t) {
    SignalMonitor monitor(2, {});
    for (int i = 0; i < 60; ++i) monitor.Observe(answers.Row(0, 1));
    const SignalReport report = *monitor.Report();
    held += report.lower <= truth && truth <= report.upper;
  }
  EXPECT_GT(held, kTrials * 0.93);
}

TEST(Signal, GoesOnWithWhatWasKept) {
  Answers answers;
  SignalMonitor first(2, {});
  for (int i = 0; i < 50; ++i) first.Observe(answers.Row(0, 1));
  SignalMonitor second(2, {});
  ASSERT_TRUE(second.Restore(first.state()));
  EXPECT_EQ(second.Report()->ratio, first.Report()->ratio);
  EXPECT_FALSE(second.Restore(Doubles(3)));
  Doubles negative(first.state().begin(), first.state().end());
  negative[1] = -1;
  EXPECT_FALSE(second.Restore(negative));
}

}  // namespace
}  // namespace calibrd
