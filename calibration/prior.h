// Fits a transform from rows that need no labels: the prior family.
//
//   const float values[] = {0.9f, 0.1f};
//   Rows content_free{.values = values, .label_count = 2};
//   PriorOptions options{.output = PriorOptions::Output::kSoftmax};
//   absl::StatusOr<PriorFit> fit =
//       FitPrior(content_free, {"Negative", "Positive"}, options);
//   // fit->transform.weights == {1.11, 10}; applied to {0.9, 0.1} it gives {0.5, 0.5}
//
// The rows c_1 … c_n come from inputs for which an unbiased model would answer with the
// target prior pi: inputs without content, random in-domain words, or many real inputs.
// They are pooled into one prior c, which the transform takes out:
//
//   weights   output      transform
//   DIAGONAL  SOFTMAX     phi = id, W = diag(c)^-1, b = ln(K pi)   [1] equation 1
//   DIAGONAL  NORMALIZED  phi = ln, W = I, b = ln pi - ln c        q = p pi / c
//   IDENTITY  SOFTMAX     phi = id, W = I, b = ln(K pi) - c        [1] section 5
//
//   [1] Zhao et al. 2021, Calibrate Before Use. For one row c and a uniform target prior
//       the first two make the same decisions.
//
// With a uniform target prior ln(K pi) is zero, which gives the published formulas.
// A row equal to c is mapped to pi in all three. (With IDENTITY c has to sum to 1, which
// the smallest probabilities of several rows do not unless they are normalised after
// pooling.)
//
// Pooling is one mean of the rows: averaging the parameters 1/c_i, -ln c_i or -c_i is the
// harmonic, geometric or arithmetic mean of c_i.
//
// Shapes: rows n×K; prior and target prior K. Units: probabilities; total variation is in
// 0 … 1. Thread-safety: pure functions. Cost: O(n K).

#ifndef CALIBRD_CALIBRATION_PRIOR_H_
#define CALIBRD_CALIBRATION_PRIOR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "calibration/rows.h"
#include "calibration/transform.h"

namespace calibrd {

struct PriorOptions {
  enum class Weights { kDiagonal, kIdentity };
  enum class Output { kNormalized, kSoftmax };
  enum class Pooling {
    kParameters,     // the mean of the parameters that each row would give
    kProbabilities,  // the mean of the rows, then inverted, as the code of [1] does
    kMinimum,        // the smallest probability of each label, as [1] for generation; no
                     // bias where that is zero for every label
  };
  enum class Normalization {
    kBeforePooling,  // each row has the same say
    kAfterPooling,   // a row with more label mass has more say
  };

  Weights weights = Weights::kDiagonal;
  Output output = Output::kNormalized;
  Pooling pooling = Pooling::kParameters;
  Normalization normalization = Normalization::kBeforePooling;
  // Empty: uniform. Otherwise K numbers > 0, which are divided by their sum.
  std::vector<double> target_prior;
  // With kDiagonal, a probability below this share of its row's sum is raised to it, as
  // its inverse or logarithm would drown the others. From kLowestFloor to 1/K.
  double min_probability = 1e-6;
};

// The smallest min_probability, which keeps every inverse finite.
inline constexpr double kLowestFloor = 1e-30;

// What one row says about the model's preference.
struct RowBias {
  int favored_label = -1;      // the largest ratio of row to target prior; -1: no bias
  double total_variation = 0;  // between row and target prior, 0 … 1
  double label_mass = 0;       // the row's sum before normalisation, at most 1e300
};

// A probability that was raised to min_probability.
struct RaisedProbability {
  int64_t row = 0;
  int label = 0;
  double probability = 0;  // what it was, as a share of its row's sum
};

struct PriorFit {
  Transform transform;
  std::vector<double> prior;  // K, sums to 1
  int favored_label = -1;     // -1: the prior equals the target prior
  double total_variation = 0;
  std::vector<RowBias> rows;              // one for each row
  std::vector<RaisedProbability> raised;  // the first kMostRaisedListed of them
  int64_t raised_count = 0;               // all of them
};

inline constexpr int kMostRaisedListed = 32;

// A prior nearer to the target prior than this total variation is no bias: what rounding
// to float32 can make of an unbiased row.
inline constexpr double kNoBias = 1e-6;

// Fits. `label_names` (K, or none) only serve error texts.
// Errors: INVALID_ARGUMENT, from CheckRows (field `values[i]`) or with the reason
// INVALID_OPTIONS and a field of PriorOptions, such as `target_prior[2]`.
absl::StatusOr<PriorFit> FitPrior(const Rows& rows,
                                  absl::Span<const std::string> label_names,
                                  const PriorOptions& options);

// OK if `options` fit K labels.
absl::Status CheckPriorOptions(const PriorOptions& options, int label_count);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_PRIOR_H_
