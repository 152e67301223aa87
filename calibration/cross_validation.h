// What a fitted method would answer to rows that it was not fitted on.
//
//   const std::vector<int> folds = StratifiedFolds(labels, 3, 5, seed);
//   absl::StatusOr<std::vector<float>> q =
//       CrossValidate(rows, folds, 5, [](const LabelledRows& training) { … });
//   // q: n×K; row i by the transform that was fitted without the rows of its fold
//
// Thread-safety: pure functions. Cost: as many fits as folds.

#ifndef CALIBRD_CALIBRATION_CROSS_VALIDATION_H_
#define CALIBRD_CALIBRATION_CROSS_VALIDATION_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "calibration/labelled_rows.h"
#include "calibration/transform.h"

namespace calibrd {

// Which fold each row belongs to, 0 … fold_count - 1: the rows of a label are spread over
// the folds as evenly as can be, in an order that `seed` decides, the same on every
// machine. Labels are 0 … label_count - 1.
std::vector<int> StratifiedFolds(absl::Span<const int32_t> labels, int label_count,
                                 int fold_count, uint64_t seed);

// Fits a transform of rows that pass CheckLabelledRows.
using Fitter = std::function<absl::StatusOr<Transform>(const LabelledRows& training)>;

// The corrected rows, n×K probabilities. `rows` must pass CheckLabelledRows, `folds` hold
// a number in 0 … fold_count - 1 for each row. A fold that leaves nothing to fit on is an
// INVALID_ARGUMENT (INVALID_ROWS); otherwise the error is that of `fit`.
absl::StatusOr<std::vector<float>> CrossValidate(const LabelledRows& rows,
                                                 absl::Span<const int> folds,
                                                 int fold_count, const Fitter& fit);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_CROSS_VALIDATION_H_
