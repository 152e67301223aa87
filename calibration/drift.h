// Whether rows of now are spread like rows of before: population stability index and
// total variation between two sets of rows.
//
//   DriftMonitor monitor(2);                       // K labels; or with a reference
//   monitor.Observe(p, q);                         // each live row, before and after
//   std::optional<DriftReport> report = monitor.Report();
//   if (report && report->input.population_stability_index > 0.25) …   // look at it
//
// A set of rows is kept as a RowSummary: how often a row's best label and its confidence
// fall into each cell (a label and a range of confidence), and the mean row. Live rows
// are those of a window that slides in halves: the last kDriftWindow / 2 to kDriftWindow.
// The reference is given, or the first kDriftReference rows that are observed.
//
// The index is sum of (a - r) ln(a / r) over the cells, a and r being the shares of the
// live rows and of the reference. Every cell counts half a row more, so that an empty one
// is no infinity, and (cells - 1)(1/n + 1/m) is taken off, which is what two samples of n
// and m rows from one distribution give on average (B. Yurdakul, Statistical properties
// of population stability index, 2018); the index is 0 at least.
//
// Shapes: p and q hold K probabilities that sum to 1. Cost of Observe: O(K), no
// allocation. Memory: 24 (K + cells) bytes and some 300 more; there are 10 to 18 cells
// for K <= 10, else K. Thread-safety: none; a value.

#ifndef CALIBRD_CALIBRATION_DRIFT_H_
#define CALIBRD_CALIBRATION_DRIFT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"

namespace calibrd {

inline constexpr int kDriftWindow = 1000;
inline constexpr int kDriftReference = 500;
// Fewer live rows than this give no report.
inline constexpr int kFewestDriftRows = 100;

// A set of rows, for comparing it with another.
class RowSummary {
 public:
  explicit RowSummary(int label_count);
  // What numbers() told, with `count` >= 0 rows. nullopt where they are not a summary of
  // rows over `label_count` labels.
  static std::optional<RowSummary> Restore(int label_count, int64_t count,
                                           absl::Span<const float> numbers);

  void Add(absl::Span<const float> row);
  void Clear();

  int64_t count() const { return count_; }
  // How many rows fall into each cell.
  absl::Span<const float> cells() const;
  // The sum of the rows, K numbers.
  absl::Span<const float> sum() const;
  // Both: all that has to be kept besides the count.
  absl::Span<const float> numbers() const { return numbers_; }

 private:
  int label_count_;
  int64_t count_ = 0;
  absl::InlinedVector<float, 16> numbers_;  // in the object itself for few labels
};

// The cells of K labels: K times the ranges of confidence, at least ten for K <= 10.
int CellCount(int label_count);

struct DriftDistance {
  double population_stability_index = 0;
  double total_variation = 0;  // between the mean rows, 0 … 1
};

struct DriftReport {
  DriftDistance input;   // of the rows as they came
  DriftDistance output;  // of the corrected rows
  int64_t window_rows = 0;
  int64_t reference_rows = 0;
};

// One side of the comparison: a reference, and the window in two halves.
struct DriftSide {
  RowSummary reference;
  RowSummary previous;
  RowSummary current;
};

class DriftMonitor {
 public:
  explicit DriftMonitor(int label_count);
  // Compares with the rows of a fit, before and after; or goes on with what was kept. All
  // summaries are over K labels, and the two sides hold as many rows. Live rows are added
  // to a reference that is not complete.
  DriftMonitor(DriftSide input, DriftSide output, bool reference_is_complete);

  void Observe(absl::Span<const float> p, absl::Span<const float> q);

  // nullopt until there are a reference and kFewestDriftRows live rows.
  std::optional<DriftReport> Report() const;

  const DriftSide& input() const { return input_; }
  const DriftSide& output() const { return output_; }
  bool reference_is_complete() const { return reference_is_complete_; }

 private:
  DriftSide input_;
  DriftSide output_;
  bool reference_is_complete_ = false;
};

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_DRIFT_H_
