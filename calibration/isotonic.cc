#include "calibration/isotonic.h"

#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

absl::Status CheckIsotonic(absl::Span<const double> y, absl::Span<const double> weights) {
  if (!weights.empty() && weights.size() != y.size()) {
    return InvalidField(reason::kInvalidArgument, "weights",
                        absl::StrCat(weights.size(), " weights for ", y.size(),
                                     " numbers; send none or one for each"));
  }
  for (size_t i = 0; i < y.size(); ++i) {
    if (std::isfinite(y[i])) continue;
    return InvalidField(reason::kValueNotFinite, absl::StrCat("y[", i, "]"),
                        absl::StrCat("y[", i, "] is not a finite number"));
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] > 0 && std::isfinite(weights[i])) continue;
    return InvalidField(reason::kInvalidArgument, absl::StrCat("weights[", i, "]"),
                        absl::StrCat("weights[", i, "] is ", weights[i],
                                     "; it has to be a finite number above 0"));
  }
  return absl::OkStatus();
}

// Neighbours that share one fitted value.
struct Block {
  double mean;
  double weight;
  size_t size;
};

Block Merge(const Block& a, const Block& b) {
  const double weight = a.weight + b.weight;
  const double mean = a.mean * (a.weight / weight) + b.mean * (b.weight / weight);
  return {mean, weight, a.size + b.size};
}

}  // namespace

absl::StatusOr<std::vector<double>> FitIsotonic(absl::Span<const double> y,
                                                absl::Span<const double> weights) {
  if (absl::Status s = CheckIsotonic(y, weights); !s.ok()) return s;
  std::vector<Block> blocks;
  for (size_t i = 0; i < y.size(); ++i) {
    Block block{y[i], weights.empty() ? 1.0 : weights[i], 1};
    while (!blocks.empty() && blocks.back().mean >= block.mean) {
      block = Merge(blocks.back(), block);
      blocks.pop_back();
    }
    blocks.push_back(block);
  }
  std::vector<double> fitted;
  fitted.reserve(y.size());
  for (const Block& block : blocks) fitted.insert(fitted.end(), block.size, block.mean);
  return fitted;
}

}  // namespace calibrd
