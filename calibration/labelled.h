// Fits a transform to rows whose right labels are known: the labelled family.
//
//   LabelledRows rows{.rows = {.values = values, .label_count = 3}, .labels = labels};
//   absl::StatusOr<LabelledFit> fit =
//       FitLabelled(rows, {}, {.method = LabelledMethod::kVector});
//   // fit->transform, fit->nll, fit->converged, fit->warnings
//
//   method               transform                             source
//   TEMPERATURE          phi = ln, W = 1/T >= 0.01             Guo et al. 2017
//   BIAS                 phi = ln, W = I, b
//   TEMPERATURE_BIAS     phi = ln, W = a number, b             Alexandari et al. 2020
//   PLATT          K = 2 phi = ln, W = a number, b             platt.h
//   VECTOR               phi = ln, W diagonal, b               Guo et al. 2017
//   BETA           K = 2 phi = ln, W diagonal >= 0, b          Kull et al. 2017
//   MATRIX               phi = ln, W dense, b                  Guo et al. 2017
//   DIRICHLET            phi = ln, W dense, b                  Kull et al. 2019, ODIR
//   LINEAR_PROBE         phi = p, W dense, b, from diag(c)^-1  Abbas et al. 2024
//   ISOTONIC             a linear map for each label           Zadrozny, Elkan 2002
//   HISTOGRAM            a step map for each label             Zadrozny, Elkan 2001
//
// All but PLATT, ISOTONIC and HISTOGRAM minimise
//
//   F = (1/sum w) sum_i w_i · -ln q_i[y_i] + lambda sum (W - W0)^2 + mu sum b^2
//
// over the numbers of W and b that the method has, with W0 the identity (LINEAR_PROBE:
// diag(c)^-1). The first sum with lambda is over all numbers of W (one, where W is a
// number); with DIRICHLET over those off the diagonal, which is the ODIR penalty, so that
// F equals that of the package dirichletcal with reg_lambda = lambda, reg_mu = mu and
// ref_row = False. F is convex. No strength is less than kLeastStrength, not even that of
// a number that has none, so the minimum is unique and finite for any rows: no parameter
// comes further than sqrt(F(start)/kLeastStrength) from where it starts.
//
// ISOTONIC and HISTOGRAM look at each label on its own, "is it this one or not", and for
// K = 2 at label 1 only: label 0 has the mirrored map. HISTOGRAM gives a bin the share of
// its rows that have the label, and a bin without rows its middle.
//
// What the rows cannot tell:
//   a label without rows    affine: its bias is held by mu alone. Maps: it keeps p_k.
//   one label only          affine: the same. Maps: all labels keep p.
//   separable rows          parameters are held by lambda and mu alone, see above.
//   fewer rows than         a warning; an error where lambda or mu is set to 0 (below
//   parameters              kLeastStrength), as any number of answers would be as good.
//   p_k = 0                 counts as kSmallestProbability where phi = ln.
// Each is a warning in the fit. Nothing fitted is NaN or infinite, and every transform
// passes CheckTransform.
//
// Units: nats a row. Shapes: rows n×K. Memory: 8 bytes a number of the rows.
// Thread-safety: pure functions. Cost: O(n K) an iteration, dense W O(n K²), maps O(K n
// ln n); 3 to 10 iterations by Newton's method, tens by L-BFGS (more than 160
// parameters), and up to thousands where a dense W has more than 128 labels.

#ifndef CALIBRD_CALIBRATION_LABELLED_H_
#define CALIBRD_CALIBRATION_LABELLED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "calibration/bins.h"
#include "calibration/labelled_rows.h"
#include "calibration/metrics.h"
#include "calibration/transform.h"

namespace calibrd {

enum class LabelledMethod {
  kTemperature,
  kBias,
  kTemperatureBias,
  kPlatt,
  kVector,
  kBeta,
  kMatrix,
  kDirichlet,
  kLinearProbe,
  kIsotonic,
  kHistogram,
};

// Every method, in the order above.
inline constexpr LabelledMethod kLabelledMethods[] = {
    LabelledMethod::kTemperature,     LabelledMethod::kBias,
    LabelledMethod::kTemperatureBias, LabelledMethod::kPlatt,
    LabelledMethod::kVector,          LabelledMethod::kBeta,
    LabelledMethod::kMatrix,          LabelledMethod::kDirichlet,
    LabelledMethod::kLinearProbe,     LabelledMethod::kIsotonic,
    LabelledMethod::kHistogram};

// "TEMPERATURE_BIAS".
absl::string_view LabelledMethodName(LabelledMethod method);

// See above. About the identity, 1e-10 keeps what is fitted within 1e5·sqrt(ln K), and
// changes the NLL of an optimum of ordinary size in the tenth digit.
inline constexpr double kLeastStrength = 1e-10;

// A temperature changes no decision: at 0 all labels would be equal, and below it the
// last would be the first. 0.01 makes answers nearly even, and numbers of 24 bits still
// tell which label leads.
inline constexpr double kLeastInverseTemperature = 0.01;

struct LabelledOptions {
  LabelledMethod method = LabelledMethod::kTemperature;

  // lambda and mu, from 0 to 1e6. Unset: 1 / (2 n s²) for n rows of weight above 0, which
  // makes F the posterior of normal priors with the standard deviation s, see
  // kBiasDeviation.
  std::optional<double> weight_l2;
  std::optional<double> bias_l2;

  // LINEAR_PROBE: c, K numbers > 0, which are divided by their sum; shares below 1e-6 are
  // raised to it. Empty: uniform.
  std::vector<double> prior;

  // HISTOGRAM: how many bins, 1 … kMaxMapPoints, and how they are cut.
  int bin_count = 15;
  Binning binning = Binning::kEqualMass;

  // Where to stop: no partial derivative of F is larger than `gradient` (> 0), or after
  // so many iterations (1 … 100,000), which is a warning.
  double gradient = 1e-8;
  int most_iterations = 1000;
};

// The standard deviation of the numbers of b, and of those of W about W0, where no
// strength is given. Of powers of two, those with which 20, 64 and 110 rows of 54
// recorded settings of small language models (K = 2 to 6) predicted the other rows best,
// or within 0.01 nats of it (DIRICHLET of 20 rows: 0.06, as nothing holds its diagonal).
inline constexpr double kBiasDeviation = 4;
inline constexpr double kWeightDeviation = 2;  // W of up to K numbers
inline constexpr double kDenseDeviation = 1;
inline constexpr double kLinearProbeDeviation = 8;  // phi is at most 1, W0 about K

enum class LabelledWarning {
  kLabelWithoutRows,  // LabelledFit::labels_without_rows
  kOneLabel,          // all rows have the same
  kSeparable,         // every row is answered right: only lambda and mu hold W
  kFewRows,           // fewer than CountParameters, or than bins
  kUninformative,     // TEMPERATURE: 1/T at its bound, a higher p is not more often right
  kPointsLeftOut,     // an isotonic map of more points than are allowed was thinned out
  kNotConverged,      // the best parameters found are not at the minimum
};

// "LABEL_WITHOUT_ROWS".
absl::string_view LabelledWarningName(LabelledWarning warning);

struct LabelledFit {
  Transform transform;
  // F at the transform, in nats a row. PLATT: the mean cross entropy to the smoothed
  // targets. ISOTONIC and HISTOGRAM: the mean squared error, summed over the maps that
  // were fitted.
  double objective = 0;
  // The weighted mean of -ln q[y] on these rows; for maps with q of at least
  // kSmallestLikelihood.
  double nll = 0;
  double weight_l2 = 0;  // lambda and mu that were used
  double bias_l2 = 0;
  int iterations = 0;      // 0 where there are none
  bool converged = false;  // true where there are no iterations
  double gradient = 0;     // the size of the largest partial derivative at the end
  std::vector<LabelledWarning> warnings;  // each once, in their order
  std::vector<int> labels_without_rows;
};

// How many numbers a method estimates, less those that softmax cannot tell apart
// (BIAS: K-1). 0 for ISOTONIC and HISTOGRAM, for which it depends on the rows.
int64_t CountParameters(LabelledMethod method, int label_count);

// OK if the method can fit K labels (from 2; PLATT and BETA: 2; dense W: at most
// kMaxDenseLabels) and every option is in its range. Otherwise INVALID_ARGUMENT
// (INVALID_OPTIONS) with a field of LabelledOptions, such as `method` or `prior[2]`.
absl::Status CheckLabelledOptions(const LabelledOptions& options, int label_count);

// Fits. `label_names` (K, or none) only serve error texts.
// Errors: those of CheckLabelledOptions and CheckLabelledRows; INVALID_OPTIONS with the
// field `weight_l2` or `bias_l2` for fewer rows than parameters, as said above.
absl::StatusOr<LabelledFit> FitLabelled(const LabelledRows& rows,
                                        absl::Span<const std::string> label_names,
                                        const LabelledOptions& options);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_H_
