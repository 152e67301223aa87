// PLATT: platt.h on f = ln p_1 - ln p_0, written as a transform.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "calibration/labelled/batches.h"
#include "calibration/labelled/methods.h"
#include "calibration/platt.h"

namespace calibrd {
namespace {

// The rows as FitPlatt takes them; weights are scaled to a mean of 1, as their unit must
// not matter but N+ and N- count rows.
struct TwoClassRows {
  explicit TwoClassRows(const LabelledRows& rows, int64_t count)
      : positive(std::make_unique<bool[]>(static_cast<size_t>(count))) {
    for (const RowBatch& batch : MakeBatches(rows, Transform::Input::kLogProbability)) {
      for (Eigen::Index i = 0; i < batch.phi.rows(); ++i) {
        positive[scores.size()] = batch.labels[static_cast<size_t>(i)] == 1;
        scores.push_back(batch.phi(i, 1) - batch.phi(i, 0));
        weights.push_back(batch.weights[i] * static_cast<double>(count));
      }
    }
  }

  std::vector<double> scores;
  std::vector<double> weights;
  std::unique_ptr<bool[]> positive;  // a span of a vector<bool> there is not
};

}  // namespace

LabelledFit FitPlattScaling(const LabelledRows& rows, const LabelledOptions& options,
                            const LabelCounts& counts) {
  const TwoClassRows two(rows, counts.rows);
  const size_t n = two.scores.size();
  const PlattFit platt =
      FitPlatt(two.scores, absl::MakeConstSpan(two.positive.get(), n),
               {.gradient = options.gradient, .most_iterations = options.most_iterations},
               two.weights)
          .value();

  LabelledFit fit;
  // q_1 = 1 / (1 + exp(A f + B)) = softmax of 0 and -A f - B, and f = phi_1 - phi_0.
  fit.transform = {.label_count = 2,
                   .input = Transform::Input::kLogProbability,
                   .weights = {-platt.slope},
                   .bias = {0, -platt.intercept}};
  fit.objective = platt.objective / static_cast<double>(n);
  fit.iterations = platt.iterations;
  fit.converged = platt.converged;
  double slope = 0, intercept = 0, n_positive = 0;
  for (size_t i = 0; i < n; ++i) n_positive += two.positive[i] ? two.weights[i] : 0;
  const double target_of_positive = (n_positive + 1) / (n_positive + 2);
  const double target_of_negative = 1 / (static_cast<double>(n) - n_positive + 2);
  for (size_t i = 0; i < n; ++i) {
    const double share = two.weights[i] / static_cast<double>(n);
    const double x = platt.slope * two.scores[i] + platt.intercept;
    // ln(1 + exp(±x)), without overflow.
    const double cost = two.positive[i] ? x : -x;
    fit.nll += share * (std::max(cost, 0.0) + std::log1p(std::exp(-std::abs(cost))));
    const double residual = (two.positive[i] ? target_of_positive : target_of_negative) -
                            PlattProbability(platt, two.scores[i]);
    slope += share * two.scores[i] * residual;
    intercept += share * residual;
  }
  fit.gradient = std::max(std::abs(slope), std::abs(intercept));
  return fit;
}

}  // namespace calibrd
