#include "server/service/assessment.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "calibration/kernel.h"

namespace calibrd::service {
namespace {

// A confusion matrix of more labels is for no eye.
constexpr int kMaxConfusionLabels = 100;

// Above this K the errors of each label are left out: they cost more than all the rest.
constexpr int kMaxEachLabel = 100;

// A resample looks at every row: more rows, fewer resamples, as the intervals of many
// rows are narrow anyway.
constexpr int64_t kMostResampledRows = 200'000'000;
constexpr int64_t kFewestResamples = 100;

bool EachLabel(int label_count) {
  return label_count <= kMaxEachLabel;
}

proto::Estimate EstimateOf(double value, const Interval& interval) {
  proto::Estimate estimate;
  estimate.set_value(value);
  estimate.set_lower(interval.lower);
  estimate.set_upper(interval.upper);
  return estimate;
}

void FillConfusion(const Assessed& assessed, const LabelledRows& rows,
                   proto::Assessment& out) {
  const auto k = static_cast<size_t>(rows.rows.label_count);
  if (k > kMaxConfusionLabels) return;
  out.mutable_confusion()->Resize(static_cast<int>(k * k), 0);
  for (size_t i = 0; i < rows.labels.size(); ++i) {
    const int best = BestLabel(assessed.rows().row(static_cast<int64_t>(i)));
    const int place = rows.labels[i] * rows.rows.label_count + best;
    out.set_confusion(place, out.confusion(place) + 1);
  }
}

}  // namespace

bool Assessed::each_label() const {
  return EachLabel(measured_.label_count());
}

absl::StatusOr<Assessed> Assessed::Make(std::vector<float> values,
                                        const LabelledRows& rows,
                                        const proto::EvaluationOptions& options,
                                        const std::function<bool()>& cancelled) {
  const Rows corrected{values, rows.rows.label_count, Scale::kProbability};
  absl::StatusOr<Measured> measured = Measured::Prepare(
      corrected, rows.labels,
      {.bin_count = options.bin_count(), .each_label = EachLabel(rows.rows.label_count)});
  if (!measured.ok()) return measured.status();
  const int64_t affordable =
      std::max(kMostResampledRows / corrected.count(), kFewestResamples);
  const auto resamples =
      static_cast<int>(std::min<int64_t>(affordable, options.resamples()));
  std::vector<Measures> replicates = Replicate(
      *measured, {.resamples = resamples, .seed = options.seed(), .stopped = cancelled});
  if (cancelled()) return absl::CancelledError("the caller has gone");
  return Assessed(std::move(values), *std::move(measured), std::move(replicates));
}

proto::Measures MeasuresOf(const Assessed& assessed, double confidence) {
  const Measures& m = assessed.measures();
  const Intervals i = IntervalsOf(assessed.replicates(), confidence);
  proto::Measures out;
  *out.mutable_accuracy() = EstimateOf(m.accuracy, i.accuracy);
  *out.mutable_balanced_accuracy() = EstimateOf(m.balanced_accuracy, i.balanced_accuracy);
  *out.mutable_macro_f1() = EstimateOf(m.macro_f1, i.macro_f1);
  *out.mutable_nll() = EstimateOf(m.nll, i.nll);
  *out.mutable_brier() = EstimateOf(m.brier, i.brier);
  *out.mutable_ece() = EstimateOf(m.ece_equal_width, i.ece_equal_width);
  *out.mutable_ece_equal_mass() = EstimateOf(m.ece_equal_mass, i.ece_equal_mass);
  *out.mutable_mce() = EstimateOf(m.mce, i.mce);
  *out.mutable_debiased_ece() = EstimateOf(m.debiased_ece, i.debiased_ece);
  if (assessed.each_label()) {
    *out.mutable_classwise_ece() = EstimateOf(m.classwise_ece, i.classwise_ece);
    *out.mutable_marginal_error() = EstimateOf(m.marginal_error, i.marginal_error);
  }
  *out.mutable_smooth_ece() = EstimateOf(m.smooth_ece, i.smooth_ece);
  return out;
}

Change ChangeOf(const Assessed& after, const Assessed& before, double confidence) {
  const Intervals intervals =
      IntervalsOfDifference(after.replicates(), before.replicates(), confidence);
  return {EstimateOf(after.measures().accuracy - before.measures().accuracy,
                     intervals.accuracy),
          EstimateOf(after.measures().nll - before.measures().nll, intervals.nll)};
}

void FillAssessment(const Assessed& assessed, const LabelledRows& rows, double confidence,
                    proto::Assessment& out) {
  *out.mutable_measures() = MeasuresOf(assessed, confidence);
  for (const ReliabilityBin& bin : assessed.Table()) {
    if (bin.rows == 0) continue;
    proto::ReliabilityBin* line = out.add_reliability();
    line->set_lower(bin.lower_edge);
    line->set_upper(bin.upper_edge);
    line->set_row_count(bin.rows);
    line->set_confidence(bin.mean_confidence);
    line->set_accuracy(bin.accuracy);
  }
  FillConfusion(assessed, rows, out);
}

std::vector<float> Corrected(const Transform& transform, const Rows& rows) {
  const Kernel kernel = Kernel::Compile(transform);
  std::vector<float> values(rows.values.size());
  const auto k = static_cast<size_t>(rows.label_count);
  for (int64_t i = 0; i < rows.count(); ++i) {
    kernel.Apply(rows.row(i), rows.scale,
                 absl::MakeSpan(values).subspan(static_cast<size_t>(i) * k, k));
  }
  return values;
}

}  // namespace calibrd::service
