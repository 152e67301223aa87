// The oracle: fitting and applying written straight from the equations of the design, in
// long double, with no thought for speed and nothing shared with the code under test but
// the names of the options.

#ifndef CALIBRD_TESTS_CALIBRATION_NAIVE_H_
#define CALIBRD_TESTS_CALIBRATION_NAIVE_H_

#include <vector>

#include "calibration/prior.h"
#include "calibration/rows.h"
#include "calibration/transform.h"

namespace calibrd::naive {

using Number = long double;
using Numbers = std::vector<Number>;

// q = softmax(W phi(p) + b).
struct Map {
  bool of_logarithms = false;
  Numbers weights;  // none, 1, K or K*K
  Numbers bias;     // none or K
};

// A transform, number by number.
Map FromTransform(const Transform& transform);

// The prior family. The rows must be valid.
Map Fit(const Rows& rows, const PriorOptions& options);

// One row, corrected.
Numbers Apply(const Map& map, absl::Span<const float> row, Scale scale);

}  // namespace calibrd::naive

#endif  // CALIBRD_TESTS_CALIBRATION_NAIVE_H_
