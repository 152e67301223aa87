#include "server/catalog/served_profile.h"

#include <limits>
#include <memory>

#include "calibration/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/catalog/transform_proto.h"
#include "tests/server/catalog/profiles.h"

namespace calibrd::catalog {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ServedProfile, AppliesTheTransformOfTheProfile) {
  ::calibration::v1::Profile profile = ProfileOf("models/m/prompts/p", 1);
  profile.mutable_transform()->set_input(::calibration::v1::Transform::INPUT_PROBABILITY);
  profile.mutable_transform()->clear_bias();
  profile.mutable_transform()->add_weights(1 / 0.9);
  profile.mutable_transform()->add_weights(1 / 0.1);
  LabelTable labels;
  const auto served = *MakeServedProfile(profile, 4, labels);
  const float content_free[] = {0.9f, 0.1f};
  float q[2];
  served->kernel.Apply(content_free, Scale::kProbability, absl::MakeSpan(q));
  EXPECT_NEAR(q[0], 0.5, 1e-6);
  EXPECT_NEAR(q[1], 0.5, 1e-6);
  EXPECT_EQ(served->kept_revisions, 4);
  EXPECT_THAT(served->labels(), ElementsAre("no", "yes"));
}

TEST(ServedProfile, RefusesParametersThatDoNotFitTogether) {
  ::calibration::v1::Profile profile = ProfileOf("models/m/prompts/p", 7);
  profile.mutable_transform()->add_bias(0);
  LabelTable labels;
  const auto served = MakeServedProfile(profile, 1, labels);
  ASSERT_FALSE(served.ok());
  EXPECT_EQ(served.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ReasonOf(served.status()), reason::kStoreCorrupted);
  EXPECT_THAT(served.status().message(), HasSubstr("models/m/prompts/p revision 7"));
}

TEST(LabelTable, GivesProfilesWithTheSameLabelsOneList) {
  LabelTable labels;
  const auto a = labels.Intern(ProfileOf("models/m/prompts/a", 1));
  const auto b = labels.Intern(ProfileOf("models/m/prompts/b", 1));
  EXPECT_EQ(a.get(), b.get());
}

TEST(LabelTable, TellsListsApartThatReadTheSameWhenJoined) {
  ::calibration::v1::Profile one;
  one.add_labels()->set_name("a");
  one.add_labels()->set_name("bc");
  ::calibration::v1::Profile other;
  other.add_labels()->set_name("ab");
  other.add_labels()->set_name("c");
  LabelTable labels;
  const auto first = labels.Intern(one);
  EXPECT_THAT(*labels.Intern(other), ElementsAre("ab", "c"));
  EXPECT_THAT(*first, ElementsAre("a", "bc"));
}

TEST(LabelTable, HasNoListForLabelsWithoutNames) {
  LabelTable labels;
  EXPECT_EQ(labels.Intern(::calibration::v1::Profile()), nullptr);
}

TEST(LabelTable, ForgetsListsThatNobodyUses) {
  LabelTable labels;
  std::weak_ptr<const LabelNames> first;
  for (int i = 0; i < 1000; ++i) {
    ::calibration::v1::Profile profile;
    profile.add_labels()->set_name(std::to_string(i));
    const auto list = labels.Intern(profile);
    if (i == 0) first = list;
  }
  EXPECT_TRUE(first.expired());
}

TEST(TransformProto, SurvivesTheRoundTrip) {
  Transform transform{.label_count = 2,
                      .input = Transform::Input::kProbability,
                      .weights = {1.5, -2, 0.1, 3},
                      .bias = {0.25, -1e-30}};
  const auto back = TransformFromProto(TransformToProto(transform), 2);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->label_count, 2);
  EXPECT_EQ(back->input, transform.input);
  EXPECT_EQ(back->weights, transform.weights);
  EXPECT_EQ(back->bias, transform.bias);
}

TEST(TransformProto, NeedsToKnowWhatPhiIs) {
  const auto transform = TransformFromProto({}, 2);
  ASSERT_FALSE(transform.ok());
  EXPECT_EQ(FieldViolationOf(transform.status()).field, "input");
}

TEST(TransformProto, NamesTheNumberThatIsNotFinite) {
  ::calibration::v1::Transform proto;
  proto.set_input(::calibration::v1::Transform::INPUT_PROBABILITY);
  proto.add_weights(1);
  proto.add_weights(std::numeric_limits<double>::quiet_NaN());
  const auto transform = TransformFromProto(proto, 2);
  ASSERT_FALSE(transform.ok());
  EXPECT_EQ(FieldViolationOf(transform.status()).field, "weights[1]");
}

}  // namespace
}  // namespace calibrd::catalog
