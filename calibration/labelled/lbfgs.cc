#include "calibration/labelled/lbfgs.h"

#include <cmath>
#include <cstddef>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

namespace calibrd {
namespace {

using Vector = Eigen::VectorXd;

constexpr size_t kPairs = 12;       // steps that are remembered
constexpr double kDecrease = 1e-4;  // the first Wolfe condition
constexpr double kCurvature = 0.9;  // the second
constexpr int kMostTrials = 50;     // of one step
// A pair whose gradients differ by less than rounding says nothing.
constexpr double kSmallestCurvature = 1e-14;

// A step that was taken, and the change of the gradient along it.
struct Pair {
  Vector step;
  Vector change;
  double product;  // of both
};

// Two loops: -H·gradient, H the approximation of the inverse Hessian by the pairs.
Vector Direction(const Preconditioner& precondition, const std::deque<Pair>& pairs,
                 Vector gradient) {
  std::vector<double> alphas(pairs.size());
  for (size_t i = pairs.size(); i-- > 0;) {
    alphas[i] = pairs[i].step.dot(gradient) / pairs[i].product;
    gradient -= alphas[i] * pairs[i].change;
  }
  precondition(gradient);
  if (!pairs.empty()) {
    // The preconditioner's scale is corrected by that of the last step.
    Vector preconditioned = pairs.back().change;
    precondition(preconditioned);
    const double scale = pairs.back().product / pairs.back().change.dot(preconditioned);
    if (std::isfinite(scale)) gradient *= scale;
  }
  for (size_t i = 0; i < pairs.size(); ++i) {
    const double beta = pairs[i].change.dot(gradient) / pairs[i].product;
    gradient += (alphas[i] - beta) * pairs[i].step;
  }
  return -gradient;
}

struct Point {
  Vector at;
  Vector gradient;
  double value = 0;
};

// Finds a point along `direction` that meets both conditions, or at least the first.
// False where no step goes down.
bool Search(const ConvexFunction& function, const Point& from, const Vector& direction,
            Point& next) {
  const double slope = from.gradient.dot(direction);
  const double rounding = kRoundingOfValue * std::abs(from.value);
  double low = 0, high = std::numeric_limits<double>::infinity(), step = 1;
  bool found = false;
  for (int trial = 0; trial < kMostTrials; ++trial) {
    next.at = from.at + step * direction;
    next.value = function.Value(next.at, &next.gradient);
    if (!(next.value <= from.value + kDecrease * step * slope + rounding)) {
      high = step;
    } else if (next.gradient.dot(direction) < kCurvature * slope) {
      low = step;
      found = true;
    } else {
      return true;
    }
    step = std::isfinite(high) ? (low + high) / 2 : 2 * step;
  }
  if (!found) return false;
  next.at = from.at + low * direction;
  next.value = function.Value(next.at, &next.gradient);
  return true;
}

void Remember(const Point& from, const Point& to, std::deque<Pair>& pairs) {
  Pair pair{to.at - from.at, to.gradient - from.gradient, 0};
  pair.product = pair.step.dot(pair.change);
  if (!(pair.product > kSmallestCurvature * pair.step.norm() * pair.change.norm())) {
    return;
  }
  if (pairs.size() == kPairs) pairs.pop_front();
  pairs.push_back(std::move(pair));
}

}  // namespace

Minimum MinimiseByLbfgs(const ConvexFunction& function,
                        const PreconditionerAt& precondition_at, Vector start,
                        const StopRule& stop) {
  Minimum minimum;
  Point point{.at = std::move(start)};
  point.value = function.Value(point.at, &point.gradient);
  std::deque<Pair> pairs;
  Preconditioner precondition = precondition_at(point.at);
  while (true) {
    minimum.gradient = point.gradient.lpNorm<Eigen::Infinity>();
    minimum.converged = minimum.gradient <= stop.gradient;
    if (minimum.converged || minimum.iterations >= stop.most_iterations) break;
    Vector direction = Direction(precondition, pairs, point.gradient);
    Point next;
    if (!(direction.dot(point.gradient) < 0) ||
        !Search(function, point, direction, next)) {
      // What the pairs remember may be rounding: once more without them.
      if (pairs.empty()) break;
      pairs.clear();
      continue;
    }
    Remember(point, next, pairs);
    point = std::move(next);
    ++minimum.iterations;
    if (minimum.iterations % kRefresh == 0) precondition = precondition_at(point.at);
  }
  minimum.at = std::move(point.at);
  minimum.value = point.value;
  return minimum;
}

}  // namespace calibrd
