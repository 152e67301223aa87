// A curve that corrects the probability of one label: what isotonic regression and
// histogram binning fit.
//
//   LabelMap curve{.kind = LabelMap::Kind::kLinear, .x = {0.2, 0.6}, .y = {0.1, 0.5}};
//   absl::Status ok = CheckLabelMap(curve, "maps[0]");
//   double q = MapProbability(curve, 0.4);    // 0.3; below 0.2 it is 0.1, above 0.6 0.5
//
// Units: x and y are probabilities. Thread-safety: a value and pure functions. Cost of
// MapProbability: a binary search.

#ifndef CALIBRD_CALIBRATION_LABEL_MAP_H_
#define CALIBRD_CALIBRATION_LABEL_MAP_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace calibrd {

// The most points that the map of one label can have, and the maps of all labels
// together: 16 MiB.
inline constexpr int kMaxMapPoints = 4096;
inline constexpr int64_t kMaxMapPointsOfAllLabels = 1 << 20;

struct LabelMap {
  enum class Kind : uint8_t {
    kLinear,  // straight lines between the points (x, y), even before and after them
    kStep,    // y[i] for x[i-1] < p <= x[i], so that a value on an edge goes to the LEFT
              // bin; the first bin has no lower and the last no upper end
  };

  Kind kind = Kind::kLinear;
  std::vector<double> x;  // rising; kStep: the right edges of the bins
  std::vector<double> y;  // as many, from 0 to 1; kLinear: never falling
};

// OK if there are 1 … kMaxMapPoints points as said above, all of them finite. Otherwise
// INVALID_ARGUMENT (INVALID_TRANSFORM) with a field below `field`, such as `field.x[3]`.
absl::Status CheckLabelMap(const LabelMap& map, absl::string_view field);

// The value of a map that passes CheckLabelMap.
double MapProbability(const LabelMap& map, double probability);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABEL_MAP_H_
