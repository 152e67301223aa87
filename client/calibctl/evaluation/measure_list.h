// The measures of an evaluation, in the order they are shown.
//
//   for (const NamedEstimate& one : MeasureList(assessment.measures())) …
//
// Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_EVALUATION_MEASURE_LIST_H_
#define CALIBRD_CLIENT_CALIBCTL_EVALUATION_MEASURE_LIST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "calibration/v1/evaluation.pb.h"

namespace calibrd::calibctl {

struct NamedEstimate {
  absl::string_view name;         // as the tables write it: "macro-f1"
  absl::string_view description;  // a few words for people
  bool higher_is_better = false;
  calibration::v1::Estimate estimate;
};

// Those that the server measured: above K = 100 it leaves out the errors of each label.
std::vector<NamedEstimate> MeasureList(const calibration::v1::Measures& measures);

// METHOD_BIAS as "bias"; what a candidate is called.
std::string MethodWord(calibration::v1::Method method);

// "0.520", "+0.247", and "95" or "99.5" of 0.95 or 0.995.
std::string Figure(double value);
std::string SignedFigure(double value);
std::string PercentOf(double confidence);

// How often each label is the best one: the sums of the columns of a confusion matrix of
// K * K numbers. Empty where the server gives none.
std::vector<int64_t> DecisionCounts(const calibration::v1::Assessment& assessment,
                                    int label_count);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_EVALUATION_MEASURE_LIST_H_
