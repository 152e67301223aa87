// Rows whose right labels are known, and the check that all of them are usable.
//
//   const float values[] = {0.9f, 0.1f, 0.2f, 0.8f};
//   const int32_t labels[] = {0, 0};
//   LabelledRows rows{.rows = {.values = values, .label_count = 2}, .labels = labels};
//   if (absl::Status bad = CheckLabelledRows(rows, {"Negative", "Positive"}); !bad.ok())
//   …
//
// Shapes: n×K numbers, n labels, n weights or none. Units: a weight is how many rows the
// row counts for; only the ratios of weights matter. Ownership: a view; the numbers must
// outlive it. Thread-safety: immutable.

#ifndef CALIBRD_CALIBRATION_LABELLED_ROWS_H_
#define CALIBRD_CALIBRATION_LABELLED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "calibration/rows.h"

namespace calibrd {

struct LabelledRows {
  Rows rows;
  absl::Span<const int32_t> labels;  // the right label of each row, 0 … K-1
  absl::Span<const float> weights;   // empty: 1 each; otherwise >= 0, 0 leaves a row out
};

// OK if the rows pass CheckRows, there is a label from 0 to K-1 for each, and no weight
// or one for each, finite, >= 0 and not all zero.
//
// Errors: those of CheckRows; INVALID_ARGUMENT with the field `labels`, `labels[i]`,
// `weights` or `weights[i]` and the reason INVALID_ROWS, VALUE_NOT_FINITE or
// VALUE_NEGATIVE. One of a row has metadata `row`.
absl::Status CheckLabelledRows(const LabelledRows& rows,
                               absl::Span<const std::string> label_names);

// The weight of row i.
inline double WeightOf(const LabelledRows& rows, int64_t i) {
  return rows.weights.empty() ? 1.0
                              : static_cast<double>(rows.weights[static_cast<size_t>(i)]);
}

// What the rows hold of each label, and all together.
struct LabelCounts {
  std::vector<double> shares;  // K: the weight of the label's rows, as a share of all
  int64_t rows = 0;            // with a weight above 0
  double weight = 0;           // the sum
};

// The rows must pass CheckLabelledRows.
LabelCounts CountLabels(const LabelledRows& rows);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_ROWS_H_
