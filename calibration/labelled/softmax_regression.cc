#include "calibration/labelled/softmax_regression.h"

#include <cstddef>
#include <utility>

#include "calibration/labelled/newton.h"

namespace calibrd {
namespace {

using Array = Eigen::ArrayXXd;
using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A Hessian of more parameters costs more than the iterations that it saves.
constexpr Eigen::Index kMostByNewton = 160;

}  // namespace

double Softmax(const RowBatch& batch, Array& scores) {
  const Eigen::Index label_count = scores.cols();
  Eigen::ArrayXd highest = scores.col(0);
  for (Eigen::Index k = 1; k < label_count; ++k) highest = highest.max(scores.col(k));
  scores.colwise() -= highest;
  Eigen::ArrayXd loss(scores.rows());
  for (Eigen::Index i = 0; i < scores.rows(); ++i) {
    loss[i] = -scores(i, batch.labels[static_cast<size_t>(i)]);
  }
  scores = scores.exp();
  Eigen::ArrayXd sum = scores.col(0);
  for (Eigen::Index k = 1; k < label_count; ++k) sum += scores.col(k);
  scores.colwise() *= sum.inverse();
  return ((loss + sum.log()) * batch.weights).sum();
}

SoftmaxRegression::SoftmaxRegression(absl::Span<const RowBatch> batches, Form form,
                                     Vector start, Vector strengths)
    : batches_(batches),
      form_(form),
      label_count_(batches.front().phi.cols()),
      weight_count_(WeightCount(form, static_cast<int>(label_count_))),
      start_(std::move(start)),
      strengths_(std::move(strengths)) {}

Eigen::Index SoftmaxRegression::WeightCount(Form form, int label_count) {
  const Eigen::Index k = label_count;
  switch (form.weights) {
    case WeightForm::kIdentity:
      return 0;
    case WeightForm::kScalar:
      return 1;
    case WeightForm::kDiagonal:
      return k;
    case WeightForm::kDense:
      return k * k;
  }
  return 0;
}

Eigen::Index SoftmaxRegression::ParameterCount(Form form, int label_count) {
  return WeightCount(form, label_count) + (form.bias ? label_count : 0);
}

void SoftmaxRegression::Scores(const RowBatch& batch, const Vector& at,
                               Array& scores) const {
  switch (form_.weights) {
    case WeightForm::kIdentity:
      scores = batch.phi;
      break;
    case WeightForm::kScalar:
      scores = batch.phi * at[0];
      break;
    case WeightForm::kDiagonal:
      scores = batch.phi.rowwise() * at.head(label_count_).transpose().array();
      break;
    case WeightForm::kDense: {
      const Eigen::Map<const RowMajor> w(at.data(), label_count_, label_count_);
      scores.resizeLike(batch.phi);
      scores.matrix().noalias() = batch.phi.matrix() * w.transpose();
      break;
    }
  }
  if (form_.bias) scores.rowwise() += at.tail(label_count_).transpose().array();
}

void SoftmaxRegression::AddGradient(const RowBatch& batch, const Array& residuals,
                                    Vector& gradient) const {
  switch (form_.weights) {
    case WeightForm::kIdentity:
      break;
    case WeightForm::kScalar:
      gradient[0] += (residuals * batch.phi).sum();
      break;
    case WeightForm::kDiagonal:
      gradient.head(label_count_) +=
          (residuals * batch.phi).colwise().sum().matrix().transpose();
      break;
    case WeightForm::kDense: {
      Eigen::Map<RowMajor> w(gradient.data(), label_count_, label_count_);
      w.noalias() += residuals.matrix().transpose() * batch.phi.matrix();
      break;
    }
  }
  if (form_.bias) {
    gradient.tail(label_count_) += residuals.colwise().sum().matrix().transpose();
  }
}

double SoftmaxRegression::Penalty(const Vector& at) const {
  return (strengths_.array() * (at - start_).array().square()).sum();
}

double SoftmaxRegression::Value(const Vector& at, Vector* gradient) const {
  double value = Penalty(at);
  if (gradient != nullptr) *gradient = 2 * strengths_.cwiseProduct(at - start_);
  Array q;
  for (const RowBatch& batch : batches_) {
    Scores(batch, at, q);
    value += Softmax(batch, q);
    if (gradient == nullptr) continue;
    q.colwise() *= batch.weights;
    for (Eigen::Index i = 0; i < q.rows(); ++i) {
      q(i, batch.labels[static_cast<size_t>(i)]) -= batch.weights[i];
    }
    AddGradient(batch, q, *gradient);
  }
  return value;
}

bool SoftmaxRegression::Separates(const Vector& at) const {
  Array scores;
  for (const RowBatch& batch : batches_) {
    Scores(batch, at, scores);
    for (Eigen::Index i = 0; i < scores.rows(); ++i) {
      const auto label = static_cast<Eigen::Index>(batch.labels[static_cast<size_t>(i)]);
      for (Eigen::Index k = 0; k < label_count_; ++k) {
        if (k != label && !(scores(i, k) < scores(i, label))) return false;
      }
    }
  }
  return true;
}

Minimum SoftmaxRegression::Minimise(const StopRule& stop) const {
  if (start_.size() <= kMostByNewton) return MinimiseByNewton(*this, start_, stop);
  const auto precondition_at = [this](const Vector& at) {
    return MakePreconditioner(at);
  };
  return MinimiseByLbfgs(*this, precondition_at, start_, stop);
}

}  // namespace calibrd
