#include "calibration/rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

absl::Status BadValue(absl::string_view error_reason, absl::string_view what,
                      const Rows& rows, int64_t index,
                      absl::Span<const std::string> label_names) {
  const int64_t row = index / rows.label_count;
  const int64_t label = index % rows.label_count;
  const std::string text =
      absl::StrCat("row ", row, ", ", DescribeLabel(label, label_names), ": ", what);
  return Error(absl::StatusCode::kInvalidArgument, error_reason, text)
      .Field(absl::StrCat("values[", index, "]"))
      .Meta("row", absl::StrCat(row))
      .Meta("label", absl::StrCat(label));
}

bool Usable(float value, Scale scale) {
  return scale == Scale::kProbability ? value >= 0 && value < kInfinity
                                      : value < kInfinity;
}

// Finds what is wrong with the first unusable number; only called when there is one.
absl::Status FirstBadValue(const Rows& rows, absl::Span<const std::string> label_names) {
  for (int64_t i = 0; i < static_cast<int64_t>(rows.values.size()); ++i) {
    const float value = rows.values[static_cast<size_t>(i)];
    if (Usable(value, rows.scale)) continue;
    if (std::isnan(value)) {
      return BadValue(reason::kValueNotFinite, "the value is NaN; send a finite number",
                      rows, i, label_names);
    }
    if (!std::isinf(value)) {
      return BadValue(reason::kValueNegative,
                      absl::StrCat("the probability is negative (", value,
                                   "); send probabilities >= 0, or send logarithms as "
                                   "log_probabilities"),
                      rows, i, label_names);
    }
    return BadValue(reason::kValueNotFinite,
                    absl::StrCat("the value is ", value > 0 ? "+" : "-",
                                 "infinity; send a finite number"),
                    rows, i, label_names);
  }
  return absl::OkStatus();
}

absl::Status AllZeroRow(const Rows& rows, int64_t row) {
  const bool logs = rows.scale == Scale::kLogProbability;
  return Error(absl::StatusCode::kInvalidArgument, reason::kRowAllZero,
               absl::StrCat(
                   "row ", row, ": every ",
                   logs ? "log-probability is -infinity" : "probability is zero",
                   "; a row needs at least one label with a probability above zero"))
      .Field(absl::StrCat("values[", row * rows.label_count, "]"))
      .Meta("row", absl::StrCat(row));
}

}  // namespace

std::string DescribeLabel(int64_t label, absl::Span<const std::string> label_names) {
  if (label < 0 || label >= static_cast<int64_t>(label_names.size())) {
    return absl::StrCat("label ", label);
  }
  return absl::StrCat("label ", label, " (\"", label_names[static_cast<size_t>(label)],
                      "\")");
}

absl::Status CheckRows(const Rows& rows, absl::Span<const std::string> label_names) {
  if (rows.label_count < 1 || rows.label_count > kMaxLabels) {
    return InvalidField(
        reason::kInvalidRows, "values",
        absl::StrCat("rows of ", rows.label_count,
                     " labels; their number has to be from 1 to ", kMaxLabels));
  }
  if (rows.values.empty()) {
    return InvalidField(reason::kInvalidRows, "values", "no rows; send at least one");
  }
  if (rows.values.size() % static_cast<size_t>(rows.label_count) != 0) {
    return Error(absl::StatusCode::kInvalidArgument, reason::kInvalidRows,
                 absl::StrCat(rows.values.size(),
                              " values are not a whole number of rows of ",
                              rows.label_count, " labels"))
        .Field("values")
        .Meta("values", absl::StrCat(rows.values.size()))
        .Meta("label_count", absl::StrCat(rows.label_count));
  }
  // Without branches, so that the compiler can look at many numbers at once.
  bool usable = true;
  for (const float value : rows.values) usable &= Usable(value, rows.scale);
  if (!usable) return FirstBadValue(rows, label_names);
  const float zero = rows.scale == Scale::kProbability ? 0.0f : -kInfinity;
  for (int64_t i = 0; i < rows.count(); ++i) {
    const absl::Span<const float> row = rows.row(i);
    if (std::all_of(row.begin(), row.end(), [zero](float v) { return v == zero; })) {
      return AllZeroRow(rows, i);
    }
  }
  return absl::OkStatus();
}

double Normalize(absl::Span<const float> row, Scale scale,
                 absl::Span<double> probabilities) {
  double shift = 0;  // keeps the largest exp() at 1, whatever the logits
  if (scale == Scale::kProbability) {
    std::copy(row.begin(), row.end(), probabilities.begin());
  } else {
    shift = *std::max_element(row.begin(), row.end());
    std::transform(
        row.begin(), row.end(), probabilities.begin(),
        [shift](float log_probability) { return std::exp(log_probability - shift); });
  }
  double sum = 0;
  for (const double probability : probabilities) sum += probability;
  for (double& probability : probabilities) probability /= sum;
  return std::log(sum) + shift;
}

}  // namespace calibrd
