// The fitted parameters of every calibration method: q = softmax(W phi(p) + b), or a
// curve for each label.
//
//   Transform content_free{.label_count = 2,
//                          .input = Transform::Input::kProbability,
//                          .weights = {1 / 0.9, 1 / 0.1}};      // diag(c)^-1
//   absl::Status ok = CheckTransform(content_free);
//   Kernel kernel = Kernel::Compile(content_free);              // kernel.h applies it
//
// p is a row normalised onto the label set, q the corrected row. Fitting produces a
// Transform; serving knows nothing else, never the method. Source of the form: contextual
// calibration, Zhao et al. 2021, equation 1, with phi = ln for the methods that work on
// log-probabilities.
//
// The methods that are not affine (isotonic regression, histogram binning) fill in `maps`
// and nothing else: q_k = map_k(p_k), divided by their sum. Where every map gives 0 the
// answer is p: maps that rule out every label contradict the row, and say nothing about
// it.
//
// Thread-safety: a value. Units: weights turn phi (probability or nats) into nats; bias
// is in nats.

#ifndef CALIBRD_CALIBRATION_TRANSFORM_H_
#define CALIBRD_CALIBRATION_TRANSFORM_H_

#include <vector>

#include "absl/status/status.h"
#include "calibration/label_map.h"

namespace calibrd {

// The most labels that a dense W may have: 8 MiB of weights.
inline constexpr int kMaxDenseLabels = 1024;

// Where phi = ln p and W is not the identity, p is raised to this first, so that no
// product of weights and logarithms is undefined: the smallest normal float.
inline constexpr double kSmallestProbability = 1.17549435e-38;

// The largest size of a weight or a bias: sums and products of them stay finite.
inline constexpr double kLargestParameter = 1e100;

struct Transform {
  enum class Input {
    kProbability,     // phi(p) = p
    kLogProbability,  // phi(p) = ln p
  };

  int label_count = 0;  // K
  Input input = Input::kLogProbability;
  // W: empty (identity), 1 (scalar), K (diagonal) or K*K (dense, row k makes q[k]).
  std::vector<double> weights;
  // b: empty (zero) or K.
  std::vector<double> bias;
  // Empty, or K: then input is kProbability, and weights and bias are empty.
  std::vector<LabelMap> maps;
};

// OK if K is 1 … kMaxLabels, the sizes fit K and every number is finite and at most
// kLargestParameter in size, and every map passes CheckLabelMap. Otherwise
// INVALID_ARGUMENT (INVALID_TRANSFORM) with the field `label_count`, `weights`,
// `weights[i]`, `bias`, `bias[i]`, `maps`, `input` or one of `maps[k]`, such as
// `maps[1].x[3]`.
absl::Status CheckTransform(const Transform& transform);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_TRANSFORM_H_
