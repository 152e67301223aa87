#include "calibration/measures.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "calibration/kernel.h"
#include "calibration/metrics.h"
#include "calibration/reliability.h"

namespace calibrd {
namespace {

constexpr int kMostBins = 1000;
constexpr double kNotTaken = std::numeric_limits<double>::quiet_NaN();

double Mean(absl::Span<const double> losses, absl::Span<const uint32_t> counts) {
  if (counts.empty()) {
    return std::accumulate(losses.begin(), losses.end(), 0.0) /
           static_cast<double>(losses.size());
  }
  double sum = 0;
  int64_t rows = 0;
  for (size_t i = 0; i < losses.size(); ++i) {
    sum += losses[i] * counts[i];
    rows += counts[i];
  }
  return sum / static_cast<double>(rows);
}

}  // namespace

absl::StatusOr<Measured> Measured::Prepare(const Rows& rows, absl::Span<const int> labels,
                                           const MeasureOptions& options) {
  if (absl::Status bad = CheckRows(rows, {}); !bad.ok()) return bad;
  if (absl::Status bad = CheckLabels(rows, labels); !bad.ok()) return bad;
  if (options.bin_count < 1 || options.bin_count > kMostBins) {
    return InvalidField(
        reason::kInvalidOptions, "bin_count",
        absl::StrCat(options.bin_count, " bins; their number has to be from 1 to ",
                     kMostBins));
  }
  return Measured(rows, labels, options);
}

Measured::Measured(const Rows& rows, absl::Span<const int> labels,
                   const MeasureOptions& options)
    : label_count_(rows.label_count),
      labels_(labels.begin(), labels.end()),
      top_(TopLabel(rows, labels)),
      equal_width_(top_, Edges(top_, options.bin_count, Binning::kEqualWidth)),
      equal_mass_(top_, Edges(top_, options.bin_count, Binning::kEqualMass)) {
  for (size_t i = 0; i < labels.size(); ++i) {
    const absl::Span<const float> row = rows.row(static_cast<int64_t>(i));
    decisions_.push_back(BestLabel(row));
    log_losses_.push_back(LogLoss(row, labels[i]));
    brier_losses_.push_back(BrierLoss(row, labels[i]));
  }
  for (int label = 0; options.each_label && label < label_count_; ++label) {
    const Forecasts one = OneAgainstRest(rows, labels, label);
    label_equal_width_.emplace_back(one,
                                    Edges(one, options.bin_count, Binning::kEqualWidth));
    label_equal_mass_.emplace_back(one,
                                   Edges(one, options.bin_count, Binning::kEqualMass));
  }
  if (!options.smooth) return;
  bandwidth_ = SmoothCalibrationError(top_).bandwidth;
  if (SmoothedForecasts::Pays(labels.size(), bandwidth_)) {
    smoothed_.emplace(top_, bandwidth_);
  }
}

Measures Measured::Measure(absl::Span<const uint32_t> counts) const {
  Measures measures;
  MeasureDecisions(counts, measures);
  MeasureLosses(counts, measures);
  MeasureEachLabel(counts, measures);
  const std::vector<ReliabilityBin> width = equal_width_.Table(counts);
  const std::vector<ReliabilityBin> mass = equal_mass_.Table(counts);
  measures.ece_equal_width = ExpectedCalibrationError(width);
  measures.ece_equal_mass = ExpectedCalibrationError(mass);
  measures.mce = MaximumCalibrationError(width);
  measures.debiased_ece = std::sqrt(std::max(DebiasedSquaredError(mass), 0.0));
  measures.smooth_ece = SmoothError(counts);
  return measures;
}

void Measured::MeasureDecisions(absl::Span<const uint32_t> counts,
                                Measures& measures) const {
  std::vector<LabelCount> labels(static_cast<size_t>(label_count_));
  int64_t rows = 0, right = 0;
  for (size_t i = 0; i < labels_.size(); ++i) {
    const int64_t count = counts.empty() ? 1 : counts[i];
    const int64_t right_count = labels_[i] == decisions_[i] ? count : 0;
    LabelCount& label = labels[static_cast<size_t>(labels_[i])];
    label.rows += count;
    label.right += right_count;
    labels[static_cast<size_t>(decisions_[i])].decisions += count;
    rows += count;
    right += right_count;
  }
  measures.accuracy = static_cast<double>(right) / static_cast<double>(rows);
  measures.balanced_accuracy = BalancedAccuracy(labels);
  measures.macro_f1 = MacroF1(labels);
}

void Measured::MeasureLosses(absl::Span<const uint32_t> counts,
                             Measures& measures) const {
  measures.nll = Mean(log_losses_, counts);
  measures.brier = Mean(brier_losses_, counts);
}

void Measured::MeasureEachLabel(absl::Span<const uint32_t> counts,
                                Measures& measures) const {
  if (label_equal_width_.empty()) {
    measures.classwise_ece = measures.marginal_error = kNotTaken;
    return;
  }
  double absolute = 0, squared = 0;
  for (const Bins& bins : label_equal_width_) {
    absolute += ExpectedCalibrationError(bins.Table(counts));
  }
  for (const Bins& bins : label_equal_mass_) {
    squared += std::max(DebiasedSquaredError(bins.Table(counts)), 0.0);
  }
  measures.classwise_ece = absolute / label_count_;
  measures.marginal_error = std::sqrt(squared / label_count_);
}

double Measured::SmoothError(absl::Span<const uint32_t> counts) const {
  if (smoothed_.has_value()) return smoothed_->Error(counts);
  return bandwidth_ > 0 ? SmoothCalibrationError(top_, bandwidth_, counts) : kNotTaken;
}

std::vector<Measures> Replicate(const Measured& measured,
                                const BootstrapOptions& options) {
  const Resamples resamples(measured.row_count(), options.seed);
  std::vector<uint32_t> counts(static_cast<size_t>(measured.row_count()));
  std::vector<Measures> replicates;
  for (int r = 0; r < options.resamples; ++r) {
    if (options.stopped && options.stopped()) break;
    resamples.Draw(r, absl::MakeSpan(counts));
    replicates.push_back(measured.Measure(counts));
  }
  return replicates;
}

Intervals IntervalsOf(absl::Span<const Measures> replicates, double confidence) {
  // Without a measure before it, a difference is the measure itself.
  return IntervalsOfDifference(replicates, std::vector<Measures>(replicates.size()),
                               confidence);
}

Intervals IntervalsOfDifference(absl::Span<const Measures> after,
                                absl::Span<const Measures> before, double confidence) {
  Intervals intervals;
  for (size_t field = 0; field < Measures::Fields().size(); ++field) {
    const auto measure = Measures::Fields()[field];
    std::vector<double> values;
    for (size_t r = 0; r < after.size(); ++r) {
      values.push_back(after[r].*measure - before[r].*measure);
    }
    const bool taken = std::none_of(values.begin(), values.end(),
                                    [](double value) { return std::isnan(value); });
    intervals.*Intervals::Fields()[field] =
        taken ? PercentileInterval(values, confidence) : Interval{kNotTaken, kNotTaken};
  }
  return intervals;
}

}  // namespace calibrd
