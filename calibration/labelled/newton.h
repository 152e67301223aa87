// Newton's method with damping, for functions of few numbers.
//
//   Minimum minimum = MinimiseByNewton(function, Eigen::VectorXd::Zero(20), {});
//
// A step that does not give what the quadratic promises is tried again with a larger
// multiple of the identity added to the second derivatives (Nocedal and Wright 2006,
// section 4.1 and 10.3), which bends it downhill and shortens it: the search comes back
// from where the curvature vanishes in rounding. Cost: one value, gradient and Hessian
// and P³/3 operations an iteration; 3 to 20 iterations. Thread-safety: a pure function.

#ifndef CALIBRD_CALIBRATION_LABELLED_NEWTON_H_
#define CALIBRD_CALIBRATION_LABELLED_NEWTON_H_

#include "calibration/labelled/convex.h"

namespace calibrd {

Minimum MinimiseByNewton(const ConvexFunction& function, Eigen::VectorXd start,
                         const StopRule& stop);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_NEWTON_H_
