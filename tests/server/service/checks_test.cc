#include "server/service/checks.h"

#include <string>

#include "calibration/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

google::protobuf::RepeatedPtrField<proto::Label> Names(
    std::initializer_list<std::string> names) {
  google::protobuf::RepeatedPtrField<proto::Label> labels;
  for (const std::string& name : names) labels.Add()->set_name(name);
  return labels;
}

TEST(CheckLabels, TakesNamesOrANumber) {
  EXPECT_THAT(CheckLabels(Names({"no", "yes"}), 0, Limits())->names,
              ElementsAre("no", "yes"));
  EXPECT_EQ(CheckLabels({}, 49'152, Limits())->count, 49'152);
  EXPECT_EQ(CheckLabels(Names({"no", "yes"}), 2, Limits())->count, 2);
}

TEST(CheckLabels, SaysWhatIsWrong) {
  const auto field = [](const auto& labels) {
    EXPECT_EQ(ReasonOf(labels.status()), reason::kInvalidLabels);
    return FieldViolationOf(labels.status()).field;
  };
  EXPECT_EQ(field(CheckLabels({}, 0, Limits())), "labels");
  EXPECT_EQ(field(CheckLabels({}, -1, Limits())), "label_count");
  EXPECT_EQ(field(CheckLabels({}, kMaxLabels + 1, Limits())), "label_count");
  EXPECT_EQ(field(CheckLabels(Names({"a", "b", "c"}), 0, {.labels = 2})), "labels");
  EXPECT_EQ(field(CheckLabels(Names({"a", "b"}), 3, Limits())), "label_count");
  EXPECT_EQ(field(CheckLabels(Names({"a", ""}), 0, Limits())), "labels[1].name");
  EXPECT_EQ(field(CheckLabels(Names({std::string(257, 'x')}), 0, Limits())),
            "labels[0].name");
  EXPECT_EQ(field(CheckLabels(Names({"a", "b", "a"}), 0, Limits())), "labels[2].name");
}

TEST(CheckLabels, NamesBothLabelsThatAreEqual) {
  EXPECT_THAT(
      std::string(CheckLabels(Names({"a", "b", "a"}), 0, Limits()).status().message()),
      HasSubstr("labels 0 and 2 have the same name, \"a\""));
}

TEST(RowsView, NeedsAFormat) {
  const auto rows = RowsView({}, "content_free", 2, {}, Limits());
  EXPECT_EQ(ReasonOf(rows.status()), reason::kInvalidRows);
  EXPECT_EQ(FieldViolationOf(rows.status()).field, "content_free");
}

TEST(RowsView, HoldsToTheLimitOfRows) {
  proto::Rows rows;
  for (int i = 0; i < 6; ++i) rows.mutable_probabilities()->add_values(0.5f);
  EXPECT_TRUE(RowsView(rows, "rows", 2, {}, {.rows = 3}).ok());
  const auto over = RowsView(rows, "rows", 2, {}, {.rows = 2});
  EXPECT_EQ(FieldViolationOf(over.status()).field, "rows.probabilities.values");
  EXPECT_THAT(std::string(over.status().message()), HasSubstr("--max_rows"));
}

TEST(CheckInputs, WantsNoneOrOneForEachRow) {
  proto::Rows rows;
  EXPECT_TRUE(CheckInputs(rows, "content_free", 2).ok());
  rows.add_inputs("N/A");
  EXPECT_EQ(FieldViolationOf(CheckInputs(rows, "content_free", 2)).field,
            "content_free.inputs");
  rows.add_inputs(std::string(5000, 'x'));
  EXPECT_EQ(FieldViolationOf(CheckInputs(rows, "content_free", 2)).field,
            "content_free.inputs[1]");
}

TEST(Annotations, HaveLimits) {
  google::protobuf::Map<std::string, std::string> map;
  map["team"] = "search";
  EXPECT_TRUE(CheckAnnotations(map).ok());
  map["long"] = std::string(5000, 'x');
  EXPECT_EQ(FieldViolationOf(CheckAnnotations(map)).field, "annotations[\"long\"]");
  map.clear();
  map[""] = "x";
  EXPECT_FALSE(CheckAnnotations(map).ok());
  map.clear();
  for (int i = 0; i < 65; ++i) map[std::to_string(i)] = "x";
  EXPECT_EQ(FieldViolationOf(CheckAnnotations(map)).field, "annotations");
}

TEST(RequestId, IsPrintable) {
  EXPECT_TRUE(CheckRequestId("").ok());
  EXPECT_TRUE(CheckRequestId("7f1a1d0c-3a59-4d3e-9f53-6f1f5ad0b1c2").ok());
  EXPECT_FALSE(CheckRequestId("with space").ok());
  EXPECT_FALSE(CheckRequestId("ü").ok());
  EXPECT_FALSE(CheckRequestId(std::string(129, 'x')).ok());
}

TEST(Fingerprint, IsTheSameForTheSameContentAndForNoOther) {
  proto::FitProfileRequest a;
  proto::FitProfileRequest b;
  for (int i = 0; i < 20; ++i) (*a.mutable_annotations())[std::to_string(i)] = "x";
  for (int i = 19; i >= 0; --i) (*b.mutable_annotations())[std::to_string(i)] = "x";
  EXPECT_EQ(Fingerprint(a), Fingerprint(b));
  b.set_name("other");
  EXPECT_NE(Fingerprint(a), Fingerprint(b));
}

TEST(Fingerprint, DoesNotChangeFromOneReleaseToTheNext) {
  proto::FitProfileRequest request;
  EXPECT_EQ(Fingerprint(request), 0xcbf29ce484222325u);  // FNV-1a of nothing
  request.set_name("a");                                 // bytes 0a 01 61
  uint64_t expected = 0xcbf29ce484222325;
  for (const uint64_t byte : {0x0a, 0x01, 0x61})
    expected = (expected ^ byte) * 1099511628211u;
  EXPECT_EQ(Fingerprint(request), expected);
}

}  // namespace
}  // namespace calibrd::service
