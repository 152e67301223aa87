#include "calibration/labelled/batches.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace calibrd {
namespace {

// Numbers of a batch: two of this size fit the second-level cache.
constexpr int64_t kBatchNumbers = 16'384;
constexpr int64_t kMostRows = 256;
constexpr int64_t kFewestRows = 8;

// Logits are not turned into probabilities and back, as exp() would lose digits.
void WritePhi(absl::Span<const float> row, Scale scale, Transform::Input input,
              Eigen::ArrayXd& phi) {
  if (input == Transform::Input::kLogProbability && scale == Scale::kLogProbability) {
    phi = Eigen::Map<const Eigen::ArrayXf>(row.data(), phi.size()).cast<double>();
    phi -= phi.maxCoeff();
    phi -= std::log(phi.exp().sum());
  } else {
    Normalize(row, scale, {phi.data(), static_cast<size_t>(phi.size())});
    if (input == Transform::Input::kLogProbability) phi = phi.log();
  }
  if (input == Transform::Input::kLogProbability) {
    phi = phi.max(std::log(kSmallestProbability));
  }
}

RowBatch MakeBatch(const LabelledRows& rows, absl::Span<const int64_t> indices,
                   Transform::Input input, double weight_of_all) {
  RowBatch batch;
  const auto count = static_cast<Eigen::Index>(indices.size());
  batch.phi.resize(count, rows.rows.label_count);
  batch.weights.resize(count);
  Eigen::ArrayXd phi(rows.rows.label_count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const int64_t row = indices[static_cast<size_t>(i)];
    WritePhi(rows.rows.row(row), rows.rows.scale, input, phi);
    batch.phi.row(i) = phi;
    batch.weights[i] = WeightOf(rows, row) / weight_of_all;
    batch.labels.push_back(rows.labels[static_cast<size_t>(row)]);
  }
  return batch;
}

}  // namespace

std::vector<RowBatch> MakeBatches(const LabelledRows& rows, Transform::Input input) {
  std::vector<int64_t> indices;
  double weight = 0;
  for (int64_t i = 0; i < rows.rows.count(); ++i) {
    if (WeightOf(rows, i) > 0) indices.push_back(i);
    weight += WeightOf(rows, i);
  }
  const auto size = static_cast<size_t>(
      std::clamp(kBatchNumbers / rows.rows.label_count, kFewestRows, kMostRows));
  const absl::Span<const int64_t> all = indices;
  std::vector<RowBatch> batches;
  for (size_t begin = 0; begin < all.size(); begin += size) {
    batches.push_back(MakeBatch(rows, all.subspan(begin, size), input, weight));
  }
  return batches;
}

}  // namespace calibrd
