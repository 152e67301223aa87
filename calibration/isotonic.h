// Isotonic regression: the rising sequence that is nearest to given numbers.
//
//   absl::StatusOr<std::vector<double>> fitted = FitIsotonic({3, 7, 5, 9, 8, 7, 10}, {});
//   // 3 6 6 8 8 8 10
//
// Minimises sum of w_i (z_i - y_i)^2 subject to z_1 <= z_2 <= … by pooling adjacent
// violators (Ayer et al. 1955). To calibrate scores, pass the outcomes in the order of
// their scores.
//
// Thread-safety: a pure function. Cost: O(n).

#ifndef CALIBRD_CALIBRATION_ISOTONIC_H_
#define CALIBRD_CALIBRATION_ISOTONIC_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace calibrd {

// The fitted value of each of `y`. `weights` are empty (all equal) or one finite number
// above 0 for each. Errors: INVALID_ARGUMENT with the field `y[i]`, `weights` or
// `weights[i]`. No numbers give no numbers.
absl::StatusOr<std::vector<double>> FitIsotonic(absl::Span<const double> y,
                                                absl::Span<const double> weights);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_ISOTONIC_H_
