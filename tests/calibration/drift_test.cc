#include "calibration/drift.h"

#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include "gtest/gtest.h"

namespace calibrd {
namespace {

using Floats = std::vector<float>;

// Rows of a two-label model that says label 1 with a probability around `mean`.
class Source {
 public:
  explicit Source(uint64_t seed) : random_(seed) {}

  Floats Row(double mean) {
    std::normal_distribution<double> log_odds(std::log(mean / (1 - mean)), 1.0);
    const auto p = static_cast<float>(1 / (1 + std::exp(-log_odds(random_))));
    return {1 - p, p};
  }

 private:
  std::mt19937_64 random_;
};

DriftSide SideWithReference(const std::vector<Floats>& rows) {
  DriftSide side{RowSummary(2), RowSummary(2), RowSummary(2)};
  for (const Floats& row : rows) side.reference.Add(row);
  return side;
}

TEST(RowSummary, CountsBestLabelAndConfidence) {
  // K = 2: five ranges of confidence for each label, 0.5 … 0.6, 0.6 … 0.7 and so on.
  RowSummary summary(2);
  summary.Add(Floats{0.95f, 0.05f});
  summary.Add(Floats{0.35f, 0.65f});
  summary.Add(Floats{0.36f, 0.64f});
  EXPECT_EQ(Floats(summary.cells().begin(), summary.cells().end()),
            (Floats{0, 0, 0, 0, 1, 0, 2, 0, 0, 0}));
  EXPECT_FLOAT_EQ(summary.sum()[0], 1.66f);
  EXPECT_FLOAT_EQ(summary.sum()[1], 1.34f);
  EXPECT_EQ(summary.count(), 3);
}

TEST(RowSummary, HasTenCellsAtLeastAndOneForEachLabelOfMany) {
  EXPECT_EQ(CellCount(1), 10);
  EXPECT_EQ(CellCount(4), 12);
  EXPECT_EQ(CellCount(6), 12);
  EXPECT_EQ(CellCount(10), 10);
  EXPECT_EQ(CellCount(1000), 1000);
}

TEST(RowSummary, IsRestoredFromItsNumbers) {
  RowSummary summary(3);
  summary.Add(Floats{0.2f, 0.5f, 0.3f});
  const auto again = RowSummary::Restore(3, summary.count(), summary.numbers());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->count(), 1);
  EXPECT_EQ(Floats(again->numbers().begin(), again->numbers().end()),
            Floats(summary.numbers().begin(), summary.numbers().end()));
}

TEST(RowSummary, IsNotRestoredFromOtherNumbers) {
  const RowSummary summary(3);
  EXPECT_FALSE(RowSummary::Restore(2, 0, summary.numbers()).has_value());
  EXPECT_FALSE(RowSummary::Restore(3, -1, summary.numbers()).has_value());
  Floats numbers(summary.numbers().begin(), summary.numbers().end());
  numbers[1] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_FALSE(RowSummary::Restore(3, 1, numbers).has_value());
  numbers[1] = -1;
  EXPECT_FALSE(RowSummary::Restore(3, 1, numbers).has_value());
}

// 60 and 40 rows of 100 before, 300 and 100 of 400 now, all in two cells out of ten.
// With half a row more in each: r = 60.5/105 and 40.5/105, a = 300.5/405 and 100.5/405.
TEST(Drift, IndexIsTheOneComputedByHand) {
  std::vector<Floats> before(60, Floats{0.95f, 0.05f});
  before.insert(before.end(), 40, Floats{0.05f, 0.95f});
  DriftMonitor monitor(SideWithReference(before), SideWithReference(before), true);
  for (int i = 0; i < 300; ++i) monitor.Observe(before.front(), before.front());
  for (int i = 0; i < 100; ++i) monitor.Observe(before.back(), before.front());

  const double a0 = 300.5 / 405;
  const double a1 = 100.5 / 405;
  const double r0 = 60.5 / 105;
  const double r1 = 40.5 / 105;
  const double index = (a0 - r0) * std::log(a0 / r0) + (a1 - r1) * std::log(a1 / r1);
  const std::optional<DriftReport> report = monitor.Report();
  ASSERT_TRUE(report.has_value());
  EXPECT_NEAR(report->input.population_stability_index, index - (1.0 / 400 + 1.0 / 100),
              1e-12);
  // The mean of label 1 was 0.41 and is 0.275.
  EXPECT_NEAR(report->input.total_variation, 0.41 - 0.275, 1e-5);
  EXPECT_NEAR(report->output.total_variation, 0.41 - 0.05, 1e-5);
  EXPECT_EQ(report->window_rows, 400);
  EXPECT_EQ(report->reference_rows, 100);
}

// The mean over many monitors whose rows do not drift: what chance gives is taken off. As
// no index is below zero, half of the chance stays.
TEST(Drift, IsSmallWhereNothingChanges) {
  Source source(7);
  double index = 0;
  constexpr int kMonitors = 200;
  for (int i = 0; i < kMonitors; ++i) {
    DriftMonitor monitor(2);
    for (int n = 0; n < kDriftReference + 300; ++n) {
      const Floats row = source.Row(0.6);
      monitor.Observe(row, row);
    }
    index += monitor.Report()->input.population_stability_index / kMonitors;
  }
  EXPECT_LT(index, 0.015);  // 0.048 if chance were not taken off
}

TEST(Drift, IsLargeWhereTheModelChangesItsMind) {
  Source source(8);
  DriftMonitor monitor(2);
  for (int n = 0; n < kDriftReference; ++n) {
    monitor.Observe(source.Row(0.4), source.Row(0.5));
  }
  for (int n = 0; n < 400; ++n) monitor.Observe(source.Row(0.7), source.Row(0.5));
  const std::optional<DriftReport> report = monitor.Report();
  ASSERT_TRUE(report.has_value());
  EXPECT_GT(report->input.population_stability_index, 0.5);
  EXPECT_NEAR(report->input.total_variation, 0.25, 0.05);
  EXPECT_LT(report->output.population_stability_index, 0.1);
}

TEST(Drift, IsForgottenWhenTheWindowHasPassed) {
  Source source(9);
  DriftMonitor monitor(2);
  for (int n = 0; n < kDriftReference; ++n)
    monitor.Observe(source.Row(0.5), source.Row(0.5));
  for (int n = 0; n < kDriftWindow; ++n)
    monitor.Observe(source.Row(0.9), source.Row(0.5));
  EXPECT_GT(monitor.Report()->input.population_stability_index, 0.5);
  for (int n = 0; n < kDriftWindow; ++n)
    monitor.Observe(source.Row(0.5), source.Row(0.5));
  EXPECT_LT(monitor.Report()->input.population_stability_index, 0.1);
  EXPECT_LE(monitor.Report()->window_rows, kDriftWindow);
  EXPECT_GE(monitor.Report()->window_rows, kDriftWindow / 2);
}

TEST(Drift, SaysNothingFromTooFewRows) {
  DriftMonitor monitor(2);
  const Floats row = {0.5f, 0.5f};
  for (int n = 0; n < kDriftReference + kFewestDriftRows - 1; ++n)
    monitor.Observe(row, row);
  EXPECT_FALSE(monitor.Report().has_value());
  monitor.Observe(row, row);
  EXPECT_TRUE(monitor.Report().has_value());
}

TEST(Drift, OneLabelNeverDrifts) {
  DriftMonitor monitor(1);
  const Floats row = {1.0f};
  for (int n = 0; n < 2000; ++n) monitor.Observe(row, row);
  EXPECT_EQ(monitor.Report()->input.population_stability_index, 0);
  EXPECT_EQ(monitor.Report()->input.total_variation, 0);
}

}  // namespace
}  // namespace calibrd
