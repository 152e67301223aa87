// The affine methods: one objective, of which each chooses the form, the start and the
// strengths.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "Eigen/Core"
#include "calibration/labelled/batches.h"
#include "calibration/labelled/methods.h"
#include "calibration/labelled/softmax_regression.h"

namespace calibrd {
namespace {

using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Form = SoftmaxRegression::Form;

constexpr double kSmallestPriorShare = 1e-6;

Form FormOf(LabelledMethod method) {
  switch (method) {
    case LabelledMethod::kTemperature:
      return {WeightForm::kScalar, false};
    case LabelledMethod::kBias:
      return {WeightForm::kIdentity, true};
    case LabelledMethod::kTemperatureBias:
      return {WeightForm::kScalar, true};
    case LabelledMethod::kVector:
    case LabelledMethod::kBeta:
      return {WeightForm::kDiagonal, true};
    default:
      return {WeightForm::kDense, true};
  }
}

Transform::Input InputOf(LabelledMethod method) {
  return method == LabelledMethod::kLinearProbe ? Transform::Input::kProbability
                                                : Transform::Input::kLogProbability;
}

double WeightDeviation(LabelledMethod method) {
  if (method == LabelledMethod::kLinearProbe) return kLinearProbeDeviation;
  return FormOf(method).weights == WeightForm::kDense ? kDenseDeviation
                                                      : kWeightDeviation;
}

// diag(c)^-1.
Vector InverseShares(const std::vector<double>& prior, int label_count) {
  if (prior.empty()) return Vector::Constant(label_count, label_count);
  const Eigen::Map<const Vector> c(prior.data(), label_count);
  return (c / c.sum()).cwiseMax(kSmallestPriorShare).cwiseInverse();
}

// W0 and b = 0.
Vector Start(const LabelledOptions& options, Form form, int label_count) {
  Vector start = Vector::Zero(SoftmaxRegression::ParameterCount(form, label_count));
  const Eigen::Index weights = SoftmaxRegression::WeightCount(form, label_count);
  if (form.weights == WeightForm::kDense) {
    Eigen::Map<RowMajor> w(start.data(), label_count, label_count);
    w.diagonal() = options.method == LabelledMethod::kLinearProbe
                       ? InverseShares(options.prior, label_count)
                       : Vector::Ones(label_count);
  } else {
    start.head(weights).setOnes();
  }
  return start;
}

Vector PullOf(const LabelledOptions& options, Strengths strengths, Form form,
              int label_count) {
  Vector pull = Vector::Constant(SoftmaxRegression::ParameterCount(form, label_count),
                                 std::max(strengths.bias, kLeastStrength));
  const Eigen::Index weights = SoftmaxRegression::WeightCount(form, label_count);
  pull.head(weights).setConstant(std::max(strengths.weight, kLeastStrength));
  if (options.method == LabelledMethod::kDirichlet) {
    Eigen::Map<RowMajor> w(pull.data(), label_count, label_count);
    w.diagonal().setConstant(kLeastStrength);
  }
  return pull;
}

// A column of zeros takes its weight out of the objective, which keeps it at its start.
void LeaveOut(Eigen::Index label, std::vector<RowBatch>& batches) {
  for (RowBatch& batch : batches) batch.phi.col(label).setZero();
}

// The minimum over W >= 0 of a two-label fit. F is convex: if the minimum over all W is
// outside, that over W >= 0 has a weight of 0, and is the better of the two that do.
Minimum MinimiseWithinQuadrant(const std::vector<RowBatch>& batches, Form form,
                               const Vector& start, const Vector& pull,
                               const StopRule& stop) {
  Minimum best = SoftmaxRegression(batches, form, start, pull).Minimise(stop);
  if (best.at.head(2).minCoeff() >= 0) return best;
  best.value = std::numeric_limits<double>::infinity();
  for (const Eigen::Index zero : {0, 1}) {
    const Eigen::Index other = 1 - zero;
    std::vector<RowBatch> without = batches;
    LeaveOut(zero, without);
    Minimum edge = SoftmaxRegression(without, form, start, pull).Minimise(stop);
    edge.at[zero] = 0;
    edge.value += pull[zero] * start[zero] * start[zero];
    if (edge.at[other] < 0) {
      LeaveOut(other, without);
      edge = SoftmaxRegression(without, form, start, pull).Minimise(stop);
      edge.at.head(2).setZero();
      edge.value += (pull.head(2).array() * start.head(2).array().square()).sum();
    }
    if (edge.value < best.value) best = edge;
  }
  return best;
}

Transform ToTransform(const Vector& at, Form form, Transform::Input input,
                      int label_count) {
  const auto weights =
      static_cast<size_t>(SoftmaxRegression::WeightCount(form, label_count));
  Transform transform{.label_count = label_count, .input = input};
  transform.weights.assign(at.data(), at.data() + weights);
  transform.bias.assign(at.data() + weights, at.data() + at.size());
  return transform;
}

}  // namespace

bool IsAffine(LabelledMethod method) {
  return method != LabelledMethod::kPlatt && method != LabelledMethod::kIsotonic &&
         method != LabelledMethod::kHistogram;
}

Strengths StrengthsOf(const LabelledOptions& options, int64_t rows) {
  const auto by_default = [rows](double deviation) {
    return 1 / (2 * static_cast<double>(rows) * deviation * deviation);
  };
  return {options.weight_l2.value_or(by_default(WeightDeviation(options.method))),
          options.bias_l2.value_or(by_default(kBiasDeviation))};
}

LabelledFit FitAffine(const LabelledRows& rows, const LabelledOptions& options,
                      const LabelCounts& counts) {
  const int label_count = rows.rows.label_count;
  const Form form = FormOf(options.method);
  const Strengths strengths = StrengthsOf(options, counts.rows);
  const Transform::Input input = InputOf(options.method);
  const std::vector<RowBatch> batches = MakeBatches(rows, input);
  const Vector start = Start(options, form, label_count);
  const Vector pull = PullOf(options, strengths, form, label_count);
  const StopRule stop{options.gradient, options.most_iterations};
  const SoftmaxRegression objective(batches, form, start, pull);

  Minimum minimum = options.method == LabelledMethod::kBeta
                        ? MinimiseWithinQuadrant(batches, form, start, pull, stop)
                        : objective.Minimise(stop);
  LabelledFit fit;
  if (options.method == LabelledMethod::kTemperature &&
      minimum.at[0] < kLeastInverseTemperature) {
    minimum.at[0] = kLeastInverseTemperature;
    minimum.value = objective.Value(minimum.at, nullptr);
    fit.warnings.push_back(LabelledWarning::kUninformative);
  }
  fit.transform = ToTransform(minimum.at, form, input, label_count);
  fit.objective = minimum.value;
  fit.nll = minimum.value - objective.Penalty(minimum.at);
  fit.weight_l2 = strengths.weight;
  fit.bias_l2 = strengths.bias;
  fit.iterations = minimum.iterations;
  fit.converged = minimum.converged;
  fit.gradient = minimum.gradient;
  // With W = I there is no weight that could grow without end.
  if (form.weights != WeightForm::kIdentity && objective.Separates(minimum.at)) {
    fit.warnings.push_back(LabelledWarning::kSeparable);
  }
  return fit;
}

}  // namespace calibrd
