#include "calibration/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "calibration/kernel.h"

namespace calibrd {

double Accuracy(const Rows& rows, absl::Span<const int> labels) {
  int64_t right = 0;
  for (int64_t i = 0; i < rows.count(); ++i) {
    right += BestLabel(rows.row(i)) == labels[static_cast<size_t>(i)];
  }
  return static_cast<double>(right) / static_cast<double>(rows.count());
}

double NegativeLogLikelihood(const Rows& rows, absl::Span<const int> labels) {
  double sum = 0;
  for (int64_t i = 0; i < rows.count(); ++i) {
    const auto label = static_cast<size_t>(labels[static_cast<size_t>(i)]);
    const double likelihood = rows.row(i)[label];
    sum -= std::log(std::max(likelihood, kSmallestLikelihood));
  }
  return sum / static_cast<double>(rows.count());
}

double ExpectedCalibrationError(const Rows& rows, absl::Span<const int> labels,
                                int bin_count, Binning binning) {
  const auto n = static_cast<size_t>(rows.count());
  std::vector<float> confidences(n);
  std::vector<uint8_t> right(n);
  for (size_t i = 0; i < n; ++i) {
    const absl::Span<const float> row = rows.row(static_cast<int64_t>(i));
    const int best = BestLabel(row);
    confidences[i] = row[static_cast<size_t>(best)];
    right[i] = best == labels[i];
  }
  return ExpectedCalibrationError(confidences, right, bin_count, binning);
}

double ExpectedCalibrationError(absl::Span<const float> confidences,
                                absl::Span<const uint8_t> right, int bin_count,
                                Binning binning) {
  const std::vector<float> edges = binning == Binning::kEqualWidth
                                       ? EqualWidthEdges(bin_count)
                                       : EqualMassEdges(confidences, bin_count);
  // Of a bin's size · |mean confidence - accuracy| only this difference is needed.
  std::vector<double> confidence_minus_right(edges.size(), 0.0);
  for (size_t i = 0; i < confidences.size(); ++i) {
    const auto edge = std::lower_bound(edges.begin(), edges.end() - 1, confidences[i]);
    confidence_minus_right[static_cast<size_t>(edge - edges.begin())] +=
        static_cast<double>(confidences[i]) - (right[i] != 0 ? 1.0 : 0.0);
  }
  double error = 0;
  for (const double difference : confidence_minus_right) error += std::abs(difference);
  return error / static_cast<double>(confidences.size());
}

std::vector<float> EqualWidthEdges(int bin_count) {
  std::vector<float> edges;
  for (int i = 1; i <= bin_count; ++i) {
    edges.push_back(static_cast<float>(static_cast<double>(i) / bin_count));
  }
  return edges;
}

std::vector<float> EqualMassEdges(absl::Span<const float> values, int bin_count) {
  std::vector<float> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const size_t groups = std::min(sorted.size(), static_cast<size_t>(bin_count));
  const size_t size = sorted.size() / groups;
  const size_t larger_by_one = sorted.size() % groups;
  std::vector<float> edges;
  size_t end = 0;
  for (size_t group = 0; group + 1 < groups; ++group) {
    end += size + (group < larger_by_one ? 1 : 0);
    const double halfway = (static_cast<double>(sorted[end - 1]) + sorted[end]) / 2;
    edges.push_back(static_cast<float>(halfway));
  }
  edges.push_back(1.0f);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

}  // namespace calibrd
