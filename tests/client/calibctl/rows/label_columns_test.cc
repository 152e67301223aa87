#include "client/calibctl/rows/label_columns.h"

#include <optional>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string ErrorOf(std::vector<std::string> labels, int count,
                    const std::vector<std::string>& aliases) {
  return std::string(
      LabelColumns::Make(std::move(labels), count, aliases).status().message());
}

TEST(LabelColumns, FindsLabelsAndAliases) {
  const auto columns = LabelColumns::Make({"World", "Technology"}, 0,
                                          {"Technology=Science", "Technology=Tech"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_EQ(columns->count(), 2);
  EXPECT_EQ(columns->Find("World"), 0);
  EXPECT_EQ(columns->Find("Science"), 1);
  EXPECT_EQ(columns->Find("Tech"), 1);
  EXPECT_EQ(columns->Find("science"), std::nullopt) << "names are exact";
}

TEST(LabelColumns, ALabelMayHoldAnEqualsSign) {
  const auto columns = LabelColumns::Make({"a=b"}, 0, {"a=b=c=d"});
  ASSERT_TRUE(columns.ok()) << columns.status();
  EXPECT_EQ(columns->Find("c=d"), 0);
}

TEST(LabelColumns, RefusesWhatCannotBeMeant) {
  EXPECT_THAT(ErrorOf({}, 0, {}), HasSubstr("--labels or --label-count"));
  EXPECT_THAT(ErrorOf({"a", "b"}, 3, {}), HasSubstr("count is 3, but there are 2"));
  EXPECT_THAT(ErrorOf({"a", "a"}, 0, {}), HasSubstr("\"a\" is there twice"));
  EXPECT_THAT(ErrorOf({"a"}, 0, {"x=y"}), HasSubstr("no such label"));
  EXPECT_THAT(ErrorOf({"a"}, 0, {"a"}), HasSubstr("LABEL=ALIAS"));
  EXPECT_THAT(ErrorOf({"a", "b"}, 0, {"a=b"}), HasSubstr("\"b\" already is a label"));
}

TEST(ParseLabelNames, TakesCommasOrJson) {
  EXPECT_THAT(*ParseLabelNames("Negative,Positive"), ElementsAre("Negative", "Positive"));
  EXPECT_THAT(*ParseLabelNames(R"(["yes, sir", "no"])"), ElementsAre("yes, sir", "no"));
  EXPECT_TRUE(ParseLabelNames("")->empty());
}

TEST(ParseLabelNames, RefusesOtherJson) {
  EXPECT_FALSE(ParseLabelNames("[1, 2]").ok());
  EXPECT_FALSE(ParseLabelNames("[\"a\"").ok());
}

}  // namespace
}  // namespace calibrd::calibctl
