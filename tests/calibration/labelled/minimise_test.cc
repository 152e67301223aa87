// Newton's method and L-BFGS on functions whose minimum is known.

#include <cmath>

#include "Eigen/Core"
#include "calibration/labelled/lbfgs.h"
#include "calibration/labelled/newton.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

const PreconditionerAt kNone = [](const Vector&) { return [](Vector&) {}; };

// sum_i scale_i (x_i - i)², with scales from 1 to 1000.
class Valley final : public ConvexFunction {
 public:
  double Value(const Vector& at, Vector* gradient) const override {
    double value = 0;
    if (gradient != nullptr) gradient->resize(at.size());
    for (Eigen::Index i = 0; i < at.size(); ++i) {
      const double off = at[i] - static_cast<double>(i);
      value += Scale(i, at.size()) * off * off;
      if (gradient != nullptr) (*gradient)[i] = 2 * Scale(i, at.size()) * off;
    }
    return value;
  }
  void Hessian(const Vector& at, Matrix& hessian) const override {
    hessian = Matrix::Zero(at.size(), at.size());
    for (Eigen::Index i = 0; i < at.size(); ++i) {
      hessian(i, i) = 2 * Scale(i, at.size());
    }
  }
  static double Scale(Eigen::Index i, Eigen::Index count) {
    return std::pow(1e3, static_cast<double>(i) / static_cast<double>(count - 1));
  }
};

// ln(exp(x - 3) + exp(3 - x)) + y²: steep and straight far out, where a full Newton step
// goes much too far.
class Gorge final : public ConvexFunction {
 public:
  double Value(const Vector& at, Vector* gradient) const override {
    const double x = std::abs(at[0] - 3);
    if (gradient != nullptr) *gradient = Vector{{std::tanh(at[0] - 3), 2 * at[1]}};
    return x + std::log1p(std::exp(-2 * x)) + at[1] * at[1];
  }
  void Hessian(const Vector& at, Matrix& hessian) const override {
    const double t = std::tanh(at[0] - 3);
    hessian = Matrix{{1 - t * t, 0}, {0, 2}};
  }
};

// (x + y - 1)²: a line of minima.
class Trough final : public ConvexFunction {
 public:
  double Value(const Vector& at, Vector* gradient) const override {
    const double off = at[0] + at[1] - 1;
    if (gradient != nullptr) *gradient = Vector{{2 * off, 2 * off}};
    return off * off;
  }
  void Hessian(const Vector&, Matrix& hessian) const override {
    hessian = Matrix{{2, 2}, {2, 2}};
  }
};

TEST(Newton, FindsTheMinimumOfAQuadraticInOneStep) {
  const Minimum minimum = MinimiseByNewton(Valley(), Vector::Zero(8), {});
  EXPECT_TRUE(minimum.converged);
  EXPECT_EQ(minimum.iterations, 1);
  for (Eigen::Index i = 0; i < 8; ++i) {
    EXPECT_NEAR(minimum.at[i], static_cast<double>(i), 1e-9);
  }
}

TEST(Newton, ComesBackFromWhereTheCurvatureVanishes) {
  for (const double x : {-20.0, 0.0, 5.0, 40.0}) {
    const Minimum minimum = MinimiseByNewton(Gorge(), Vector{{x, 7}}, {});
    EXPECT_TRUE(minimum.converged) << x;
    EXPECT_NEAR(minimum.at[0], 3, 1e-8) << x;
    EXPECT_NEAR(minimum.at[1], 0, 1e-8) << x;
    EXPECT_NEAR(minimum.value, std::log(2), 1e-12) << x;
  }
}

TEST(Newton, DoesWithAHessianThatHasNoInverse) {
  const Minimum minimum = MinimiseByNewton(Trough(), Vector{{5, -1}}, {});
  EXPECT_TRUE(minimum.converged);
  EXPECT_NEAR(minimum.at.sum(), 1, 1e-8);
}

TEST(Newton, StopsWhenToldAndSaysSo) {
  const Minimum minimum =
      MinimiseByNewton(Gorge(), Vector{{40, 7}}, {.most_iterations = 1});
  EXPECT_FALSE(minimum.converged);
  EXPECT_EQ(minimum.iterations, 1);
  EXPECT_GT(minimum.gradient, 1e-8);
}

TEST(Newton, TakesNoStepFromTheMinimum) {
  const Minimum minimum = MinimiseByNewton(Gorge(), Vector{{3, 0}}, {});
  EXPECT_TRUE(minimum.converged);
  EXPECT_EQ(minimum.iterations, 0);
}

TEST(Lbfgs, FindsTheMinimumOfANarrowValley) {
  const Minimum minimum = MinimiseByLbfgs(Valley(), kNone, Vector::Zero(40), {});
  EXPECT_TRUE(minimum.converged);
  for (Eigen::Index i = 0; i < 40; ++i) {
    EXPECT_NEAR(minimum.at[i], static_cast<double>(i), 1e-8);
  }
}

TEST(Lbfgs, NeedsOneStepWithTheRightPreconditioner) {
  const PreconditionerAt inverse = [](const Vector&) {
    return [](Vector& gradient) {
      for (Eigen::Index i = 0; i < gradient.size(); ++i) {
        gradient[i] /= 2 * Valley::Scale(i, gradient.size());
      }
    };
  };
  const Minimum minimum = MinimiseByLbfgs(Valley(), inverse, Vector::Zero(40), {});
  EXPECT_TRUE(minimum.converged);
  EXPECT_EQ(minimum.iterations, 1);
}

TEST(Lbfgs, ComesBackFromWhereTheCurvatureVanishes) {
  for (const double x : {-20.0, 0.0, 5.0, 40.0}) {
    const Minimum minimum = MinimiseByLbfgs(Gorge(), kNone, Vector{{x, 7}}, {});
    EXPECT_TRUE(minimum.converged) << x;
    EXPECT_NEAR(minimum.at[0], 3, 1e-8) << x;
  }
}

TEST(Lbfgs, StopsWhenToldAndSaysSo) {
  const Minimum minimum =
      MinimiseByLbfgs(Valley(), kNone, Vector::Zero(40), {.most_iterations = 2});
  EXPECT_FALSE(minimum.converged);
  EXPECT_EQ(minimum.iterations, 2);
}

}  // namespace
}  // namespace calibrd
