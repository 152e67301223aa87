#include "calibration/reliability.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace calibrd {
namespace {

std::vector<ReliabilityBin> Table(const Forecasts& forecasts, int bin_count,
                                  Binning binning) {
  return Bins(forecasts, Edges(forecasts, bin_count, binning)).Table();
}

double Gap(const ReliabilityBin& bin) {
  return std::abs(bin.mean_confidence - bin.accuracy);
}

int64_t CountRows(absl::Span<const ReliabilityBin> table) {
  int64_t rows = 0;
  for (const ReliabilityBin& bin : table) rows += bin.rows;
  return rows;
}

}  // namespace

std::vector<ReliabilityBin> ReliabilityTable(const Rows& rows,
                                             absl::Span<const int> labels, int bin_count,
                                             Binning binning) {
  return Table(TopLabel(rows, labels), bin_count, binning);
}

double ExpectedCalibrationError(absl::Span<const ReliabilityBin> table) {
  double error = 0;
  for (const ReliabilityBin& bin : table) {
    error += static_cast<double>(bin.rows) * Gap(bin);
  }
  return error / static_cast<double>(CountRows(table));
}

double ExpectedCalibrationError(const Forecasts& forecasts, int bin_count,
                                Binning binning) {
  return ExpectedCalibrationError(Table(forecasts, bin_count, binning));
}

double ExpectedCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                int bin_count, Binning binning) {
  return ExpectedCalibrationError(TopLabel(rows, labels), bin_count, binning);
}

double MaximumCalibrationError(absl::Span<const ReliabilityBin> table) {
  double error = 0;
  for (const ReliabilityBin& bin : table) error = std::max(error, Gap(bin));
  return error;
}

double ClasswiseCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                 int bin_count, Binning binning) {
  double sum = 0;
  for (int label = 0; label < rows.label_count; ++label) {
    sum +=
        ExpectedCalibrationError(OneAgainstRest(rows, labels, label), bin_count, binning);
  }
  return sum / rows.label_count;
}

double DebiasedSquaredError(absl::Span<const ReliabilityBin> table) {
  double error = 0;
  for (const ReliabilityBin& bin : table) {
    if (bin.rows < 2) continue;  // the variance of one outcome is not known
    const auto rows = static_cast<double>(bin.rows);
    const double by_chance = bin.accuracy * (1 - bin.accuracy) / (rows - 1);
    error += rows * (Gap(bin) * Gap(bin) - by_chance);
  }
  return error / static_cast<double>(CountRows(table));
}

double DebiasedCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                int bin_count) {
  const double squared = DebiasedSquaredError(
      ReliabilityTable(rows, labels, bin_count, Binning::kEqualMass));
  return std::sqrt(std::max(squared, 0.0));
}

double DebiasedMarginalError(const Rows& rows, absl::Span<const int> labels,
                             int bin_count) {
  double sum = 0;
  for (int label = 0; label < rows.label_count; ++label) {
    const double squared = DebiasedSquaredError(
        Table(OneAgainstRest(rows, labels, label), bin_count, Binning::kEqualMass));
    sum += std::max(squared, 0.0);
  }
  return std::sqrt(sum / rows.label_count);
}

double BinaryBrierScore(const Forecasts& forecasts) {
  double sum = 0;
  for (size_t i = 0; i < forecasts.probabilities.size(); ++i) {
    const double miss = forecasts.probabilities[i] - (forecasts.happened[i] ? 1.0 : 0.0);
    sum += miss * miss;
  }
  return sum / static_cast<double>(forecasts.probabilities.size());
}

}  // namespace calibrd
