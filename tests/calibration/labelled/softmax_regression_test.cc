#include "calibration/labelled/softmax_regression.h"

#include <cmath>
#include <random>

#include "tests/calibration/labelled_sample.h"

namespace calibrd {
namespace {

using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;
using Form = SoftmaxRegression::Form;

constexpr Form kForms[] = {{WeightForm::kIdentity, true},
                           {WeightForm::kScalar, false},
                           {WeightForm::kScalar, true},
                           {WeightForm::kDiagonal, true},
                           {WeightForm::kDense, true}};
constexpr int kLabels = 4;

std::vector<RowBatch> Batches(int rows) {
  Sample sample = DrawSample(rows, kLabels, 5);
  for (int i = 0; i < rows; ++i) sample.weights.push_back(static_cast<float>(i % 3));
  return MakeBatches(sample.rows(), Transform::Input::kLogProbability);
}

Vector Numbers(Eigen::Index count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  Vector numbers(count);
  for (double& number : numbers) number = normal(random);
  return numbers;
}

TEST(SoftmaxRegression, IsTheNegativeLogLikelihoodAndThePull) {
  // One row p = [.8 .2] of label 1, W = 2: q_1 = .04 / .68.
  const Sample sample{.label_count = 2, .values = {0.8f, 0.2f}, .labels = {1}};
  const std::vector<RowBatch> batches =
      MakeBatches(sample.rows(), Transform::Input::kLogProbability);
  const SoftmaxRegression objective(batches, {WeightForm::kScalar, false},
                                    Vector::Ones(1), Vector::Constant(1, 0.5));
  EXPECT_NEAR(objective.Value(Vector::Constant(1, 2), nullptr), std::log(17) + 0.5, 1e-6);
  EXPECT_EQ(objective.Penalty(Vector::Constant(1, 3)), 2);
}

TEST(SoftmaxRegression, HasTheDerivativesOfItsValue) {
  const std::vector<RowBatch> batches = Batches(700);  // several, of unequal size
  constexpr double kStep = 1e-5;
  for (const Form form : kForms) {
    const Eigen::Index count = SoftmaxRegression::ParameterCount(form, kLabels);
    const SoftmaxRegression objective(batches, form, Numbers(count, 1),
                                      Numbers(count, 2).cwiseAbs());
    const Vector at = Numbers(count, 3);
    Vector gradient, before, after;
    Matrix hessian;
    const double value = objective.Value(at, &gradient);
    EXPECT_EQ(value, objective.Value(at, nullptr));
    objective.Hessian(at, hessian);
    for (Eigen::Index i = 0; i < count; ++i) {
      const Vector step = kStep * Vector::Unit(count, i);
      const double rise =
          objective.Value(at + step, &after) - objective.Value(at - step, &before);
      EXPECT_NEAR(gradient[i], rise / (2 * kStep), 1e-8);
      const Vector column = (after - before) / (2 * kStep);
      for (Eigen::Index j = i; j < count; ++j)
        EXPECT_NEAR(hessian(j, i), column[j], 1e-7);
    }
  }
}

TEST(SoftmaxRegression, IsMinimisedAlikeByBothMethods) {
  const std::vector<RowBatch> batches = Batches(700);
  for (const Form form : kForms) {
    const Eigen::Index count = SoftmaxRegression::ParameterCount(form, kLabels);
    const Vector start = Vector::Zero(count);
    const SoftmaxRegression objective(batches, form, start,
                                      Vector::Constant(count, 1e-3));
    const Minimum newton = objective.Minimise({});
    const Minimum lbfgs = MinimiseByLbfgs(
        objective, [&](const Vector& at) { return objective.MakePreconditioner(at); },
        start, {});
    EXPECT_TRUE(newton.converged && lbfgs.converged);
    EXPECT_LE(newton.iterations, 10);
    EXPECT_LE(lbfgs.iterations, 60);
    EXPECT_NEAR(newton.value, lbfgs.value, 1e-12);
    EXPECT_LT((newton.at - lbfgs.at).lpNorm<Eigen::Infinity>(), 1e-5);
  }
}

}  // namespace
}  // namespace calibrd
