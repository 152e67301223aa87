// Newton's method with backtracking, for functions of few numbers.
//
//   Minimum minimum = MinimiseByNewton(function, Eigen::VectorXd::Zero(20), {});
//
// Nocedal and Wright 2006, algorithm 3.2: a step that does not give kDecrease of what its
// slope promises is halved; a matrix of second derivatives that is not positive definite
// in rounding gets a multiple of the identity. Cost: one value, gradient and Hessian and
// P³/3 operations an iteration; 3 to 20 iterations. Thread-safety: a pure function.

#ifndef CALIBRD_CALIBRATION_LABELLED_NEWTON_H_
#define CALIBRD_CALIBRATION_LABELLED_NEWTON_H_

#include "calibration/labelled/convex.h"

namespace calibrd {

Minimum MinimiseByNewton(const ConvexFunction& function, Eigen::VectorXd start,
                         const StopRule& stop);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_NEWTON_H_
