#include "calibration/transform.h"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

absl::Status CheckFinite(absl::Span<const double> numbers, absl::string_view field) {
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (std::isfinite(numbers[i])) continue;
    return InvalidField(reason::kInvalidTransform, absl::StrCat(field, "[", i, "]"),
                        absl::StrCat(field, "[", i, "] is not a finite number"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTransform(const Transform& transform) {
  const auto k = static_cast<size_t>(transform.label_count);
  const size_t w = transform.weights.size();
  const size_t b = transform.bias.size();
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
  if (absl::Status finite = CheckFinite(transform.weights, "weights"); !finite.ok()) {
    return finite;
  }
  return CheckFinite(transform.bias, "bias");
}

}  // namespace calibrd
