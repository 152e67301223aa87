// The fitted parameters of every affine calibration method: q = softmax(W phi(p) + b).
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
// Thread-safety: a value. Units: weights turn phi (probability or nats) into nats; bias
// is in nats.

#ifndef CALIBRD_CALIBRATION_TRANSFORM_H_
#define CALIBRD_CALIBRATION_TRANSFORM_H_

#include <vector>

#include "absl/status/status.h"

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
};

// OK if K is 1 … kMaxLabels, the sizes fit K and every number is finite and at most
// kLargestParameter in size. Otherwise INVALID_ARGUMENT (INVALID_TRANSFORM) with the
// field `label_count`, `weights`, `weights[i]`, `bias` or `bias[i]`.
absl::Status CheckTransform(const Transform& transform);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_TRANSFORM_H_
