// Short forms that the tests of calibration/ share.

#ifndef CALIBRD_TESTS_CALIBRATION_SHORT_FORMS_H_
#define CALIBRD_TESTS_CALIBRATION_SHORT_FORMS_H_

#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "calibration/error.h"
#include "calibration/kernel.h"
#include "calibration/prior.h"
#include "calibration/rows.h"
#include "calibration/transform.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd {

// The three forms of the prior family.
inline PriorOptions Normalized() {
  return {};
}
inline PriorOptions Softmax() {
  return {.output = PriorOptions::Output::kSoftmax};
}
inline PriorOptions Identity() {
  return {.weights = PriorOptions::Weights::kIdentity,
          .output = PriorOptions::Output::kSoftmax};
}
inline std::vector<PriorOptions> ThreeForms() {
  return {Normalized(), Softmax(), Identity()};
}

// The fit of `values`; the test ends with an exception where it fails.
inline PriorFit Fit(const std::vector<float>& values, int label_count,
                    const PriorOptions& options, Scale scale = Scale::kProbability) {
  const Rows rows{.values = values, .label_count = label_count, .scale = scale};
  return FitPrior(rows, {}, options).value();
}

// One row, corrected.
inline std::vector<float> Apply(const Transform& transform, const std::vector<float>& row,
                                Scale scale = Scale::kProbability) {
  std::vector<float> q(row.size(), -1.0f);
  Kernel::Compile(transform).Apply(row, scale, absl::MakeSpan(q));
  return q;
}

// Matches numbers one by one.
template <typename Number>
auto AreNear(std::vector<Number> expected, double tolerance) {
  std::vector<testing::Matcher<Number>> matchers;
  for (const Number number : expected) {
    if constexpr (std::is_same_v<Number, float>) {
      matchers.push_back(testing::FloatNear(number, static_cast<float>(tolerance)));
    } else {
      matchers.push_back(testing::DoubleNear(number, tolerance));
    }
  }
  return testing::ElementsAreArray(matchers);
}

// An INVALID_ARGUMENT with this reason, field and text.
inline void ExpectInvalid(const absl::Status& status, absl::string_view reason,
                          const std::string& field, const std::string& words) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  EXPECT_EQ(ReasonOf(status), reason) << status;
  EXPECT_EQ(FieldViolationOf(status).field, field) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr(words));
}

}  // namespace calibrd

#endif  // CALIBRD_TESTS_CALIBRATION_SHORT_FORMS_H_
