#include "server/service/fit_options.h"

#include "calibration/error.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

TEST(PriorOptions, HaveDefaultsThatDependOnTheWeights) {
  proto::FitOptions options;
  EXPECT_EQ(PriorOptionsFromProto(options, 2)->output, PriorOptions::Output::kNormalized);
  options.set_weights(proto::FitOptions::WEIGHTS_IDENTITY);
  EXPECT_EQ(PriorOptionsFromProto(options, 2)->output, PriorOptions::Output::kSoftmax);
}

TEST(PriorOptions, SurviveTheRoundTrip) {
  proto::FitOptions options;
  options.set_weights(proto::FitOptions::WEIGHTS_DIAGONAL);
  options.set_output(proto::FitOptions::OUTPUT_SOFTMAX);
  options.set_pooling(proto::FitOptions::POOLING_MINIMUM);
  options.set_normalize(proto::FitOptions::NORMALIZE_AFTER_POOLING);
  options.add_target_prior(0.25);
  options.add_target_prior(0.75);
  options.set_min_probability(1e-9);
  EXPECT_EQ(PriorOptionsToProto(*PriorOptionsFromProto(options, 2)).SerializeAsString(),
            options.SerializeAsString());
}

TEST(PriorOptions, RefuseWhatIsNotKnown) {
  proto::FitOptions options;
  options.set_pooling(static_cast<proto::FitOptions::Pooling>(99));
  const auto checked = PriorOptionsFromProto(options, 2);
  EXPECT_EQ(ReasonOf(checked.status()), reason::kInvalidOptions);
  EXPECT_EQ(FieldViolationOf(checked.status()).field, "options.pooling");
}

TEST(AdaptiveOptions, HaveDefaults) {
  proto::FitOptions options;
  EXPECT_FALSE(AdaptiveOptionsFromProto(options, {}, 2)->has_value());
  options.mutable_adaptive();
  const auto adaptive = AdaptiveOptionsFromProto(options, {}, 2);
  ASSERT_TRUE(adaptive.ok() && adaptive->has_value());
  const proto::Adaptive filled = AdaptiveOptionsToProto(**adaptive);
  EXPECT_EQ(filled.prior_strength(), 10);
  EXPECT_EQ(filled.half_life_rows(), 2000);
  EXPECT_EQ(filled.min_rows(), 0);
  EXPECT_EQ(filled.max_shift(), 3);
  EXPECT_FALSE(filled.paused());
}

TEST(AdaptiveOptions, GoWithTheNormalizedOutputOnly) {
  proto::FitOptions options;
  options.mutable_adaptive();
  const auto with_softmax =
      AdaptiveOptionsFromProto(options, {.output = PriorOptions::Output::kSoftmax}, 2);
  EXPECT_EQ(FieldViolationOf(with_softmax.status()).field, "options.adaptive");
  EXPECT_EQ(ReasonOf(with_softmax.status()), reason::kInvalidOptions);
  const auto vocabulary = AdaptiveOptionsFromProto(options, {}, 2000);
  EXPECT_EQ(FieldViolationOf(vocabulary.status()).field, "options.adaptive");
}

TEST(AdaptiveOptions, NameTheFieldThatIsOutOfRange) {
  const auto field_of = [](const auto& set) {
    proto::FitOptions options;
    set(*options.mutable_adaptive());
    return FieldViolationOf(AdaptiveOptionsFromProto(options, {}, 2).status()).field;
  };
  EXPECT_EQ(field_of([](proto::Adaptive& a) { a.set_prior_strength(-1); }),
            "options.adaptive.prior_strength");
  EXPECT_EQ(field_of([](proto::Adaptive& a) { a.set_half_life_rows(5); }),
            "options.adaptive.half_life_rows");
  EXPECT_EQ(field_of([](proto::Adaptive& a) { a.set_min_rows(-1); }),
            "options.adaptive.min_rows");
  EXPECT_EQ(field_of([](proto::Adaptive& a) { a.set_max_shift(1e6); }),
            "options.adaptive.max_shift");
}

TEST(LabelledOptions, CarryWhatWasSet) {
  proto::FitOptions options;
  options.mutable_regularization()->set_weights(0.5);
  options.set_bin_count(7);
  const auto checked = LabelledOptionsFromProto(options, LabelledMethod::kHistogram, 3);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->weight_l2, 0.5);
  EXPECT_FALSE(checked->bias_l2.has_value());
  EXPECT_EQ(checked->bin_count, 7);
}

TEST(LabelledOptions, NameTheFieldOfTheContract) {
  const auto field_of = [](const proto::FitOptions& options, LabelledMethod method) {
    return FieldViolationOf(LabelledOptionsFromProto(options, method, 3).status()).field;
  };
  proto::FitOptions options;
  EXPECT_EQ(field_of(options, LabelledMethod::kPlatt), "options.method");
  options.mutable_regularization()->set_weights(-1);
  EXPECT_EQ(field_of(options, LabelledMethod::kVector), "options.regularization.weights");
  options.mutable_regularization()->clear_weights();
  options.mutable_regularization()->set_bias(-1);
  EXPECT_EQ(field_of(options, LabelledMethod::kVector), "options.regularization.bias");
  options.clear_regularization();
  options.set_bin_count(-1);
  EXPECT_EQ(field_of(options, LabelledMethod::kHistogram), "options.bin_count");
}

TEST(LabelledMethods, EachHasANameInTheContract) {
  for (const LabelledMethod method : kLabelledMethods) {
    const proto::Method of_contract = MethodOf(method);
    EXPECT_NE(of_contract, proto::METHOD_UNSPECIFIED) << LabelledMethodName(method);
    EXPECT_EQ(LabelledMethodOf(of_contract), method);
  }
}

}  // namespace
}  // namespace calibrd::service
