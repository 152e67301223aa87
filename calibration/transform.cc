#include "calibration/transform.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "calibration/error.h"
#include "calibration/rows.h"

namespace calibrd {
namespace {

absl::Status CheckNumbers(absl::Span<const double> numbers, absl::string_view field) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (std::abs(numbers[i]) <= kLargestParameter) continue;
    const std::string name = absl::StrCat(field, "[", i, "]");
    if (!std::isfinite(numbers[i])) {
      return InvalidField(reason::kInvalidTransform, name,
                          absl::StrCat(name, " is not a finite number"));
    }
    return InvalidField(reason::kInvalidTransform, name,
                        absl::StrCat(name, " is ", numbers[i], "; it has to be between -",
                                     kLargestParameter, " and ", kLargestParameter));
  }
  return absl::OkStatus();
}

absl::Status CheckMaps(const Transform& transform) {
  const size_t count = transform.maps.size();
  if (count != static_cast<size_t>(transform.label_count)) {
    return InvalidField(reason::kInvalidTransform, "maps",
                        absl::StrCat(count, " maps for ", transform.label_count,
                                     " labels; send none or one for each"));
  }
  if (transform.input != Transform::Input::kProbability) {
    return InvalidField(reason::kInvalidTransform, "input",
                        "maps are of probabilities; use input PROBABILITY with them");
  }
  int64_t points = 0;
  for (size_t k = 0; k < count; ++k) {
    const std::string field = absl::StrCat("maps[", k, "]");
    if (absl::Status s = CheckLabelMap(transform.maps[k], field); !s.ok()) return s;
    points += static_cast<int64_t>(transform.maps[k].x.size());
  }
  if (points > kMaxMapPointsOfAllLabels) {
    return InvalidField(
        reason::kInvalidTransform, "maps",
        absl::StrCat("the maps have ", points, " points together; at most ",
                     kMaxMapPointsOfAllLabels, " are allowed"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTransform(const Transform& transform) {
  if (transform.label_count < 1 || transform.label_count > kMaxLabels) {
    return InvalidField(
        reason::kInvalidTransform, "label_count",
        absl::StrCat("a transform of ", transform.label_count,
                     " labels; their number has to be from 1 to ", kMaxLabels));
  }
  const auto k = static_cast<size_t>(transform.label_count);
  const size_t w = transform.weights.size();
  const size_t b = transform.bias.size();
  if (!transform.maps.empty() && w + b > 0) {
    return InvalidField(reason::kInvalidTransform, w > 0 ? "weights" : "bias",
                        "a transform has either maps or weights and bias, not both");
  }
  if (!transform.maps.empty()) return CheckMaps(transform);
  const bool dense = w == k * k && k > 1;
  if (w != 0 && w != 1 && w != k && !dense) {
    return InvalidField(reason::kInvalidTransform, "weights",
                        absl::StrCat(w, " weights for ", k, " labels; send none, 1, ", k,
                                     " (diagonal) or ", k * k, " (dense)"));
  }
  if (dense && transform.label_count > kMaxDenseLabels) {
    return InvalidField(reason::kInvalidTransform, "weights",
                        absl::StrCat("dense weights are allowed for at most ",
                                     kMaxDenseLabels, " labels, not for ", k));
  }
  if (b != 0 && b != k) {
    return InvalidField(
        reason::kInvalidTransform, "bias",
        absl::StrCat(b, " bias numbers for ", k, " labels; send none or ", k));
  }
  if (absl::Status s = CheckNumbers(transform.weights, "weights"); !s.ok()) return s;
  return CheckNumbers(transform.bias, "bias");
}

}  // namespace calibrd
