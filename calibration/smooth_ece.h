// The smooth calibration error: ECE without bins, and without an edge at which it jumps.
//
//   const Forecasts forecasts = TopLabel(rows, labels);
//   const SmoothCalibration smooth = SmoothCalibrationError(forecasts);
//   smooth.error;      // of the bandwidth that the error itself gives
//   smooth.bandwidth;
//
// The residuals (probability - happened) are smoothed over [0, 1] by a Gaussian that is
// reflected at 0 and 1, and their size is averaged by the smoothed density of the
// probabilities; the bandwidth is the one that equals its own error (Błasiok and
// Nakkiran 2023, "Smooth ECE: principled reliability diagrams via kernel smoothing").
//
// The numbers are those of the authors' package relplot 1.0.3 (smECE, smECE_sigma), whose
// discretisation is part of the definition here:
//   - For a bandwidth s the grid over [0, 1] has m = max(2000, round(20/s))/2 + 1 points;
//     a probability is shared between the two nearest. The kernel reaches 1/2 to either
//     side; for m even it is off by half a step.
//   - The average is over max(200, round(10/s)) points, between which and the grid it is
//     interpolated; the density has 0.0001 added to its sum.
//   - The bandwidth is a multiple of 1/1024, found by ten halvings, and above 0.001.
//
// Units: 0 … 1. Thread-safety: pure functions, and an immutable class. Cost: 0.1 ms a
// bandwidth and 1 to 3 ms for the search, little more for many rows; for few rows that
// are resampled often, SmoothedForecasts does with a tenth of it.

#ifndef CALIBRD_CALIBRATION_SMOOTH_ECE_H_
#define CALIBRD_CALIBRATION_SMOOTH_ECE_H_

#include <cstddef>
#include <cstdint>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "calibration/bins.h"

namespace calibrd {

struct SmoothCalibration {
  double error = 0;
  double bandwidth = 0;  // as a standard deviation, in units of probability
};

// Of n >= 1 forecasts.
SmoothCalibration SmoothCalibrationError(const Forecasts& forecasts);

// With a bandwidth in [1/1024, 1]. Row i counts once, or counts[i] times.
double SmoothCalibrationError(const Forecasts& forecasts, double bandwidth,
                              absl::Span<const uint32_t> counts = {});

// Forecasts of which is worked out once what each adds to the error of a bandwidth. The
// error of any counts is then a product of a matrix with them.
//
//   if (SmoothedForecasts::Pays(n, bandwidth)) {
//     const SmoothedForecasts smoothed(forecasts, bandwidth);
//     for (const auto& counts : resamples) smoothed.Error(counts);
//   }
//
// Memory: n * max(200, round(10/bandwidth)) doubles.
class SmoothedForecasts {
 public:
  // Whether a product costs less than smoothing n forecasts anew.
  static bool Pays(size_t row_count, double bandwidth);

  // Of n >= 1 forecasts, with a bandwidth in [1/1024, 1].
  SmoothedForecasts(const Forecasts& forecasts, double bandwidth);

  // SmoothCalibrationError(forecasts, bandwidth, counts), but for rounding.
  double Error(absl::Span<const uint32_t> counts = {}) const;

 private:
  Eigen::MatrixXd residuals_;  // points x n: what a row adds at a point
  Eigen::VectorXd densities_;  // n: what a row adds to the sum of the densities
};

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_SMOOTH_ECE_H_
