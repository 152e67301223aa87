// Every measure of labelled rows at once, with intervals, before and after.
//
//   absl::StatusOr<Measured> before = Measured::Prepare(p, labels);
//   absl::StatusOr<Measured> after = Measured::Prepare(q, labels);
//   Measures a = before->Measure(), b = after->Measure();         // a.nll, b.nll …
//   BootstrapOptions options{.resamples = 1000, .seed = 1};
//   std::vector<Measures> was = Replicate(*before, options);
//   std::vector<Measures> is = Replicate(*after, options);        // the same draws
//   Intervals gain = IntervalsOfDifference(is, was, 0.95);        // gain.nll.upper < 0 ?
//
// What each measure is: calibration/metrics.h, reliability.h, smooth_ece.h. How the
// intervals come about: bootstrap.h. A resample keeps the edges of the bins and the
// bandwidth of all rows. As resampled rows scatter more than rows do, the values of the
// calibration errors lie higher than the error of all rows, and so do their intervals;
// in a difference this largely goes.
//
// Units: NLL in nats a row, Brier score in 0 … 2 (summed over the labels), the others in
// 0 … 1. Ownership: a Measured copies what it needs. Thread-safety: immutable, and pure
// functions. Cost of a resample, n rows: about n·(10 + 4 K) ns, and up to 0.1 ms for the
// smooth ECE. Memory: about n·(60 + 18 K) bytes, and 200 to 10,000 numbers a row for the
// smooth ECE of a few hundred rows.

#ifndef CALIBRD_CALIBRATION_MEASURES_H_
#define CALIBRD_CALIBRATION_MEASURES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "calibration/bins.h"
#include "calibration/bootstrap.h"
#include "calibration/rows.h"
#include "calibration/smooth_ece.h"

namespace calibrd {

// A value of type T for each measure.
template <typename T>
struct EachMeasure {
  T accuracy{};
  T balanced_accuracy{};
  T macro_f1{};
  T nll{};
  T brier{};
  T ece_equal_width{};
  T ece_equal_mass{};
  T mce{};             // equal width
  T debiased_ece{};    // l2, of the decisions, equal mass
  T classwise_ece{};   // equal width; NaN without each_label
  T marginal_error{};  // debiased l2, equal mass; NaN without each_label
  T smooth_ece{};      // NaN without smooth

  // The fields above, in their order.
  static constexpr std::array<T EachMeasure::*, 12> Fields() {
    return {&EachMeasure::accuracy,       &EachMeasure::balanced_accuracy,
            &EachMeasure::macro_f1,       &EachMeasure::nll,
            &EachMeasure::brier,          &EachMeasure::ece_equal_width,
            &EachMeasure::ece_equal_mass, &EachMeasure::mce,
            &EachMeasure::debiased_ece,   &EachMeasure::classwise_ece,
            &EachMeasure::marginal_error, &EachMeasure::smooth_ece};
  }
};

using Measures = EachMeasure<double>;
using Intervals = EachMeasure<Interval>;

struct MeasureOptions {
  int bin_count = 15;      // 1 … 1000; that of Guo et al. 2017
  bool each_label = true;  // the two measures of each label against the rest: costly for
                           // a large K
  bool smooth = true;      // the smooth ECE
};

// Rows and labels made ready to be measured, as often as wanted.
class Measured {
 public:
  // `rows` are probabilities that sum to 1, n >= 1 of them. Errors: INVALID_ARGUMENT,
  // those of CheckRows and CheckLabels, and the field `bin_count`.
  static absl::StatusOr<Measured> Prepare(const Rows& rows, absl::Span<const int> labels,
                                          const MeasureOptions& options = {});

  int64_t row_count() const { return static_cast<int64_t>(labels_.size()); }
  // K.
  int label_count() const { return label_count_; }

  // Row i counts once, or counts[i] times; not all of them 0.
  Measures Measure(absl::Span<const uint32_t> counts = {}) const;

  // Of the decisions, equal width.
  std::vector<ReliabilityBin> Table() const { return equal_width_.Table(); }

 private:
  Measured(const Rows& rows, absl::Span<const int> labels, const MeasureOptions& options);
  void MeasureDecisions(absl::Span<const uint32_t> counts, Measures& measures) const;
  void MeasureLosses(absl::Span<const uint32_t> counts, Measures& measures) const;
  void MeasureEachLabel(absl::Span<const uint32_t> counts, Measures& measures) const;
  double SmoothError(absl::Span<const uint32_t> counts) const;

  int label_count_;
  std::vector<int> labels_;
  std::vector<int> decisions_;
  std::vector<double> log_losses_;
  std::vector<double> brier_losses_;
  Forecasts top_;
  Bins equal_width_;
  Bins equal_mass_;
  // By label; empty without each_label.
  std::vector<Bins> label_equal_width_;
  std::vector<Bins> label_equal_mass_;
  double bandwidth_ = 0;                       // 0 without smooth
  std::optional<SmoothedForecasts> smoothed_;  // where it pays
};

struct BootstrapOptions {
  int resamples = 1000;  // >= 1; 1,000 hold the ends of a 95 % interval steady
  uint64_t seed = 1;
  // If set, asked before each resample: true ends the work, and those that were made are
  // returned. Resamples of many rows take minutes.
  std::function<bool()> stopped = nullptr;
};

// The measures of each resample. For the same number of rows and options the draws are
// the same, whatever the rows are.
std::vector<Measures> Replicate(const Measured& measured,
                                const BootstrapOptions& options);

// The interval of each measure; `confidence` in (0, 1), such as 0.95. A measure that was
// not taken has NaN for both ends.
Intervals IntervalsOf(absl::Span<const Measures> replicates, double confidence);

// Of the differences after - before, resample by resample: two of Replicate, as long.
Intervals IntervalsOfDifference(absl::Span<const Measures> after,
                                absl::Span<const Measures> before, double confidence);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_MEASURES_H_
