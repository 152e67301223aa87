#include "client/calibctl/terminal/bars.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Bar, IsDrawnInEighths) {
  EXPECT_EQ(Bar(0, 4), "");
  EXPECT_EQ(Bar(0.5, 4), "██");
  EXPECT_EQ(Bar(1, 4), "████");
  EXPECT_EQ(Bar(1.0 / 32, 4), "▏");
  EXPECT_EQ(Bar(0.9, 10), "█████████");
  EXPECT_EQ(Bar(0.21, 20), "████▎") << "4.2 columns are 34 eighths";
}

TEST(Bar, StaysWithinItsWidth) {
  EXPECT_EQ(Bar(2, 3), "███");
  EXPECT_EQ(Bar(-1, 3), "");
  EXPECT_EQ(Bar(std::nan(""), 3), "");
}

TEST(Percent, ShowsSmallSharesToo) {
  EXPECT_EQ(Percent(0.9), "90.0 %");
  EXPECT_EQ(Percent(1), "100.0 %");
  EXPECT_EQ(Percent(0), "0.0 %");
  EXPECT_EQ(Percent(1.0 / 131072), "7.6e-06");
}

TEST(RenderShares, AlignsLabelsAndNumbers) {
  EXPECT_EQ(RenderShares({"Negative", "感情"},
                         {{"before", {0.9, 0.1}}, {"after", {0.5, 0.5}}}, 20, Style{}),
            "              before     after\n"
            "  Negative    90.0 %    50.0 %\n"
            "  感情        10.0 %    50.0 %\n");
}

TEST(RenderShares, DrawsBarsWhereTheStyleHasThem) {
  const std::string text =
      RenderShares({"a", "b"}, {{"before", {0.75, 0.25}}, {"after", {0.5, 0.5}}}, 20,
                   Style{.bars = true, .width = 44});
  EXPECT_EQ(text,
            "       before               after\n"
            "  a    75.0 %  ██████      50.0 %  ████\n"
            "  b    25.0 %  ██          50.0 %  ████\n");
}

TEST(RenderShares, CutsLongListsToTheLargest) {
  std::vector<std::string> labels;
  std::vector<double> shares;
  for (int i = 0; i < 50; ++i) {
    labels.push_back(absl::StrCat("label", i));
    shares.push_back(i == 7 ? 0.4 : i == 30 ? 0.2 : 0.4 / 48);
  }
  EXPECT_EQ(RenderShares(labels, {{"before", shares}}, 2, Style{}),
            "             before\n"
            "  label7     40.0 %\n"
            "  label30    20.0 %\n"
            "  … 48 more\n");
}

TEST(RenderShares, KeepsLabelOrderWhereAllFit) {
  const std::string text =
      RenderShares({"small", "large"}, {{"before", {0.1, 0.9}}}, 2, Style{});
  EXPECT_LT(text.find("small"), text.find("large"));
  EXPECT_THAT(text, Not(HasSubstr("more")));
}

TEST(RenderShares, MakesLabelNamesPrintable) {
  EXPECT_THAT(RenderShares({"\x1b[2J"}, {{"before", {1}}}, 20, Style{}),
              HasSubstr("\\x1b[2J"));
}

}  // namespace
}  // namespace calibrd::calibctl
