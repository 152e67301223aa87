#include "calibration/labelled/newton.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "Eigen/Cholesky"

namespace calibrd {
namespace {

constexpr double kDecrease = 1e-4;  // of what a step promises, the part it has to give
constexpr double kSmallestStep = 1e-12;
constexpr double kFirstRidge = 1e-14;  // of the largest second derivative
constexpr double kLargestRidge = 1e6;

// -hessian^-1 · gradient, downhill whatever rounding did to the Hessian.
Eigen::VectorXd Direction(Eigen::MatrixXd& hessian, const Eigen::VectorXd& gradient) {
  const double largest = std::max(hessian.diagonal().maxCoeff(), 1e-300);
  for (double ridge = 0; ridge <= kLargestRidge;
       ridge = std::max(kFirstRidge, ridge * 100)) {
    Eigen::MatrixXd raised = hessian;
    raised.diagonal().array() += ridge * largest;
    const Eigen::LLT<Eigen::MatrixXd, Eigen::Lower> factor(raised);
    if (factor.info() != Eigen::Success) continue;
    Eigen::VectorXd direction = -factor.solve(gradient);
    if (direction.allFinite() && direction.dot(gradient) < 0) return direction;
  }
  return -gradient / largest;
}

}  // namespace

Minimum MinimiseByNewton(const ConvexFunction& function, Eigen::VectorXd start,
                         const StopRule& stop) {
  Minimum minimum{.at = std::move(start)};
  Eigen::VectorXd gradient;
  Eigen::MatrixXd hessian;
  minimum.value = function.Value(minimum.at, &gradient);
  while (true) {
    minimum.gradient = gradient.lpNorm<Eigen::Infinity>();
    minimum.converged = minimum.gradient <= stop.gradient;
    if (minimum.converged || minimum.iterations >= stop.most_iterations) break;
    function.Hessian(minimum.at, hessian);
    const Eigen::VectorXd direction = Direction(hessian, gradient);
    const double slope = direction.dot(gradient);
    double step = 1;
    for (; step >= kSmallestStep; step /= 2) {
      Eigen::VectorXd next = minimum.at + step * direction;
      const double value = function.Value(next, &gradient);
      const double rounding = kRoundingOfValue * std::abs(minimum.value);
      if (!(value <= minimum.value + kDecrease * step * slope + rounding)) continue;
      minimum.at = std::move(next);
      minimum.value = value;
      ++minimum.iterations;
      break;
    }
    if (step < kSmallestStep) break;
  }
  return minimum;
}

}  // namespace calibrd
