#include "calibration/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "calibration/random.h"

namespace calibrd {
namespace {

double Quantile(absl::Span<const double> sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], place - std::floor(place));
}

}  // namespace

void Resamples::Draw(int64_t index, absl::Span<uint32_t> counts) const {
  std::fill(counts.begin(), counts.end(), 0);
  Random random(seed_, static_cast<uint64_t>(index));
  for (uint64_t i = 0; i < row_count_; ++i) ++counts[random.Below(row_count_)];
}

Interval PercentileInterval(std::vector<double> values, double confidence) {
  std::sort(values.begin(), values.end());
  return {.lower = Quantile(values, (1 - confidence) / 2),
          .upper = Quantile(values, (1 + confidence) / 2)};
}

}  // namespace calibrd
