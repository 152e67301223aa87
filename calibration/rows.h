// A view of n rows over K labels, and the check that every number in them is usable.
//
//   const float values[] = {0.9f, 0.1f, 0.2f, 0.8f};
//   Rows rows{.values = values, .label_count = 2, .scale = Scale::kProbability};
//   if (absl::Status bad = CheckRows(rows, {"Negative", "Positive"}); !bad.ok()) …
//   // rows.count() == 2; rows.row(1) is {0.2f, 0.8f}
//
// Shape: n×K, row-major, float32. Unit: probabilities, which need not sum to 1, or their
// natural logarithms (nats), where -infinity is a probability of zero.
// Ownership: a view; the numbers must outlive it. Thread-safety: immutable.

#ifndef CALIBRD_CALIBRATION_ROWS_H_
#define CALIBRD_CALIBRATION_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace calibrd {

// What the numbers of a row are.
enum class Scale { kProbability, kLogProbability };

// The most labels that a profile can have; a vocabulary of today's models fits.
inline constexpr int kMaxLabels = 262'144;

struct Rows {
  absl::Span<const float> values;
  int label_count = 0;  // K >= 1
  Scale scale = Scale::kProbability;

  int64_t count() const { return static_cast<int64_t>(values.size()) / label_count; }
  absl::Span<const float> row(int64_t i) const {
    return values.subspan(static_cast<size_t>(i) * static_cast<size_t>(label_count),
                          static_cast<size_t>(label_count));
  }
};

// A label for an error text: `label 1 ("Positive")`, or `label 1` without names.
std::string DescribeLabel(int64_t label, absl::Span<const std::string> label_names);

// OK if K is 1 … kMaxLabels, there is at least one row, the length is a multiple of K,
// every number is usable (probabilities finite and >= 0, logarithms finite or -infinity)
// and every row has a number that stands for more than zero.
//
// Errors: INVALID_ARGUMENT with the reason INVALID_ROWS, VALUE_NOT_FINITE, VALUE_NEGATIVE
// or ROW_ALL_ZERO, the field `values` or `values[i]`, metadata `row` and `label`, and a
// text that names both. A ROW_ALL_ZERO names the row only, and its first value.
absl::Status CheckRows(const Rows& rows, absl::Span<const std::string> label_names);

// Writes `row` as probabilities that sum to 1 and returns the natural logarithm of the
// sum that it had before, its label mass (a logarithm, as logits have a mass beyond
// double). The row must have passed CheckRows. Sums are in double.
double Normalize(absl::Span<const float> row, Scale scale,
                 absl::Span<double> probabilities);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_ROWS_H_
