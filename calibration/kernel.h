// A transform made ready to be applied: the arithmetic of the hot path.
//
//   const Kernel kernel = Kernel::Compile(transform);  // once, when a profile is loaded
//   std::vector<float> q(2);
//   kernel.Apply({0.6f, 0.4f}, Scale::kProbability, absl::MakeSpan(q));
//
// Where phi = ln and W = I, q = p·exp(b) divided by its sum: a product a label and no
// transcendental function. Maps of labels are looked up by binary search. All else goes
// through softmax in double.
//
// Every output row is finite, >= 0 and sums to 1 within rounding, for every row that
// passes CheckRows and every transform that passes CheckTransform: scores are shifted by
// their largest before exp, and a sum of products that leaves the range of float is
// redone in double. Logits stay logarithms wherever phi = ln, so that no gap between
// them is too wide.
//
// Thread-safety: immutable; Apply may be called from any number of threads. It allocates
// nothing for K <= 64. Memory: 4 bytes a label for p·exp(b), 16 a point
// for maps, 8 to 16 a label otherwise.

#ifndef CALIBRD_CALIBRATION_KERNEL_H_
#define CALIBRD_CALIBRATION_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "calibration/rows.h"
#include "calibration/transform.h"

namespace calibrd {

class Kernel {
 public:
  // `transform` must pass CheckTransform.
  static Kernel Compile(const Transform& transform);

  int label_count() const { return label_count_; }

  // Corrects one row of K numbers, which must pass CheckRows, into `q` (K numbers).
  void Apply(absl::Span<const float> row, Scale scale, absl::Span<float> q) const;

  // Corrects one row by factors that are not kept here: q = p·factors, divided by its
  // sum. Factors are K numbers in exp(-60) … 1, one of them 1.
  static void ApplyFactors(absl::Span<const float> factors, absl::Span<const float> row,
                           Scale scale, absl::Span<float> q);

  // What this kernel holds beside itself, in bytes.
  size_t allocated_bytes() const;

 private:
  using Scratch = absl::InlinedVector<double, 64>;

  enum class Form : uint8_t {
    kMultiply,  // q = p·factors, normalised
    kAffine,    // q = softmax(w·phi(p) + b), W empty, scalar or diagonal
    kDense,     // q = softmax(W phi(p) + b)
    kMaps,      // q = map(p) of each label, normalised
  };

  Kernel() = default;
  void ApplyAffine(absl::Span<const float> row, Scale scale, absl::Span<float> q) const;
  void ApplyMaps(absl::Span<const float> row, Scale scale, absl::Span<float> q) const;
  // phi(p), by label.
  void Phi(absl::Span<const float> row, Scale scale, Scratch& phi) const;

  Form form_ = Form::kMultiply;
  Transform::Input input_ = Transform::Input::kLogProbability;
  int label_count_ = 0;
  std::vector<float> factors_;  // kMultiply: exp(b - max b)
  std::vector<double> weights_;
  std::vector<double> bias_;
  std::vector<LabelMap> maps_;
};

// The index of the largest number; the lowest index on a tie.
int BestLabel(absl::Span<const float> row);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_KERNEL_H_
