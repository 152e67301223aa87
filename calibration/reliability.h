// Whether probabilities mean what they say: of the rows with a confidence near 0.8, are 8
// in 10 right? Errors of calibration, from the bins of calibration/bins.h.
//
//   const std::vector<ReliabilityBin> table =
//       ReliabilityTable(rows, labels, 15, Binning::kEqualWidth);
//   double ece = ExpectedCalibrationError(table);
//   double mce = MaximumCalibrationError(table);
//   double classwise = ClasswiseCalibrationError(rows, labels, 15, Binning::kEqualWidth);
//   double debiased = DebiasedCalibrationError(rows, labels, 15);
//
// Rows and labels: as in calibration/metrics.h, preconditions. Units: all in 0 … 1. The
// gap of a bin is |mean confidence - accuracy|. Thread-safety: pure functions.

#ifndef CALIBRD_CALIBRATION_RELIABILITY_H_
#define CALIBRD_CALIBRATION_RELIABILITY_H_

#include <vector>

#include "absl/types/span.h"
#include "calibration/bins.h"
#include "calibration/rows.h"

namespace calibrd {

// The table of the decisions. (netcal's ECE and MCE of two labels are those of the table
// of OneAgainstRest(rows, labels, 1), with edges as in calibration/bins.h.)
std::vector<ReliabilityBin> ReliabilityTable(const Rows& rows,
                                             absl::Span<const int> labels, int bin_count,
                                             Binning binning);

// ECE: the sum over the bins of (share of rows) · gap (Guo et al. 2017, equation 3).
double ExpectedCalibrationError(absl::Span<const ReliabilityBin> table);
double ExpectedCalibrationError(const Forecasts& forecasts, int bin_count,
                                Binning binning);
double ExpectedCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                int bin_count, Binning binning);

// MCE: the largest gap of a bin with rows, however few (Guo et al. 2017, equation 5).
double MaximumCalibrationError(absl::Span<const ReliabilityBin> table);

// The mean over the K labels of the ECE of that label against the rest (Kull et al. 2019;
// Nixon et al. 2019). Equal to get_ece(mode="marginal") of
// uncertainty-calibration. Others report the sum over the labels, K times as much.
double ClasswiseCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                 int bin_count, Binning binning);

// The sum over the bins of (share of rows) · (gap² - accuracy (1 - accuracy)/(rows - 1)),
// the bins of one row left out: the squared error less what chance alone gives it (Kumar,
// Liang, Ma 2019). Below 0 where chance took more than there was.
double DebiasedSquaredError(absl::Span<const ReliabilityBin> table);

// The square root of that for the decisions, 0 where it is below 0; in bins of equal
// mass. Equal to get_calibration_error(mode="top-label", p=2, debias=True) of
// uncertainty-calibration as long as the values do not repeat: where fewer than a quarter
// of them are distinct, that function makes each value a bin of its own
// (get_binning_ce), and this one does not.
double DebiasedCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                int bin_count);

// The root of the mean over the K labels of the squared error of that label against the
// rest, each no less than 0: mode="marginal" of the same function.
double DebiasedMarginalError(const Rows& rows, absl::Span<const int> labels,
                             int bin_count);

// The mean of (probability - happened)², the Brier score of one column: half of
// BrierScore of both for K = 2.
double BinaryBrierScore(const Forecasts& forecasts);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_RELIABILITY_H_
