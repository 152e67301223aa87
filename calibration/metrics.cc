#include "calibration/metrics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "calibration/kernel.h"

namespace calibrd {
namespace {

// The mean of a loss of each row.
template <typename Loss>
double Mean(const Rows& rows, absl::Span<const int> labels, const Loss& loss) {
  double sum = 0;
  for (int64_t i = 0; i < rows.count(); ++i) {
    sum += loss(rows.row(i), labels[static_cast<size_t>(i)]);
  }
  return sum / static_cast<double>(rows.count());
}

}  // namespace

absl::Status CheckLabels(const Rows& rows, absl::Span<const int> labels) {
  if (static_cast<int64_t>(labels.size()) != rows.count()) {
    return InvalidField(reason::kInvalidArgument, "labels",
                        absl::StrCat(labels.size(), " labels for ", rows.count(),
                                     " rows; each row needs one"));
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && labels[i] < rows.label_count) continue;
    return Error(absl::StatusCode::kInvalidArgument, reason::kInvalidArgument,
                 absl::StrCat("row ", i, ": label ", labels[i],
                              " is not an index from 0 to ", rows.label_count - 1))
        .Field(absl::StrCat("labels[", i, "]"))
        .Meta("row", absl::StrCat(i));
  }
  return absl::OkStatus();
}

double Accuracy(const Rows& rows, absl::Span<const int> labels) {
  return Mean(rows, labels, [](absl::Span<const float> row, int label) {
    return BestLabel(row) == label ? 1.0 : 0.0;
  });
}

std::vector<LabelCount> CountLabels(const Rows& rows, absl::Span<const int> labels) {
  std::vector<LabelCount> counts(static_cast<size_t>(rows.label_count));
  for (int64_t i = 0; i < rows.count(); ++i) {
    const int best = BestLabel(rows.row(i));
    const int label = labels[static_cast<size_t>(i)];
    ++counts[static_cast<size_t>(label)].rows;
    ++counts[static_cast<size_t>(best)].decisions;
    if (best == label) ++counts[static_cast<size_t>(label)].right;
  }
  return counts;
}

double BalancedAccuracy(absl::Span<const LabelCount> counts) {
  double sum = 0;
  int64_t labels_with_rows = 0;
  for (const LabelCount& count : counts) {
    if (count.rows == 0) continue;
    sum += static_cast<double>(count.right) / static_cast<double>(count.rows);
    ++labels_with_rows;
  }
  return sum / static_cast<double>(labels_with_rows);
}

double MacroF1(absl::Span<const LabelCount> counts) {
  double sum = 0;
  for (const LabelCount& count : counts) {
    if (count.right == 0) continue;
    sum += 2 * static_cast<double>(count.right) /
           static_cast<double>(count.rows + count.decisions);
  }
  return sum / static_cast<double>(counts.size());
}

std::vector<int64_t> ConfusionMatrix(const Rows& rows, absl::Span<const int> labels) {
  const auto k = static_cast<size_t>(rows.label_count);
  std::vector<int64_t> matrix(k * k);
  for (int64_t i = 0; i < rows.count(); ++i) {
    const auto label = static_cast<size_t>(labels[static_cast<size_t>(i)]);
    ++matrix[label * k + static_cast<size_t>(BestLabel(rows.row(i)))];
  }
  return matrix;
}

double NegativeLogLikelihood(const Rows& rows, absl::Span<const int> labels) {
  return Mean(rows, labels, LogLoss);
}

double BrierScore(const Rows& rows, absl::Span<const int> labels) {
  return Mean(rows, labels, BrierLoss);
}

double BrierLoss(absl::Span<const float> row, int label) {
  double sum = 0;
  for (size_t k = 0; k < row.size(); ++k) {
    const double miss = row[k] - (static_cast<int>(k) == label ? 1.0 : 0.0);
    sum += miss * miss;
  }
  return sum;
}

double LogLoss(absl::Span<const float> row, int label) {
  const double likelihood = row[static_cast<size_t>(label)];
  return -std::log(std::max(likelihood, kSmallestLikelihood));
}

}  // namespace calibrd
