// Several labelled fits, averaged by how well each does on rows that it was not fitted
// on.
//
//   absl::StatusOr<EnsembleFit> fit = FitEnsemble(rows, prior, {});
//   // fit->transform: one affine transform, as every member is one
//   // fit->out_of_fold: what the ensemble says to each row by fits without that row
//
// On few labelled rows no single method is best everywhere, and choosing the one that
// looks best is mostly luck. The members are fits on ln p, less its mean over the labels,
// plus a base b0 that takes out what is known of the bias without labels:
//
//   temperature                       s z              z = x
//   temperature, matrix on the prior  s z, (sI + D) z + b   z = x - ln c of the profile
//   temperature, matrix on the batch  the same         z = x - the mean x of these rows
//
// (K > 32: a bias in place of the matrix.) Each is fitted with the normal priors of
// ensemble.cc, W drawn to sI and b to 0, so that any number of rows will do. A member has
// the weight exp(-max(8, n/8) (its cross-validated NLL - the lowest)), normalised, and
// the ensemble is the weighted mean of the members' W and b: a mean in log space, hence
// one transform. Measured on recorded rows, against each of its members and all other
// methods: docs/methods.md.
//
// Units: nats a row. Thread-safety: pure functions. Cost: six fits of each member.

#ifndef CALIBRD_CALIBRATION_ENSEMBLE_H_
#define CALIBRD_CALIBRATION_ENSEMBLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "calibration/labelled_rows.h"
#include "calibration/transform.h"

namespace calibrd {

struct EnsembleOptions {
  int fold_count = 5;  // 2 to the number of rows
  uint64_t seed = 0;   // of the folds
};

struct EnsembleFit {
  Transform transform;
  struct Member {
    std::string name;   // "matrix on the prior"
    double weight = 0;  // these sum to 1
    double nll = 0;     // cross-validated
  };
  std::vector<Member> members;
  double nll = 0;                  // of the transform on the rows themselves
  std::vector<float> out_of_fold;  // n×K probabilities
  double out_of_fold_nll = 0;
  // The same of a temperature alone, which changes no decision.
  std::vector<float> temperature;
};

// `prior` is c of the profile, K numbers > 0, or empty. Errors: those of
// CheckLabelledRows; INVALID_ROWS for a single row, K = 1 or more than kMaxLabels.
absl::StatusOr<EnsembleFit> FitEnsemble(const LabelledRows& rows,
                                        absl::Span<const std::string> label_names,
                                        absl::Span<const double> prior,
                                        const EnsembleOptions& options);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_ENSEMBLE_H_
