#include "calibration/labelled_rows.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

absl::Status BadRow(absl::string_view error_reason, absl::string_view field, size_t row,
                    absl::string_view what) {
  return Error(absl::StatusCode::kInvalidArgument, error_reason,
               absl::StrCat("row ", row, ": ", what))
      .Field(absl::StrCat(field, "[", row, "]"))
      .Meta("row", absl::StrCat(row));
}

absl::Status CheckLabels(absl::Span<const int32_t> labels, const Rows& rows) {
  if (static_cast<int64_t>(labels.size()) != rows.count()) {
    return InvalidField(reason::kInvalidRows, "labels",
                        absl::StrCat(labels.size(), " labels for ", rows.count(),
                                     " rows; send one for each"));
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && labels[i] < rows.label_count) continue;
    return BadRow(
        reason::kInvalidRows, "labels", i,
        absl::StrCat("label ", labels[i], " is outside 0 … ", rows.label_count - 1));
  }
  return absl::OkStatus();
}

absl::Status CheckWeights(absl::Span<const float> weights, const Rows& rows) {
  if (weights.empty()) return absl::OkStatus();
  if (static_cast<int64_t>(weights.size()) != rows.count()) {
    return InvalidField(reason::kInvalidRows, "weights",
                        absl::StrCat(weights.size(), " weights for ", rows.count(),
                                     " rows; send none or one for each"));
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    if (!std::isfinite(weights[i])) {
      return BadRow(reason::kValueNotFinite, "weights", i,
                    "the weight is not a finite number");
    }
    if (weights[i] < 0) {
      return BadRow(reason::kValueNegative, "weights", i,
                    absl::StrCat("the weight is ", weights[i], "; send numbers >= 0"));
    }
  }
  if (std::all_of(weights.begin(), weights.end(), [](float w) { return w == 0; })) {
    return InvalidField(reason::kInvalidRows, "weights",
                        "all weights are zero; at least one has to be above");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLabelledRows(const LabelledRows& rows,
                               absl::Span<const std::string> label_names) {
  if (absl::Status s = CheckRows(rows.rows, label_names); !s.ok()) return s;
  if (absl::Status s = CheckLabels(rows.labels, rows.rows); !s.ok()) return s;
  return CheckWeights(rows.weights, rows.rows);
}

LabelCounts CountLabels(const LabelledRows& rows) {
  LabelCounts counts;
  counts.shares.assign(static_cast<size_t>(rows.rows.label_count), 0.0);
  for (int64_t i = 0; i < rows.rows.count(); ++i) {
    const double weight = WeightOf(rows, i);
    counts.shares[static_cast<size_t>(rows.labels[static_cast<size_t>(i)])] += weight;
    counts.weight += weight;
    counts.rows += weight > 0;
  }
  for (double& share : counts.shares) share /= counts.weight;
  return counts;
}

}  // namespace calibrd
