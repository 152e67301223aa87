#include "server/service/fit.h"

#include <cmath>
#include <string>
#include <vector>

#include "calibration/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

using ::calibration::v1::FitOptions;
using ::calibration::v1::FitProfileRequest;
using ::calibration::v1::ImportProfileRequest;
using ::calibration::v1::Profile;
using ::calibration::v1::Transform;
using ::calibration::v1::Warning;
using ::testing::HasSubstr;

FitProfileRequest RequestWith(std::vector<float> values) {
  FitProfileRequest request;
  request.set_name("models/m/prompts/p");
  request.add_labels()->set_name("Negative");
  request.add_labels()->set_name("Positive");
  request.mutable_content_free()->mutable_probabilities()->mutable_values()->Assign(
      values.begin(), values.end());
  return request;
}

TEST(Fit, GivesTheFormulaOfThePaper) {
  FitProfileRequest request = RequestWith({0.9f, 0.1f});
  request.mutable_options()->set_output(FitOptions::OUTPUT_SOFTMAX);
  const auto profile = Fit(request, nullptr, Limits());
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->transform().input(), Transform::INPUT_PROBABILITY);
  ASSERT_EQ(profile->transform().weights_size(), 2);
  EXPECT_NEAR(profile->transform().weights(0), 1.1111111, 1e-6);
  EXPECT_NEAR(profile->transform().weights(1), 10, 1e-6);
  EXPECT_TRUE(profile->transform().bias().empty());
}

TEST(Fit, ReportsTheBias) {
  FitProfileRequest request = RequestWith({0.9f, 0.1f, 0.35f, 0.15f});
  request.mutable_content_free()->add_inputs("N/A");
  request.mutable_content_free()->add_inputs("");
  const auto profile = Fit(request, nullptr, Limits());
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->bias().favored_label(), 0);
  EXPECT_EQ(profile->bias().favored_label_name(), "Negative");
  ASSERT_EQ(profile->bias().rows_size(), 2);
  EXPECT_EQ(profile->bias().rows(0).input(), "N/A");
  EXPECT_NEAR(profile->bias().rows(0).total_variation(), 0.4, 1e-6);
  EXPECT_NEAR(profile->bias().rows(1).total_variation(), 0.2, 1e-6);
  EXPECT_NEAR(profile->bias().rows(1).label_mass(), 0.5, 1e-6);
  EXPECT_EQ(profile->row_count(), 2);
  EXPECT_EQ(profile->source(), Profile::SOURCE_CONTENT_FREE);
  EXPECT_EQ(profile->options().output(), FitOptions::OUTPUT_NORMALIZED);
  EXPECT_EQ(profile->warnings_size(), 0);
}

TEST(Fit, WarnsOfAProbabilityThatWasRaised) {
  FitProfileRequest request = RequestWith({0.5f, 0.5f, 1.0f, 0.0f});
  request.mutable_content_free()->add_inputs("N/A");
  request.mutable_content_free()->add_inputs("nothing");
  const auto profile = Fit(request, nullptr, Limits());
  ASSERT_TRUE(profile.ok()) << profile.status();
  ASSERT_EQ(profile->warnings_size(), 1);
  EXPECT_EQ(profile->warnings(0).code(), Warning::CODE_PROBABILITY_RAISED);
  EXPECT_EQ(profile->warnings(0).row(), 1);
  EXPECT_EQ(profile->warnings(0).label(), 1);
  EXPECT_THAT(profile->warnings(0).message(),
              HasSubstr("row 1 (\"nothing\"), label 1 (\"Positive\")"));
}

TEST(Fit, WarnsOfASingleRowAndOfNoBias) {
  const auto profile = Fit(RequestWith({0.5f, 0.5f}), nullptr, Limits());
  ASSERT_TRUE(profile.ok()) << profile.status();
  ASSERT_EQ(profile->warnings_size(), 2);
  EXPECT_EQ(profile->warnings(0).code(), Warning::CODE_NO_BIAS);
  EXPECT_EQ(profile->warnings(1).code(), Warning::CODE_SINGLE_ROW);
  EXPECT_EQ(profile->bias().favored_label(), -1);
}

TEST(Fit, CountsTheWarningsThatItDoesNotList) {
  std::vector<float> values(2000, 0.0f);
  for (size_t i = 0; i < values.size(); i += 2) values[i] = 1;
  const auto profile = Fit(RequestWith(values), nullptr, Limits());
  ASSERT_TRUE(profile.ok()) << profile.status();
  ASSERT_EQ(profile->warnings_size(), 33);
  EXPECT_EQ(profile->warnings(32).code(), Warning::CODE_MORE_RAISED);
  EXPECT_THAT(profile->warnings(32).message(), HasSubstr("968 more"));
  EXPECT_EQ(profile->bias().rows_size(), 256);
}

TEST(Fit, NamesTheFieldOfABadRow) {
  FitProfileRequest request = RequestWith({});
  request.mutable_domain()->mutable_log_probabilities()->add_values(-1);
  request.mutable_domain()->mutable_log_probabilities()->add_values(NAN);
  const auto profile = Fit(request, nullptr, Limits());
  EXPECT_EQ(FieldViolationOf(profile.status()).field,
            "domain.log_probabilities.values[1]");
  EXPECT_THAT(std::string(profile.status().message()),
              HasSubstr("row 0, label 1 (\"Positive\")"));
}

TEST(Fit, NeedsRows) {
  FitProfileRequest request = RequestWith({});
  request.clear_source();
  EXPECT_EQ(ReasonOf(Fit(request, nullptr, Limits()).status()), reason::kInvalidRows);
}

TEST(Fit, NamesTheOptionThatIsWrong) {
  FitProfileRequest request = RequestWith({0.9f, 0.1f});
  request.mutable_options()->add_target_prior(1);
  EXPECT_EQ(FieldViolationOf(Fit(request, nullptr, Limits()).status()).field,
            "options.target_prior");
}

TEST(Import, KeepsTheParametersAsTheyAre) {
  ImportProfileRequest request;
  request.set_name("models/m/prompts/p");
  request.set_label_count(2);
  request.mutable_transform()->set_input(Transform::INPUT_LOG_PROBABILITY);
  request.mutable_transform()->add_weights(0.1);
  request.mutable_transform()->add_bias(1e-17);
  request.mutable_transform()->add_bias(-1 / 3.0);
  const auto profile = Import(request, Limits());
  ASSERT_TRUE(profile.ok()) << profile.status();
  EXPECT_EQ(profile->transform().SerializeAsString(),
            request.transform().SerializeAsString());
  EXPECT_EQ(profile->source(), Profile::SOURCE_IMPORTED);
  EXPECT_FALSE(profile->has_options());
}

TEST(Import, NamesTheParameterThatIsWrong) {
  ImportProfileRequest request;
  request.set_name("models/m/prompts/p");
  request.set_label_count(2);
  EXPECT_EQ(FieldViolationOf(Import(request, Limits()).status()).field, "transform");
  request.mutable_transform()->set_input(Transform::INPUT_PROBABILITY);
  request.mutable_transform()->add_weights(INFINITY);
  EXPECT_EQ(FieldViolationOf(Import(request, Limits()).status()).field,
            "transform.weights[0]");
}

}  // namespace
}  // namespace calibrd::service
