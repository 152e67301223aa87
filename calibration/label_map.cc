#include "calibration/label_map.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view what) {
  return InvalidField(reason::kInvalidTransform, field, absl::StrCat(field, " ", what));
}

absl::Status CheckPoint(const LabelMap& map, size_t i, absl::string_view field) {
  const std::string x = absl::StrCat(field, ".x[", i, "]");
  const std::string y = absl::StrCat(field, ".y[", i, "]");
  if (!std::isfinite(map.x[i])) return Invalid(x, "is not a finite number");
  if (i > 0 && map.x[i] <= map.x[i - 1]) {
    return Invalid(x, absl::StrCat("is ", map.x[i], " after ", map.x[i - 1],
                                   "; the points have to rise"));
  }
  if (!(map.y[i] >= 0 && map.y[i] <= 1)) {
    return Invalid(y, absl::StrCat("is ", map.y[i], "; it has to be from 0 to 1"));
  }
  if (map.kind == LabelMap::Kind::kLinear && i > 0 && map.y[i] < map.y[i - 1]) {
    return Invalid(y, absl::StrCat("is ", map.y[i], " after ", map.y[i - 1],
                                   "; a linear map must not fall"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckLabelMap(const LabelMap& map, absl::string_view field) {
  if (map.x.empty() || map.x.size() > static_cast<size_t>(kMaxMapPoints)) {
    return Invalid(
        absl::StrCat(field, ".x"),
        absl::StrCat("has ", map.x.size(), " points; send 1 to ", kMaxMapPoints));
  }
  if (map.y.size() != map.x.size()) {
    return Invalid(absl::StrCat(field, ".y"),
                   absl::StrCat("has ", map.y.size(), " numbers for ", map.x.size(),
                                " points; send one for each"));
  }
  for (size_t i = 0; i < map.x.size(); ++i) {
    if (absl::Status s = CheckPoint(map, i, field); !s.ok()) return s;
  }
  return absl::OkStatus();
}

double MapProbability(const LabelMap& map, double probability) {
  const auto right = std::lower_bound(map.x.begin(), map.x.end(), probability);
  if (right == map.x.end()) return map.y.back();
  const auto i = static_cast<size_t>(right - map.x.begin());
  if (map.kind == LabelMap::Kind::kStep || i == 0) return map.y[i];
  const double share = (probability - map.x[i - 1]) / (map.x[i] - map.x[i - 1]);
  return map.y[i - 1] + share * (map.y[i] - map.y[i - 1]);
}

}  // namespace calibrd
