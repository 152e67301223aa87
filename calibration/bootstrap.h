// How far a measure could be off for want of rows: the bootstrap.
//
//   Resamples resamples(n, seed);
//   std::vector<uint32_t> counts(n);
//   std::vector<double> gains;
//   for (int r = 0; r < 1000; ++r) {
//     resamples.Draw(r, absl::MakeSpan(counts));    // how often each row was drawn
//     gains.push_back(after(counts) - before(counts));   // paired: the same rows
//   }
//   Interval interval = PercentileInterval(gains, 0.95);
//
// n rows are drawn n times with replacement (Efron 1979), and the measure is taken of
// what was drawn; the quantiles of many such values bound it (Efron and Tibshirani 1993,
// section 13.3). Resample r of n rows and a seed is the same wherever it is drawn, so
// what was measured apart can be subtracted, resample by resample. All the measures of
// calibration/measures.h at once: see Replicate there.
//
// Units: those of the measure. Thread-safety: Resamples is immutable; the rest are pure
// functions. Cost: about 1.5 ns a row of a resample.

#ifndef CALIBRD_CALIBRATION_BOOTSTRAP_H_
#define CALIBRD_CALIBRATION_BOOTSTRAP_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace calibrd {

class Resamples {
 public:
  // `row_count`: n, 1 … 2^32 - 1.
  Resamples(int64_t row_count, uint64_t seed)
      : row_count_(static_cast<uint64_t>(row_count)), seed_(seed) {}

  // Writes how often each of the n rows is in resample `index` >= 0; n in all.
  void Draw(int64_t index, absl::Span<uint32_t> counts) const;

 private:
  uint64_t row_count_;
  uint64_t seed_;
};

struct Interval {
  double lower = 0;
  double upper = 0;
};

// The quantiles (1 - confidence)/2 and (1 + confidence)/2 of `values` (one or more, no
// NaN); between two of them they are interpolated, as numpy's quantile does.
// `confidence` is in (0, 1).
Interval PercentileInterval(std::vector<double> values, double confidence);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_BOOTSTRAP_H_
