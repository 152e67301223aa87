#include "calibration/kernel.h"

#include <algorithm>
#include <cmath>

#include "Eigen/Core"

namespace calibrd {
namespace {

using ConstFloats = Eigen::Map<const Eigen::ArrayXf>;
using Doubles = Eigen::Map<Eigen::ArrayXd>;
using ConstDoubles = Eigen::Map<const Eigen::ArrayXd>;

// Floats are added up in blocks of this many, the blocks in double: as fast as float, and
// the error neither grows with K nor comes near 1e-6.
constexpr Eigen::Index kBlock = 32;

// Outside of these the sum of float products may have lost digits.
constexpr double kSmallestSum = 1e-25;
constexpr double kLargestSum = 1e25;

// exp(b - max b) is kept as float factors where none is smaller than this in nats.
constexpr double kWidestFactors = 60;

ConstFloats Array(absl::Span<const float> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}
ConstDoubles Array(absl::Span<const double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}
Doubles Array(absl::Span<double> values) {
  return {values.data(), static_cast<Eigen::Index>(values.size())};
}

double SumOfProducts(ConstFloats a, ConstFloats b) {
  double sum = 0;
  for (Eigen::Index i = 0; i < a.size(); i += kBlock) {
    const Eigen::Index n = std::min(kBlock, a.size() - i);
    sum += static_cast<double>((a.segment(i, n) * b.segment(i, n)).sum());
  }
  return sum;
}

// q = softmax(scores). At least one score is finite, none is NaN or +infinity; -infinity
// becomes 0. Overwrites the scores.
void Softmax(Doubles scores, absl::Span<float> q) {
  scores = (scores - scores.maxCoeff()).exp();
  const double scale = 1 / scores.sum();
  Eigen::Map<Eigen::ArrayXf>(q.data(), scores.size()) = (scores * scale).cast<float>();
}

// q = p·factors, normalised. False where the products are too small or too large for
// float.
bool Multiply(absl::Span<const float> factors, absl::Span<const float> probabilities,
              absl::Span<float> q) {
  const ConstFloats p = Array(probabilities);
  const ConstFloats f = Array(factors);
  const double sum = SumOfProducts(p, f);
  if (!(sum > kSmallestSum && sum < kLargestSum)) return false;
  // Factors are at most 1, so the product in brackets is never smaller than the answer
  // and can vanish only where the answer does.
  const auto scale = static_cast<float>(1 / sum);
  Eigen::Map<Eigen::ArrayXf>(q.data(), p.size()) = (p * scale) * f;
  return true;
}

// The same in double, for any row and scale.
void MultiplyInDouble(absl::Span<const float> factors, absl::Span<const float> row,
                      Scale scale, absl::Span<float> q) {
  absl::InlinedVector<double, 64> scratch(row.size());
  Normalize(row, scale, absl::MakeSpan(scratch));
  // No product that matters vanishes: factors are above exp(-60), probabilities above
  // exp(-700) or too small for any factor to bring them back.
  Doubles products = Array(absl::MakeSpan(scratch));
  products *= Array(factors).cast<double>();
  const double scale_to_one = 1 / products.sum();
  Eigen::Map<Eigen::ArrayXf>(q.data(), products.size()) =
      (products * scale_to_one).cast<float>();
}

}  // namespace

Kernel Kernel::Compile(const Transform& transform) {
  Kernel kernel;
  kernel.input_ = transform.input;
  kernel.label_count_ = transform.label_count;
  const auto k = static_cast<size_t>(transform.label_count);
  const bool has_bias = !transform.bias.empty();
  if (!transform.maps.empty()) {
    kernel.form_ = Form::kMaps;
    kernel.maps_ = transform.maps;
    return kernel;
  }
  if (transform.weights.size() == k * k && k > 1) {
    kernel.form_ = Form::kDense;
  } else if (transform.input == Transform::Input::kLogProbability &&
             transform.weights.empty()) {
    const double highest = has_bias ? Array(transform.bias).maxCoeff() : 0;
    const double lowest = has_bias ? Array(transform.bias).minCoeff() : 0;
    if (highest - lowest <= kWidestFactors) {
      kernel.factors_.assign(k, 1.0f);
      for (size_t i = 0; has_bias && i < k; ++i) {
        kernel.factors_[i] = static_cast<float>(std::exp(transform.bias[i] - highest));
      }
      return kernel;
    }
    kernel.form_ = Form::kAffine;
  } else {
    kernel.form_ = Form::kAffine;
  }
  kernel.weights_ = transform.weights;
  kernel.bias_ = transform.bias;
  return kernel;
}

void Kernel::Apply(absl::Span<const float> row, Scale scale, absl::Span<float> q) const {
  if (form_ == Form::kMultiply) return ApplyFactors(factors_, row, scale, q);
  return form_ == Form::kMaps ? ApplyMaps(row, scale, q) : ApplyAffine(row, scale, q);
}

void Kernel::ApplyFactors(absl::Span<const float> factors, absl::Span<const float> row,
                          Scale scale, absl::Span<float> q) {
  if (scale == Scale::kProbability && Multiply(factors, row, q)) return;
  MultiplyInDouble(factors, row, scale, q);
}

// Logits are not turned into probabilities and back: what exp() loses, a bias or a weight
// can bring back.
void Kernel::Phi(absl::Span<const float> row, Scale scale, Scratch& scratch) const {
  Doubles phi = Array(absl::MakeSpan(scratch));
  const bool logarithms = input_ == Transform::Input::kLogProbability;
  if (logarithms && scale == Scale::kLogProbability) {
    phi = Array(row).cast<double>();
    phi -= phi.maxCoeff();
    phi -= std::log(phi.exp().sum());
  } else {
    Normalize(row, scale, absl::MakeSpan(scratch));
    if (logarithms) phi = phi.log();
  }
  const bool zeros_may_stay = !logarithms || weights_.empty();
  if (!zeros_may_stay) phi = phi.max(std::log(kSmallestProbability));
}

void Kernel::ApplyAffine(absl::Span<const float> row, Scale scale,
                         absl::Span<float> q) const {
  Scratch phi(row.size());
  Phi(row, scale, phi);
  Scratch products(form_ == Form::kDense ? row.size() : 0);
  Doubles scores = Array(absl::MakeSpan(form_ == Form::kDense ? products : phi));
  if (form_ == Form::kDense) {
    using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const Matrix> w(weights_.data(), label_count_, label_count_);
    scores.matrix().noalias() = w * Array(absl::MakeSpan(phi)).matrix();
  } else if (weights_.size() == 1) {
    scores *= weights_[0];
  } else if (!weights_.empty()) {
    scores *= Array(absl::MakeConstSpan(weights_));
  }
  if (!bias_.empty()) scores += Array(absl::MakeConstSpan(bias_));
  Softmax(scores, q);
}

void Kernel::ApplyMaps(absl::Span<const float> row, Scale scale,
                       absl::Span<float> q) const {
  Scratch p(row.size());
  Normalize(row, scale, absl::MakeSpan(p));
  Scratch mapped(row.size());
  double sum = 0;
  for (size_t k = 0; k < mapped.size(); ++k) {
    mapped[k] = MapProbability(maps_[k], p[k]);
    sum += mapped[k];
  }
  // Divided, not multiplied by 1/sum, which the smallest sums do not have.
  for (size_t k = 0; k < mapped.size(); ++k) {
    q[k] = static_cast<float>(sum > 0 ? mapped[k] / sum : p[k]);
  }
}

size_t Kernel::allocated_bytes() const {
  size_t bytes = factors_.capacity() * sizeof(float) +
                 (weights_.capacity() + bias_.capacity()) * sizeof(double) +
                 maps_.capacity() * sizeof(LabelMap);
  for (const LabelMap& map : maps_) {
    bytes += (map.x.capacity() + map.y.capacity()) * sizeof(double);
  }
  return bytes;
}

int BestLabel(absl::Span<const float> row) {
  return static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
}

}  // namespace calibrd
