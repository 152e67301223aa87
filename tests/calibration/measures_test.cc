#include "calibration/measures.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "calibration/random.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

// Three labels; the right one is drawn from the row, flattened where `sharpness` is
// over 1.
struct Sample {
  std::vector<float> values;
  std::vector<int> labels;
  Rows rows() const { return {.values = values, .label_count = 3}; }
};

Sample Draw(int n, double sharpness, uint64_t seed) {
  Random random(seed);
  Sample sample;
  for (int i = 0; i < n; ++i) {
    double p[3], q[3], sum_p = 0, sum_q = 0;
    for (int k = 0; k < 3; ++k) {
      const double score = 4 * random.Unit();
      sum_p += p[k] = std::exp(score);
      sum_q += q[k] = std::exp(score * sharpness);
    }
    double u = random.Unit() * sum_p;
    int label = 0;
    while (label < 2 && u >= p[label]) u -= p[label++];
    sample.labels.push_back(label);
    for (const double value : q) {
      sample.values.push_back(static_cast<float>(value / sum_q));
    }
  }
  return sample;
}

Measured Prepare(const Sample& sample, const MeasureOptions& options = {}) {
  return Measured::Prepare(sample.rows(), sample.labels, options).value();
}

TEST(Measured, RefusesRowsLabelsAndBinsThatCannotBe) {
  const Sample sample = Draw(4, 1, 1);
  ExpectInvalid(Measured::Prepare({.label_count = 3}, {}).status(), reason::kInvalidRows,
                "values", "no rows");
  ExpectInvalid(Measured::Prepare(sample.rows(), {0, 1, 2, 3}).status(),
                reason::kInvalidArgument, "labels[3]", "label 3");
  ExpectInvalid(
      Measured::Prepare(sample.rows(), sample.labels, {.bin_count = 0}).status(),
      reason::kInvalidOptions, "bin_count", "0 bins");
}

TEST(Measured, TakesOneRow) {
  const float values[] = {.25f, .75f};
  const Measures m =
      Measured::Prepare({.values = values, .label_count = 2}, {0}).value().Measure();
  for (const auto field : Measures::Fields()) EXPECT_TRUE(std::isfinite(m.*field));
  EXPECT_EQ(m.accuracy, 0);
  EXPECT_EQ(m.mce, .75);
}

TEST(Measured, LeavesOutWhatWasNotAskedFor) {
  const Measured measured =
      Prepare(Draw(50, 1, 1), {.each_label = false, .smooth = false});
  const Measures m = measured.Measure();
  EXPECT_TRUE(std::isnan(m.classwise_ece));
  EXPECT_TRUE(std::isnan(m.marginal_error));
  EXPECT_TRUE(std::isnan(m.smooth_ece));
  const Intervals intervals = IntervalsOf(Replicate(measured, {.resamples = 10}), 0.9);
  EXPECT_TRUE(std::isnan(intervals.smooth_ece.lower));
  EXPECT_TRUE(std::isfinite(intervals.nll.lower));
}

TEST(Measured, CountsRowsAsIfTheyWereRepeated) {
  const Sample sample = Draw(40, 1.5, 2);
  Sample repeated;
  std::vector<uint32_t> counts(40);
  Resamples(40, 1).Draw(0, absl::MakeSpan(counts));
  for (size_t i = 0; i < 40; ++i) {
    for (uint32_t c = 0; c < counts[i]; ++c) {
      const absl::Span<const float> row = sample.rows().row(static_cast<int64_t>(i));
      repeated.values.insert(repeated.values.end(), row.begin(), row.end());
      repeated.labels.push_back(sample.labels[i]);
    }
  }
  const Measures a = Prepare(sample).Measure(counts);
  const Measures b = Prepare(repeated).Measure();
  // The others have edges and a bandwidth of their own.
  for (const auto field :
       {&Measures::accuracy, &Measures::balanced_accuracy, &Measures::macro_f1,
        &Measures::nll, &Measures::brier, &Measures::ece_equal_width, &Measures::mce,
        &Measures::classwise_ece}) {
    EXPECT_NEAR(a.*field, b.*field, 1e-12);
  }
}

TEST(Replicate, GivesTheIntervalOfABinomialShare) {
  const Sample sample = Draw(2000, 1, 3);
  const Measured measured = Prepare(sample, {.smooth = false});
  const Interval interval = IntervalsOf(Replicate(measured, {}), 0.95).accuracy;
  const double accuracy = measured.Measure().accuracy;
  const double deviation = std::sqrt(accuracy * (1 - accuracy) / 2000);
  EXPECT_NEAR(interval.lower, accuracy - 1.96 * deviation, 0.3 * deviation);
  EXPECT_NEAR(interval.upper, accuracy + 1.96 * deviation, 0.3 * deviation);
}

TEST(Replicate, DrawsTheSameRowsForEverythingThatIsCompared) {
  const Sample sharp = Draw(300, 3, 4);
  const Sample same = Draw(300, 1, 4);  // the same rows and labels, calibrated
  ASSERT_EQ(sharp.labels, same.labels);
  const BootstrapOptions options{.resamples = 400, .seed = 9};
  const auto before = Replicate(Prepare(sharp), options);
  const auto after = Replicate(Prepare(same), options);
  const Intervals gain = IntervalsOfDifference(after, before, 0.95);
  // The decisions are the same, so that their measures differ in no resample.
  EXPECT_EQ(gain.accuracy.lower, 0);
  EXPECT_EQ(gain.accuracy.upper, 0);
  EXPECT_LT(gain.nll.upper, 0);
  EXPECT_LT(gain.ece_equal_width.upper, 0);
  EXPECT_LT(gain.smooth_ece.upper, 0);
}

TEST(Replicate, GivesTheSameForTheSameSeed) {
  const Measured measured = Prepare(Draw(60, 1, 5));
  const auto a = Replicate(measured, {.resamples = 5, .seed = 1});
  const auto b = Replicate(measured, {.resamples = 5, .seed = 1});
  const auto c = Replicate(measured, {.resamples = 5, .seed = 2});
  EXPECT_EQ(a[4].nll, b[4].nll);
  EXPECT_NE(a[4].nll, c[4].nll);
}

TEST(Replicate, EndsWhenItIsStopped) {
  const Measured measured = Prepare(Draw(60, 1, 5));
  int asked = 0;
  const auto some = Replicate(
      measured, {.resamples = 1000, .stopped = [&asked] { return ++asked > 3; }});
  EXPECT_EQ(some.size(), 3U);
}

// In how many of 200 samples the interval of 90 % holds the true value.
TEST(IntervalsOf, HoldTheTrueValueAsOftenAsTheySay) {
  const double truth = Prepare(Draw(200'000, 2, 77), {.smooth = false}).Measure().nll;
  int held = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Measured measured =
        Prepare(Draw(200, 2, 1000 + seed), {.each_label = false, .smooth = false});
    const Interval interval =
        IntervalsOf(Replicate(measured, {.resamples = 200}), 0.9).nll;
    held += interval.lower <= truth && truth <= interval.upper ? 1 : 0;
  }
  EXPECT_GE(held, 165);  // 180, less 3.5 deviations
  EXPECT_LE(held, 195);
}

}  // namespace
}  // namespace calibrd
