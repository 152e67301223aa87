// A small evaluation for the tests of this folder: two labels, 100 rows.

#ifndef CALIBRD_TESTS_CLIENT_CALIBCTL_EVALUATION_EXAMPLE_H_
#define CALIBRD_TESTS_CLIENT_CALIBCTL_EVALUATION_EXAMPLE_H_

#include "calibration/v1/evaluation.pb.h"

namespace calibrd::calibctl {

// Of models/gpt2/prompts/sst2: accuracy 0.5 before and 0.75 after; three candidates, one
// of which could not be fitted; the ensemble is recommended. The numbers are sums of
// powers of two, so that how they are rounded is no question.
calibration::v1::Evaluation ExampleEvaluation();

// An estimate in an interval.
calibration::v1::Estimate EstimateOf(double value, double lower, double upper);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_TESTS_CLIENT_CALIBCTL_EVALUATION_EXAMPLE_H_
