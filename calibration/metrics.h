// How good rows are when the right labels are known: accuracy, NLL and ECE.
//
//   Rows rows{.values = q, .label_count = 3};         // n×3 probabilities
//   const std::vector<int> labels = {0, 2, 1, 1};     // the right label of each row
//   double accuracy = Accuracy(rows, labels);
//   double ece = ExpectedCalibrationError(rows, labels, 15, Binning::kEqualWidth);
//
// Rows: n >= 1 rows of K probabilities that sum to 1, such as Kernel::Apply writes;
// nothing is normalised here. Labels: n indices in 0 … K-1. Both are preconditions, not
// checked.
//
// Bins are given by their m upper edges, rising, the last of them 1. Bin 0 is
// [0, edge 0], bin i is (edge i-1, edge i]: a value on an edge goes to the LEFT bin, and
// a value that rounding left above 1 goes to the last. Edges are float32 as the values
// are, so that the float32 0.2 lies on the edge 1/5.
//
// Units: accuracy and ECE in 0 … 1, NLL in nats a row. Sums are in double.
// Thread-safety: pure functions.

#ifndef CALIBRD_CALIBRATION_METRICS_H_
#define CALIBRD_CALIBRATION_METRICS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "calibration/rows.h"

namespace calibrd {

// The share of rows whose most probable label (the lowest index on a tie) is the right
// one.
double Accuracy(const Rows& rows, absl::Span<const int> labels);

// What NegativeLogLikelihood takes a smaller probability of a right label for, so that
// one row costs at most 27.6 nats.
inline constexpr double kSmallestLikelihood = 1e-12;

// The mean of -ln(probability of the right label).
double NegativeLogLikelihood(const Rows& rows, absl::Span<const int> labels);

enum class Binning {
  kEqualWidth,  // each bin covers the same range of confidence
  kEqualMass,   // each bin holds as nearly as ties allow the same number of rows
};

// The sum over the bins of (share of rows) · |mean confidence - accuracy|, where the
// confidence of a row is its largest probability (Guo et al. 2017, equation 3).
double ExpectedCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                int bin_count, Binning binning);

// The same for n >= 1 confidences and whether each was right (non-zero) or not.
double ExpectedCalibrationError(absl::Span<const float> confidences,
                                absl::Span<const uint8_t> right, int bin_count,
                                Binning binning);

// 1/m, 2/m … 1.
std::vector<float> EqualWidthEdges(int bin_count);

// Sorts the n >= 1 values into m groups of equal size, the first n mod m of them larger
// by one, and puts an edge halfway between neighbouring groups (Kumar, Liang, Ma 2019).
// Equal edges become one, so there can be fewer than m; no more than n either.
std::vector<float> EqualMassEdges(absl::Span<const float> values, int bin_count);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_METRICS_H_
