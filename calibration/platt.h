// Platt scaling: a sigmoid that turns the score of a two-class decision into a
// probability.
//
//   absl::StatusOr<PlattFit> fit = FitPlatt({5, -4, 1}, {true, false, false});
//   double p = PlattProbability(*fit, 5);   // 1 / (1 + exp(A·5 + B))
//
// Fits A and B to the smoothed targets (N+ + 1)/(N+ + 2) and 1/(N- + 2) by Newton's
// method with backtracking: Platt 1999; Lin, Lin, Weng 2007, "A note on Platt's
// probabilistic outputs for support vector machines". The smoothing keeps both finite for
// scores that separate the classes, and for one class alone.
//
// Units: A·score + B is in nats; the objective is the sum of the cross entropies, in
// nats. Thread-safety: pure functions. Cost: O(n) an iteration, 3 to 20 iterations.

#ifndef CALIBRD_CALIBRATION_PLATT_H_
#define CALIBRD_CALIBRATION_PLATT_H_

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace calibrd {

struct PlattOptions {
  // Where to stop: a gradient no larger than this, with the scores scaled to [-1, 1]. The
  // default is that of the 2007 paper and of LIBSVM, six digits of A and B; 1e-12 gives
  // all of them for one or two iterations more.
  double gradient = 1e-5;
  int most_iterations = 100;
};

struct PlattFit {
  double slope = 0;  // A; negative where a higher score means a more probable positive
  double intercept = 0;    // B
  double objective = 0;    // at A and B
  int iterations = 0;      // Newton steps taken
  bool converged = false;  // the gradient is small; otherwise A and B are the best found
};

// `scores` are finite and at most 1e100 in size, one or more; `positive` holds one
// outcome for each. `weights` are empty or one finite number above 0 for each score: how
// often it counts, in the sums and in N+ and N-. Errors: INVALID_ARGUMENT with the field
// `scores`, `scores[i]`, `positive`, `weights` or `weights[i]`.
absl::StatusOr<PlattFit> FitPlatt(absl::Span<const double> scores,
                                  absl::Span<const bool> positive,
                                  const PlattOptions& options = {},
                                  absl::Span<const double> weights = {});

// The fitted probability of the positive class.
double PlattProbability(const PlattFit& fit, double score);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_PLATT_H_
