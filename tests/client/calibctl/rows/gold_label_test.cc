#include "client/calibctl/rows/gold_label.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::HasSubstr;

const LabelColumns kNamed =
    *LabelColumns::Make({"Negative", "Positive"}, 0, {"Positive=Good"});
const LabelColumns kCounted = *LabelColumns::Make({}, 3, {});
const LabelColumns kStars = *LabelColumns::Make({"1", "2", "3"}, 0, {});

absl::StatusOr<GoldLabel> Read(const std::string& row, const LabelColumns& columns,
                               const GoldFields& fields = {}) {
  return ReadGoldLabel(nlohmann::json::parse(row), fields, columns);
}

int LabelOf(const std::string& row, const LabelColumns& columns) {
  const absl::StatusOr<GoldLabel> gold = Read(row, columns);
  EXPECT_TRUE(gold.ok()) << gold.status();
  return gold.ok() ? gold->label : -1;
}

std::string ErrorOf(const std::string& row, const LabelColumns& columns,
                    const GoldFields& fields = {}) {
  return std::string(Read(row, columns, fields).status().message());
}

TEST(GoldLabel, IsANameAnAliasOrAnIndex) {
  EXPECT_EQ(LabelOf(R"({"label": "Positive"})", kNamed), 1);
  EXPECT_EQ(LabelOf(R"({"label": "Good"})", kNamed), 1);
  EXPECT_EQ(LabelOf(R"({"label": 0})", kNamed), 0);
  EXPECT_EQ(LabelOf(R"({"label": 2})", kCounted), 2);
}

TEST(GoldLabel, CountsOnceUnlessAFieldSaysOtherwise) {
  EXPECT_EQ(Read(R"({"label": 0, "weight": 2})", kNamed)->weight, 1);
  const GoldFields fields = {"label", "weight"};
  EXPECT_EQ(Read(R"({"label": 0, "weight": 0.5})", kNamed, fields)->weight, 0.5F);
  EXPECT_EQ(Read(R"({"label": 0, "weight": 0})", kNamed, fields)->weight, 0);
  for (const char* weight : {"-1", "\"1\"", "null", "1e300"}) {
    EXPECT_THAT(
        ErrorOf(std::string(R"({"label": 0, "weight": )") + weight + "}", kNamed, fields),
        HasSubstr("field \"weight\": "))
        << weight;
  }
  EXPECT_EQ(ErrorOf(R"({"label": 0})", kNamed, fields),
            "the field \"weight\" is missing (--weight-field)");
}

TEST(GoldLabel, IsReadFromTheFieldThatIsNamed) {
  const GoldFields fields = {"answer", ""};
  EXPECT_EQ(Read(R"({"label": 0, "answer": 1})", kNamed, fields)->label, 1);
  EXPECT_EQ(ErrorOf(R"({"label": 0})", kNamed, fields),
            "the field \"answer\" is missing (--label-field)");
  EXPECT_THAT(ErrorOf("[0.9, 0.1]", kNamed), HasSubstr("\"label\" is missing"));
}

TEST(GoldLabel, OutsideOfTheLabelsIsRefused) {
  for (const char* label : {"2", "-1", "0.5", "true", "null", "[0]", "1e10", "4294967296",
                            "18446744073709551615"}) {
    EXPECT_THAT(ErrorOf(std::string(R"({"label": )") + label + "}", kNamed),
                HasSubstr("is neither a label's name nor an index from 0 to 1"))
        << label;
  }
  EXPECT_EQ(
      ErrorOf(R"({"label": "positive"})", kNamed),
      "field \"label\": \"positive\" is no label (--alias LABEL=ALIAS gives a label "
      "another name)");
  EXPECT_THAT(ErrorOf(R"({"label": "0"})", kCounted), HasSubstr("only the number"));
}

TEST(GoldLabel, ANumberThatIsAnotherLabelsNameIsRefused) {
  EXPECT_EQ(
      ErrorOf(R"({"label": 1})", kStars),
      "field \"label\": 1 may be the index of label 1 (\"2\") or the name of label 0 "
      "(\"1\"); write the name, in quotes");
  EXPECT_EQ(LabelOf(R"({"label": "1"})", kStars), 0);
  EXPECT_EQ(LabelOf(R"({"label": 0})", kStars), 0) << "no label is called 0";
}

}  // namespace
}  // namespace calibrd::calibctl
