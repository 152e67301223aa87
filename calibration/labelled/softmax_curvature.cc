// The second derivatives of SoftmaxRegression, exact for Newton's method and approximate
// for L-BFGS.
//
// With J_i the derivatives of the K scores of row i, the Hessian of its loss is
// J' (diag(q) - q q') J: a sum of weighted squares, less that of z = J' q.

#include <cstddef>
#include <memory>
#include <vector>

#include "Eigen/Cholesky"
#include "calibration/labelled/softmax_regression.h"

namespace calibrd {
namespace {

using Array = Eigen::ArrayXXd;
using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Blocks of K+1 parameters for each of more labels take too long.
constexpr Eigen::Index kMostBlocks = 128;

// What rounding may leave of a second derivative, relative to the largest.
constexpr double kRounding = 1e-14;

// phi of the parameters of one label: those of its row of W, and 1 for its bias.
Matrix BlockFeatures(const RowBatch& batch, WeightForm weights, Eigen::Index label,
                     Eigen::Index size) {
  Matrix x(batch.phi.rows(), size);
  if (weights == WeightForm::kDense) x.leftCols(size - 1) = batch.phi;
  if (weights == WeightForm::kDiagonal) x.col(0) = batch.phi.col(label);
  x.col(size - 1).setOnes();
  return x;
}

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

Eigen::Index SoftmaxRegression::BlockSize() const {
  if (form_.weights == WeightForm::kDense) return label_count_ + 1;
  return form_.weights == WeightForm::kDiagonal ? 2 : 1;
}

Eigen::Index SoftmaxRegression::IndexInBlock(Eigen::Index label, Eigen::Index i) const {
  if (i + 1 == BlockSize()) return weight_count_ + label;
  return form_.weights == WeightForm::kDense ? label * label_count_ + i : label;
}

Preconditioner SoftmaxRegression::MakePreconditioner(const Vector& at) const {
  const Eigen::Index k = label_count_, size = BlockSize();
  const bool blocks_fit = form_.weights != WeightForm::kDense || k <= kMostBlocks;
  if (!form_.bias || form_.weights == WeightForm::kScalar || !blocks_fit) {
    return MakeDiagonalPreconditioner(at);
  }
  std::vector<Matrix> blocks(static_cast<size_t>(k), Matrix::Zero(size, size));
  Array q;
  for (const RowBatch& batch : batches_) {
    Scores(batch, at, q);
    Softmax(batch, q);
    for (Eigen::Index label = 0; label < k; ++label) {
      const Matrix x = BlockFeatures(batch, form_.weights, label, size);
      const Eigen::ArrayXd spread = q.col(label) * (1 - q.col(label)) * batch.weights;
      const Matrix weighted = x.array().colwise() * spread;
      blocks[static_cast<size_t>(label)].noalias() += x.transpose() * weighted;
    }
  }
  // A shared pointer, as what a std::function holds has to be copied.
  auto factors = std::make_shared<std::vector<Eigen::LLT<Matrix>>>();
  for (Eigen::Index label = 0; label < k; ++label) {
    Matrix& block = blocks[static_cast<size_t>(label)];
    const double rounding = kRounding * block.diagonal().maxCoeff();
    for (Eigen::Index i = 0; i < size; ++i) {
      block(i, i) += 2 * strengths_[IndexInBlock(label, i)] + rounding;
    }
    factors->emplace_back(block);
    if (factors->back().info() != Eigen::Success) return MakeDiagonalPreconditioner(at);
  }
  return [this, factors, size](Vector& gradient) {
    Vector part(size);
    for (Eigen::Index label = 0; label < label_count_; ++label) {
      for (Eigen::Index i = 0; i < size; ++i) part[i] = gradient[IndexInBlock(label, i)];
      (*factors)[static_cast<size_t>(label)].solveInPlace(part);
      for (Eigen::Index i = 0; i < size; ++i) gradient[IndexInBlock(label, i)] = part[i];
    }
  };
}

Preconditioner SoftmaxRegression::MakeDiagonalPreconditioner(const Vector& at) const {
  const Eigen::Index k = label_count_;
  Vector diagonal = 2 * strengths_;
  Array q;
  for (const RowBatch& batch : batches_) {
    Scores(batch, at, q);
    Softmax(batch, q);
    const Array spread = (q * (1 - q)).colwise() * batch.weights;
    const Array squares = batch.phi.square();
    if (form_.weights == WeightForm::kDense) {
      Eigen::Map<RowMajor>(diagonal.data(), k, k).noalias() +=
          spread.matrix().transpose() * squares.matrix();
    } else if (form_.weights == WeightForm::kDiagonal) {
      diagonal.head(k) += (spread * squares).colwise().sum().matrix().transpose();
    } else if (form_.weights == WeightForm::kScalar) {
      diagonal[0] += (spread * squares).sum();
    }
    if (form_.bias) diagonal.tail(k) += spread.colwise().sum().matrix().transpose();
  }
  return [diagonal](Vector& gradient) { gradient.array() /= diagonal.array(); };
}

}  // namespace calibrd
