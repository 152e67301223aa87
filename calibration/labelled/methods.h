// The fitters behind FitLabelled (labelled.h), one source each.
//
//   LabelledFit fit = FitAffine(rows, options, CountLabels(rows));
//
// Rows and options have been checked; what can go wrong is in the warnings. Each sets
// all of LabelledFit but the warnings that depend on the labels alone.
//
// Thread-safety: pure functions.

#ifndef CALIBRD_CALIBRATION_LABELLED_METHODS_H_
#define CALIBRD_CALIBRATION_LABELLED_METHODS_H_

#include <cstdint>

#include "calibration/labelled.h"
#include "calibration/labelled_rows.h"

namespace calibrd {

// What the fitters set together: lambda and mu, given or by default.
struct Strengths {
  double weight;
  double bias;
};
Strengths StrengthsOf(const LabelledOptions& options, int64_t rows);

// True if the method minimises F.
bool IsAffine(LabelledMethod method);

LabelledFit FitAffine(const LabelledRows& rows, const LabelledOptions& options,
                      const LabelCounts& counts);
LabelledFit FitPlattScaling(const LabelledRows& rows, const LabelledOptions& options,
                            const LabelCounts& counts);
LabelledFit FitLabelMaps(const LabelledRows& rows, const LabelledOptions& options,
                         const LabelCounts& counts);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_METHODS_H_
