#include "calibration/labelled/newton.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "Eigen/Cholesky"

namespace calibrd {
namespace {

constexpr double kDecrease = 1e-4;  // of what a step promises, the part it has to give
constexpr double kGoodDecrease = 0.75;

// The damping, as a share of the largest second derivative.
constexpr double kSmallestDamping = 1e-10;
constexpr double kLargestDamping = 1e20;
constexpr double kChangeOfDamping = 10;

// Solves (hessian + damping·I) step = -gradient; false where rounding has left the matrix
// not positive definite.
bool SolveDamped(const Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient,
                 double damping, Eigen::VectorXd& step) {
  Eigen::MatrixXd damped = hessian;
  damped.diagonal().array() += damping;
  const Eigen::LLT<Eigen::MatrixXd, Eigen::Lower> factor(damped);
  if (factor.info() != Eigen::Success) return false;
  step = -factor.solve(gradient);
  return step.allFinite() && step.dot(gradient) < 0;
}

// Where the search is, with its derivatives.
struct Point {
  Eigen::VectorXd at;
  double value = 0;
  Eigen::VectorXd gradient;
};

// Moves `point` downhill, with as little damping as that takes: more than the last step
// only after a step that failed, less after one that kept its promise. False where no
// step goes down.
bool Step(const ConvexFunction& function, const Eigen::MatrixXd& hessian, double& damping,
          Point& point) {
  const double largest = std::max(hessian.diagonal().maxCoeff(), 1e-300);
  const double rounding = kRoundingOfValue * std::abs(point.value);
  for (; damping <= kLargestDamping;
       damping = std::max(kSmallestDamping, damping * kChangeOfDamping)) {
    Eigen::VectorXd step;
    if (!SolveDamped(hessian, point.gradient, damping * largest, step)) continue;
    const double promised =
        (damping * largest * step.squaredNorm() - point.gradient.dot(step)) / 2;
    Point next{.at = point.at + step};
    next.value = function.Value(next.at, &next.gradient);
    const double decrease = point.value - next.value + rounding;
    if (!(decrease >= kDecrease * promised)) continue;
    if (decrease >= kGoodDecrease * promised) damping /= kChangeOfDamping;
    if (damping < kSmallestDamping) damping = 0;
    point = std::move(next);
    return true;
  }
  return false;
}

}  // namespace

Minimum MinimiseByNewton(const ConvexFunction& function, Eigen::VectorXd start,
                         const StopRule& stop) {
  Minimum minimum;
  Point point{.at = std::move(start)};
  point.value = function.Value(point.at, &point.gradient);
  Eigen::MatrixXd hessian;
  double damping = 0;
  while (true) {
    minimum.gradient = point.gradient.lpNorm<Eigen::Infinity>();
    minimum.converged = minimum.gradient <= stop.gradient;
    if (minimum.converged || minimum.iterations >= stop.most_iterations) break;
    function.Hessian(point.at, hessian);
    if (!Step(function, hessian, damping, point)) break;
    ++minimum.iterations;
  }
  minimum.at = std::move(point.at);
  minimum.value = point.value;
  return minimum;
}

}  // namespace calibrd
