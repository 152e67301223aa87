// A smooth convex function of many numbers, and what finding its minimum came to.
//
//   class Square : public ConvexFunction { … };
//   Minimum minimum = MinimiseByNewton(Square(), start, {});   // newton.h
//   // minimum.at, minimum.value, minimum.converged
//
// Thread-safety: a function is immutable; its methods may be called at once.

#ifndef CALIBRD_CALIBRATION_LABELLED_CONVEX_H_
#define CALIBRD_CALIBRATION_LABELLED_CONVEX_H_

#include "Eigen/Core"

namespace calibrd {

class ConvexFunction {
 public:
  virtual ~ConvexFunction() = default;

  // The value at `at`; where `gradient` is given, it is overwritten. Both finite for
  // every finite `at` of a size up to 1e100.
  virtual double Value(const Eigen::VectorXd& at, Eigen::VectorXd* gradient) const = 0;

  // The lower triangle of the second derivatives; the rest of `hessian` holds anything.
  virtual void Hessian(const Eigen::VectorXd& at, Eigen::MatrixXd& hessian) const = 0;
};

struct StopRule {
  double gradient = 1e-8;  // no partial derivative is larger
  int most_iterations = 500;
};

struct Minimum {
  Eigen::VectorXd at;
  double value = 0;
  double gradient = 0;  // the size of the largest partial derivative
  int iterations = 0;
  bool converged = false;  // the gradient is small; otherwise `at` is the best found
};

// A decrease below this share of the value is rounding, and no reason to refuse a step.
inline constexpr double kRoundingOfValue = 1e-14;

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_CONVEX_H_
