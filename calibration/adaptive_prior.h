// A prior that goes on learning from the rows that it corrects, without labels.
//
//   AdaptivePrior adaptive(log_prior, spread, {});  // ln c of the fit, and its variance
//   …                                               // a row was answered
//   adaptive.Observe(log_p);                        // ln p of it: learns
//   adaptive.shift()                                // ln c has moved by this, K nats
//
// The mean of ln p over live rows is the bias of the model if the traffic is balanced,
// but if nine rows in ten have one label it is mostly that label. The shape of the rows
// tells the two apart: a bias moves all rows alike, while a common label leaves a tail
// towards the rare ones, so the skewness points away from the mean. For each label, with
// u its centred ln p minus that of the fit, m, s and g the mean, standard deviation and
// skewness of u over the rows seen, and t = m / s, the label's bias has moved by s a:
//
//     g <- clip(g, ±2) n / (n + 20)             few rows say little about a skewness
//     D  = 1 + 8 max(0, -g sign t)              how much to distrust the mean
//     a <- sign(t) min(|t| / D, 0.6) + g / 2    the mean, as far as it is trusted, and
//     the
//                                               tail, as the rare labels lie there
//     a <- a less 0.2 towards 0                 no movement without evidence
//     a <- a + 2 sign(t) max(0, |t| - e) / D    a mean so far off that no mixture of two
//          e = 2.4 (1 - 1/K)                    labels explains it
//     a <- clip(a, ±(|t| + |g| / 2))
//
// and the shift is n / (n + prior_strength) s a, centred over the labels; times
// min(1, 2 v / spread) with v the mean of s^2 over the labels, as rows that vary less
// than rows without content teach nothing (a probe that sends the same row again and
// again); and scaled down where its largest number is above max_shift. Rows are forgotten
// with the half-life, so n is the sum of their weights. Where the constants come from,
// what was tried besides, and what it does on recorded rows: docs/methods.md.
//
// Units: nats. Shapes: K numbers. Cost of Observe: O(K), no logarithm and no allocation;
// 20 ns a label. Memory: 40 bytes a label. Thread-safety: none; a value.

#ifndef CALIBRD_CALIBRATION_ADAPTIVE_PRIOR_H_
#define CALIBRD_CALIBRATION_ADAPTIVE_PRIOR_H_

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/types/span.h"

namespace calibrd {

struct AdaptiveOptions {
  // For how many rows the fitted prior counts: above 0, at most 1e9.
  double prior_strength = 10;
  // After so many rows a row counts half: 10 to 1e9.
  double half_life_rows = 2000;
  // Nothing moves before so many rows: 0 to 1e9.
  int64_t min_rows = 0;
  // How far a label's bias may move: above 0, at most 100 nats.
  double max_shift = 3;
  // Nothing is learned, and nothing forgotten.
  bool paused = false;
};

// OK if every option is in its range; otherwise INVALID_ARGUMENT (INVALID_OPTIONS) with a
// field of AdaptiveOptions.
absl::Status CheckAdaptiveOptions(const AdaptiveOptions& options);

// Rows of a fit that are nearly equal say nothing of how rows vary.
inline constexpr double kLeastSpread = 0.01;

class AdaptivePrior {
 public:
  // `log_prior` are K finite numbers, ln c up to a constant. `spread` is the variance of
  // the centred ln p of the fit's rows, the mean over the labels (nats²); below
  // kLeastSpread, or unknown, it counts as that. `options` must pass
  // CheckAdaptiveOptions.
  AdaptivePrior(absl::Span<const double> log_prior, double spread,
                const AdaptiveOptions& options);

  // Learns from a row, K finite logarithms up to a constant.
  void Observe(absl::Span<const double> log_p);

  // How far ln c has moved from that of the fit, K numbers whose sum is 0.
  absl::Span<const double> shift() const { return shift_; }
  // The largest of them in size.
  double LargestShift() const;
  // Whether max_shift holds it back.
  bool at_max_shift() const { return at_max_shift_; }
  // The weight of the rows that are remembered, at most about 1.44 half-lives.
  double effective_rows() const { return state_[kWeight]; }

  // What was learned, to be kept; 2 + 3 K numbers.
  absl::Span<const double> state() const { return state_; }
  // Goes on with what was kept. False, and nothing is changed, where that cannot be.
  bool Restore(absl::Span<const double> state);

 private:
  static constexpr size_t kWeight = 0;  // of the rows that are remembered
  static constexpr size_t kRows = 1;    // all that were observed
  static constexpr size_t kSums = 2;    // for each label the sums of u, u^2 and u^3

  void Move();

  AdaptiveOptions options_;
  double spread_;
  double keep_;  // what is left of a row's weight after the next row
  // In the object itself for few labels: statistics of many profiles in turn are a matter
  // of cache lines.
  absl::InlinedVector<double, 4> log_prior_;  // centred
  absl::InlinedVector<double, 14> state_;
  absl::InlinedVector<double, 4> shift_;
  bool at_max_shift_ = false;
};

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_ADAPTIVE_PRIOR_H_
