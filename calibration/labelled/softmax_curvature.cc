// The second derivatives of SoftmaxRegression, exact for Newton's method and approximate
// for L-BFGS.
//
// With J_i the derivatives of the K scores of row i, the Hessian of its loss is
// J' (diag(q) - q q') J: a sum of weighted squares, less that of z = J' q.

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "Eigen/Cholesky"
#include "calibration/labelled/softmax_regression.h"

namespace calibrd {
namespace {

using Array = Eigen::ArrayXXd;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A label that the start gives next to no probability is taken to have this share of the
// largest curvature, so that its first steps are not boundless.
constexpr double kSmallestCurvature = 1e-3;

}  // namespace

void SoftmaxRegression::AddHessian(const RowBatch& batch, const Array& q,
                                   Matrix& hessian) const {
  const Eigen::Index rows = q.rows(), k = label_count_;
  const Eigen::Index bias = weight_count_;  // where b begins
  Matrix z(rows, start_.size());
  const Array wq = q.colwise() * batch.weights;
  const Array& phi = batch.phi;
  if (form_.weights == WeightForm::kScalar) {
    z.col(0) = (q * phi).rowwise().sum();
    hessian(0, 0) += (wq * phi.square()).sum();
  }
  for (Eigen::Index l = 0; l < k; ++l) {
    const auto of_bias = bias + l;  // the row of b_l
    if (form_.weights == WeightForm::kScalar && form_.bias) {
      hessian(of_bias, 0) += (wq.col(l) * phi.col(l)).sum();
    } else if (form_.weights == WeightForm::kDiagonal) {
      z.col(l) = q.col(l) * phi.col(l);
      hessian(l, l) += (wq.col(l) * phi.col(l).square()).sum();
      if (form_.bias) hessian(of_bias, l) += (wq.col(l) * phi.col(l)).sum();
    } else if (form_.weights == WeightForm::kDense) {
      z.middleCols(l * k, k) = phi.colwise() * q.col(l);
      const Matrix weighted = phi.colwise() * wq.col(l);
      hessian.block(l * k, l * k, k, k).noalias() += phi.matrix().transpose() * weighted;
      if (form_.bias) hessian.row(of_bias).segment(l * k, k) += weighted.colwise().sum();
    }
    if (!form_.bias) continue;
    z.col(of_bias) = q.col(l);
    hessian(of_bias, of_bias) += wq.col(l).sum();
  }
  z.array().colwise() *= batch.weights.sqrt();
  hessian.selfadjointView<Eigen::Lower>().rankUpdate(z.transpose(), -1.0);
}

void SoftmaxRegression::Hessian(const Vector& at, Matrix& hessian) const {
  hessian = Matrix::Zero(at.size(), at.size());
  hessian.diagonal() = 2 * strengths_;
  Array q;
  for (const RowBatch& batch : batches_) {
    Scores(batch, at, q);
    Softmax(batch, q);
    AddHessian(batch, q, hessian);
  }
}

Preconditioner SoftmaxRegression::MakePreconditioner() const {
  return form_.weights == WeightForm::kDense ? MakeDensePreconditioner()
                                             : MakeDiagonalPreconditioner();
}

// The Hessian as if every row had the same q: one matrix of K+1 for each row of W, the
// sum of [phi 1][phi 1]', times the mean curvature of the label.
Preconditioner SoftmaxRegression::MakeDensePreconditioner() const {
  const Eigen::Index k = label_count_;
  Matrix products = Matrix::Zero(k + 1, k + 1);
  Vector curvatures = Vector::Zero(k);
  Array q;
  for (const RowBatch& batch : batches_) {
    Matrix x(batch.phi.rows(), k + 1);
    x.leftCols(k) = batch.phi;
    x.col(k).setOnes();
    const Matrix weighted = x.array().colwise() * batch.weights;
    products.noalias() += x.transpose() * weighted;
    Scores(batch, start_, q);
    Softmax(batch, q);
    curvatures +=
        ((q * (1 - q)).colwise() * batch.weights).colwise().sum().matrix().transpose();
  }
  const double largest = std::max(curvatures.maxCoeff(), kSmallestCurvature);
  curvatures = curvatures.cwiseMax(kSmallestCurvature * largest);
  const double mean = curvatures.mean();
  products.diagonal().head(k).array() += 2 * strengths_.head(k * k).mean() / mean;
  products(k, k) += 2 * strengths_.tail(k).mean() / mean;
  products.diagonal().array() += 1e-10 * products.diagonal().maxCoeff();
  // A shared pointer, as what a std::function holds has to be copied.
  auto factor = std::make_shared<const Eigen::LLT<Matrix>>(products);
  return [factor, curvatures, k](Vector& gradient) {
    Eigen::Map<RowMajor> weights(gradient.data(), k, k);
    Matrix by_label(k + 1, k);
    by_label.topRows(k) = weights.transpose();
    by_label.row(k) = gradient.tail(k).transpose();
    factor->solveInPlace(by_label);
    by_label.array().rowwise() /= curvatures.transpose().array();
    weights = by_label.topRows(k).transpose();
    gradient.tail(k) = by_label.row(k).transpose();
  };
}

Preconditioner SoftmaxRegression::MakeDiagonalPreconditioner() const {
  const Eigen::Index k = label_count_;
  Vector curvatures = Vector::Zero(start_.size());
  Array q;
  for (const RowBatch& batch : batches_) {
    Scores(batch, start_, q);
    Softmax(batch, q);
    const Array spread = (q * (1 - q)).colwise() * batch.weights;
    if (form_.weights == WeightForm::kDiagonal) {
      curvatures.head(k) +=
          (spread * batch.phi.square()).colwise().sum().matrix().transpose();
    } else if (form_.weights == WeightForm::kScalar) {
      curvatures[0] += (spread * batch.phi.square()).sum();
    }
    if (form_.bias) curvatures.tail(k) += spread.colwise().sum().matrix().transpose();
  }
  const double largest = std::max(curvatures.maxCoeff(), kSmallestCurvature);
  curvatures = curvatures.cwiseMax(1e-6 * largest) + 2 * strengths_;
  return [curvatures](Vector& gradient) { gradient.array() /= curvatures.array(); };
}

}  // namespace calibrd
