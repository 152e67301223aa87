#include "client/calibctl/message_json.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::ImportProfileRequest;
using calibration::v1::LabelMap;
using calibration::v1::Profile;
using calibration::v1::Transform;
using ::testing::HasSubstr;

Profile ExampleProfile() {
  Profile profile;
  profile.set_name("models/meta-llama/Llama-3.1-8B:q4/prompts/sst2");
  profile.add_labels()->set_name("Négatif");
  profile.add_labels()->set_name(" \"Positive\"\n");
  profile.set_label_count(2);
  profile.mutable_transform()->set_input(Transform::INPUT_LOG_PROBABILITY);
  profile.mutable_transform()->add_bias(0.1);
  profile.mutable_transform()->add_bias(-2.3025850929940455);
  profile.set_revision(7);
  profile.set_etag("abc");
  (*profile.mutable_annotations())["trained by"] = "me";
  return profile;
}

TEST(Export, ReadsBackAsTheSameImport) {
  const ImportProfileRequest request = ImportRequestOf(ExampleProfile());
  for (const JsonLayout layout : {JsonLayout::kPretty, JsonLayout::kOneLine}) {
    const auto json = ToJson(request, layout, /*all_fields=*/false);
    ASSERT_TRUE(json.ok()) << json.status();
    const auto read = ParseImportRequest(*json, "p.json");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*read, request));
  }
}

// Weights of K * K numbers, and maps, which hold points and a kind.
TEST(Export, EveryKindOfTransformReadsBack) {
  Profile dense = ExampleProfile();
  for (const double weight : {1.5, -1e-300, 0.0, 3.0000000000000004}) {
    dense.mutable_transform()->add_weights(weight);
  }
  Profile maps = ExampleProfile();
  maps.mutable_transform()->Clear();
  maps.mutable_transform()->set_input(Transform::INPUT_PROBABILITY);
  for (const LabelMap::Kind kind : {LabelMap::KIND_LINEAR, LabelMap::KIND_STEP}) {
    LabelMap& map = *maps.mutable_transform()->add_maps();
    map.set_kind(kind);
    for (const double x : {0.0, 0.1, 1.0}) {
      map.add_x(x);
      map.add_y(x / 3);
    }
  }
  for (const Profile* profile : {&dense, &maps}) {
    const ImportProfileRequest request = ImportRequestOf(*profile);
    const auto json = ToJson(request, JsonLayout::kPretty, /*all_fields=*/false);
    ASSERT_TRUE(json.ok()) << json.status();
    const auto read = ParseImportRequest(*json, "p.json");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(read->transform().SerializeAsString(),
              profile->transform().SerializeAsString());
  }
}

TEST(Export, TakesParametersAndLabelsButNotTheRevision) {
  const ImportProfileRequest request = ImportRequestOf(ExampleProfile());
  EXPECT_EQ(request.name(), "models/meta-llama/Llama-3.1-8B:q4/prompts/sst2");
  ASSERT_EQ(request.labels_size(), 2);
  EXPECT_EQ(request.labels(1).name(), " \"Positive\"\n");
  EXPECT_EQ(request.label_count(), 0) << "the labels say it";
  EXPECT_EQ(request.transform().bias(1), -2.3025850929940455);
  EXPECT_EQ(request.annotations().at("trained by"), "me");
  EXPECT_EQ(request.etag(), "") << "an import elsewhere has another etag";
}

TEST(Export, AProfileWithoutNamesKeepsItsLabelCount) {
  Profile profile = ExampleProfile();
  profile.clear_labels();
  profile.set_label_count(131072);
  EXPECT_EQ(ImportRequestOf(profile).label_count(), 131072);
}

RC_GTEST_PROP(Export, EveryNumberReadsBackAsTheSameDouble,
              (const std::vector<double>& numbers)) {
  ImportProfileRequest request;
  for (const double number : numbers) {
    if (std::isfinite(number)) request.mutable_transform()->add_bias(number);
  }
  const auto json = ToJson(request, JsonLayout::kOneLine, false);
  RC_ASSERT(json.ok());
  const auto read = ParseImportRequest(*json, "p.json");
  RC_ASSERT(read.ok());
  RC_ASSERT(read->SerializeAsString() == request.SerializeAsString());
}

TEST(Import, SaysWhichFileIsWrongAndWhy) {
  const auto broken = ParseImportRequest("{", "p.json");
  EXPECT_THAT(std::string(broken.status().message()), HasSubstr("p.json: not what"));
  const auto unknown = ParseImportRequest(R"({"nme": "models/a/prompts/b"})", "p.json");
  EXPECT_THAT(std::string(unknown.status().message()), HasSubstr("nme"));
}

TEST(ToJson, WritesNumbersThatAreZero) {
  const auto json = ToJson(Profile(), JsonLayout::kOneLine);
  EXPECT_THAT(*json, HasSubstr("\"labelCount\":0"));
  EXPECT_EQ(json->find('\n'), json->size() - 1) << "one line";
}

}  // namespace
}  // namespace calibrd::calibctl
