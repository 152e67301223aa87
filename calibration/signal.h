// How much a model's answers depend on the input at all, measured without labels.
//
//   SignalMonitor monitor(2, SignalReference::Of(fit_rows));
//   monitor.Observe(log_p);                          // each live row
//   std::optional<SignalReport> report = monitor.Report();
//   if (report && report->weak) …     // the prompt does not work; calibration cannot
//   help
//
// A row is x, its ln p less their mean, K numbers; no bias changes how far rows are
// apart. v is the variance of rows: the sum of |x - mean|² over (m - 1)(K - 1), for K = 2
// half the variance of the log-odds. The figure is
//
//   sqrt(v_live / v_0),   v_0 = ((r - 1) v_fit + 5 · 0.5²) / (r - 1 + 5)
//
// with v_fit over the r rows of the fit, which had no content: 1 where real inputs move
// the answers no more than random words do. Five rows' worth of 0.5 nats, the usual
// spread of such rows, stand in for a fit of few rows, and for one of real rows.
//
// The interval is the figure times exp(±1.96 h), h² = a / 4 + 1 / (2 (ν - 1)): a is the
// relative variance of the mean of |x - mean|², from its fourth moment, so that no shape
// is assumed; ν are the degrees of freedom of v_0, (r - 1) (tr C)² / tr(C²) + 5 for the
// covariance C of the fit's rows (Satterthwaite 1946).
//
// Measured on recorded rows, where a figure under 0.75 goes with no skill:
// docs/methods.md.
//
// Units: nats. Shapes: K numbers. Cost of Observe: O(K). Memory: 8 bytes a label.
// Thread-safety: none; values.

#ifndef CALIBRD_CALIBRATION_SIGNAL_H_
#define CALIBRD_CALIBRATION_SIGNAL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "calibration/rows.h"

namespace calibrd {

// Below this the model's answers say too little of the input.
inline constexpr double kWeakSignal = 0.75;
// Fewer live rows than this give no report.
inline constexpr int kFewestSignalRows = 30;
// A live row counts half after so many more.
inline constexpr double kSignalHalfLife = 1000;

// A probability below this counts as this, so that no logarithm drowns the others.
inline constexpr double kSmallestSignalProbability = 1e-6;

// What the rows of a fit say of how rows without content vary. Small, as every profile
// has one.
struct SignalReference {
  int32_t row_count = 0;         // r; 0: the fit had no such rows
  float variance = 0;            // v_fit, nats²
  float degrees_of_freedom = 0;  // (r - 1) (tr C)² / tr(C²)

  // Rows that pass CheckRows. Cost: O(n K + n² K) for up to 1,000 rows; more are left
  // out.
  static SignalReference Of(const Rows& rows);
};

struct SignalReport {
  double ratio = 0;
  double lower = 0;  // of a 95 % interval
  double upper = 0;
  bool weak = false;  // ratio < kWeakSignal
};

class SignalMonitor {
 public:
  SignalMonitor(int label_count, const SignalReference& reference);

  // K logarithms of probabilities, finite.
  void Observe(absl::Span<const double> log_p);

  // nullopt until there are kFewestSignalRows rows, and for K = 1.
  std::optional<SignalReport> Report() const;

  // What is kept besides the reference: 6 + K numbers.
  absl::Span<const double> state() const { return state_; }
  // Goes on with what was kept. False, and nothing is changed, where that cannot be.
  bool Restore(absl::Span<const double> state);

 private:
  // Sums over rows, each weighted by how long ago it came.
  static constexpr size_t kRows = 0;     // how many were observed, of any age
  static constexpr size_t kWeight = 1;   // of the weights
  static constexpr size_t kWeight2 = 2;  // of their squares
  static constexpr size_t kSquares = 3;  // of |x - mean|²
  static constexpr size_t kFirst = 4;    // of e, the distance to the mean before it
  static constexpr size_t kSecond = 5;   // of e²
  static constexpr size_t kMean = 6;     // the mean row, K numbers

  SignalReference reference_;
  absl::InlinedVector<double, 10> state_;  // in the object itself for few labels
};

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_SIGNAL_H_
