// What every affine method minimises: the mean negative log-likelihood of
// q = softmax(W phi + b), with a pull of each parameter towards a start.
//
//   SoftmaxRegression objective(batches, {WeightForm::kDiagonal, true}, start,
//   strengths); Minimum minimum = objective.Minimise({});
//
//   F(theta) = sum_i w_i · -ln q_i[y_i]  +  sum_j s_j (theta_j - start_j)^2
//
// w_i are the shares of the rows (they sum to 1), y_i their labels, s_j the strengths.
// theta is W (none, 1, K or K·K numbers, row-major) and then b (none or K), the shapes of
// Transform. F is convex; as every s_j is above zero its minimum is unique and finite.
//
// Units: nats a row. Thread-safety: immutable. The batches must outlive it. Cost of a
// value: O(n K), dense O(n K²).

#ifndef CALIBRD_CALIBRATION_LABELLED_SOFTMAX_REGRESSION_H_
#define CALIBRD_CALIBRATION_LABELLED_SOFTMAX_REGRESSION_H_

#include <cstdint>
#include <vector>

#include "Eigen/Core"
#include "absl/types/span.h"
#include "calibration/labelled/batches.h"
#include "calibration/labelled/convex.h"
#include "calibration/labelled/lbfgs.h"

namespace calibrd {

enum class WeightForm : uint8_t { kIdentity, kScalar, kDiagonal, kDense };

class SoftmaxRegression final : public ConvexFunction {
 public:
  struct Form {
    WeightForm weights;
    bool bias;
  };

  // `start` and `strengths` have parameter_count() numbers, the strengths above 0.
  SoftmaxRegression(absl::Span<const RowBatch> batches, Form form, Eigen::VectorXd start,
                    Eigen::VectorXd strengths);

  // How many numbers W and b of this form have.
  static Eigen::Index WeightCount(Form form, int label_count);
  static Eigen::Index ParameterCount(Form form, int label_count);

  double Value(const Eigen::VectorXd& at, Eigen::VectorXd* gradient) const override;
  void Hessian(const Eigen::VectorXd& at, Eigen::MatrixXd& hessian) const override;

  // The second sum of F.
  double Penalty(const Eigen::VectorXd& at) const;

  // True if every row's label has a higher score than all others.
  bool Separates(const Eigen::VectorXd& at) const;

  // Inverts the parts of the Hessian at `at` that belong to one label each or, where they
  // would be too large, its diagonal.
  Preconditioner MakePreconditioner(const Eigen::VectorXd& at) const;

  // From the start, by Newton's method or, for many parameters, by L-BFGS.
  Minimum Minimise(const StopRule& stop) const;

 private:
  // The scores W phi + b of a batch, rows × K.
  void Scores(const RowBatch& batch, const Eigen::VectorXd& at,
              Eigen::ArrayXXd& scores) const;
  // Adds the gradient that residuals (q - y) w, rows × K, stand for.
  void AddGradient(const RowBatch& batch, const Eigen::ArrayXXd& residuals,
                   Eigen::VectorXd& gradient) const;
  void AddHessian(const RowBatch& batch, const Eigen::ArrayXXd& q,
                  Eigen::MatrixXd& hessian) const;
  Preconditioner MakeDiagonalPreconditioner(const Eigen::VectorXd& at) const;
  // The parameters of the score of one label: how many, and where they are in theta.
  Eigen::Index BlockSize() const;
  Eigen::Index IndexInBlock(Eigen::Index label, Eigen::Index i) const;

  const absl::Span<const RowBatch> batches_;
  const Form form_;
  const Eigen::Index label_count_;
  const Eigen::Index weight_count_;
  const Eigen::VectorXd start_;
  const Eigen::VectorXd strengths_;
};

// Overwrites scores, rows × K, with their softmax and returns the weighted sum of the
// negative log-likelihoods.
double Softmax(const RowBatch& batch, Eigen::ArrayXXd& scores);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_SOFTMAX_REGRESSION_H_
