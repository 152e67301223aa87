// L-BFGS, for functions of so many numbers that their Hessian is too large.
//
//   PreconditionerAt none = [](const Eigen::VectorXd&) { return [](Eigen::VectorXd&) {};
//   }; Minimum minimum = MinimiseByLbfgs(function, none, Eigen::VectorXd::Zero(10'000),
//   {});
//
// Nocedal and Wright 2006, algorithm 7.5, with the preconditioner, scaled by the last
// step, for the initial matrix; the step is found by bisection for the weak Wolfe
// conditions (Lewis and Overton 2013). Cost: one to three values and gradients an
// iteration, and a preconditioner every kRefresh iterations. Memory: 24 vectors.
// Thread-safety: a pure function.

#ifndef CALIBRD_CALIBRATION_LABELLED_LBFGS_H_
#define CALIBRD_CALIBRATION_LABELLED_LBFGS_H_

#include <functional>

#include "Eigen/Core"
#include "calibration/labelled/convex.h"

namespace calibrd {

// Overwrites a gradient with a fixed positive definite estimate of (Hessian)^-1 ·
// gradient.
using Preconditioner = std::function<void(Eigen::VectorXd& gradient)>;

// Makes one from the function's curvature at a point. A good one takes the number of
// iterations from thousands to tens, and where the curvature along the way falls by
// orders of magnitude, an old one is no good.
using PreconditionerAt = std::function<Preconditioner(const Eigen::VectorXd& at)>;

inline constexpr int kRefresh = 10;

Minimum MinimiseByLbfgs(const ConvexFunction& function,
                        const PreconditionerAt& precondition_at, Eigen::VectorXd start,
                        const StopRule& stop);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_LBFGS_H_
