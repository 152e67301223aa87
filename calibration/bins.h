// Forecasts of yes or no, sorted into bins by their probability.
//
//   Forecasts forecasts = TopLabel(rows, labels);   // was the decision right?
//   Bins bins(forecasts, EqualWidthEdges(15));
//   for (const ReliabilityBin& bin : bins.Table()) …  // confidence against accuracy
//
// Bins are given by their m upper edges, rising, the last of them 1. Bin 0 is
// [0, edge 0], bin i is (edge i-1, edge i]: a value on an edge goes to the LEFT bin, and
// a value that rounding left above 1 goes to the last. Edges are float32 as the values
// are, so that the float32 0.2 lies on the edge 1/5. scikit-learn's calibration_curve and
// uncertainty-calibration do the same; numpy's histogram, and with it netcal, puts a
// value on an edge to the right.
//
// Units: probabilities. Ownership: everything holds its own numbers. Thread-safety: Bins
// is immutable; the rest are values and pure functions. Memory of Bins: 9 bytes a row.

#ifndef CALIBRD_CALIBRATION_BINS_H_
#define CALIBRD_CALIBRATION_BINS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "calibration/rows.h"

namespace calibrd {

// Probabilities of an event, and whether it happened (1) or not (0), row by row.
struct Forecasts {
  std::vector<float> probabilities;
  std::vector<uint8_t> happened;
};

// The event is that the decision is right: its probability is the largest of the row, the
// row's confidence. Rows and labels as in calibration/metrics.h.
Forecasts TopLabel(const Rows& rows, absl::Span<const int> labels);

// The event is that `label` is right: one label against the rest.
Forecasts OneAgainstRest(const Rows& rows, absl::Span<const int> labels, int label);

enum class Binning {
  kEqualWidth,  // each bin covers the same range of confidence
  kEqualMass,   // each bin holds as nearly as ties allow the same number of rows
};

// 1/m, 2/m … 1. `bin_count`: m >= 1.
std::vector<float> EqualWidthEdges(int bin_count);

// Sorts the n >= 1 values into m groups of equal size, the first n mod m of them larger
// by one, and puts an edge halfway between neighbouring groups (Kumar, Liang, Ma 2019).
// Equal edges become one, so there can be fewer than m; no more than n either.
std::vector<float> EqualMassEdges(absl::Span<const float> values, int bin_count);

// Either of the two.
std::vector<float> Edges(const Forecasts& forecasts, int bin_count, Binning binning);

// One line of a reliability table. A bin without rows has 0 for its means.
struct ReliabilityBin {
  double lower_edge = 0;  // not in the bin, but for the first
  double upper_edge = 0;  // in the bin
  int64_t rows = 0;
  double mean_confidence = 0;
  double accuracy = 0;  // the share of the rows whose event happened
};

class Bins {
 public:
  // n >= 1 forecasts, fewer than 2^32; edges as above.
  Bins(const Forecasts& forecasts, std::vector<float> edges);

  // Every bin, the empty ones too. Row i counts once, or counts[i] times where there are
  // counts: a resample of the rows keeps the edges of all rows.
  std::vector<ReliabilityBin> Table(absl::Span<const uint32_t> counts = {}) const;

 private:
  std::vector<float> edges_;
  std::vector<size_t> ends_;  // of each bin, in what follows
  // Rows in the order of their bins.
  std::vector<uint32_t> row_;
  std::vector<float> probability_;
  std::vector<uint8_t> happened_;
};

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_BINS_H_
