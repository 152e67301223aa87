// The figures: what they say. How they look is for the eye.

#include <string>

#include "client/calibctl/page/confusion_figure.h"
#include "client/calibctl/page/interval_figure.h"
#include "client/calibctl/page/reliability_figure.h"
#include "client/calibctl/page/share_figure.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/calibctl/evaluation/example.h"

namespace calibrd::calibctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

int CountOf(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

TEST(ReliabilityFigure, HasABarADotAndACountForEachBin) {
  const std::string figure =
      ReliabilityFigure("after", "after", ExampleEvaluation().after());
  for (const char* part : {"class=\"bar after\"", "class=\"rest after\"",
                           "class=\"dot after\"", "class=\"count\""}) {
    EXPECT_EQ(CountOf(figure, part), 2) << part;
  }
  EXPECT_THAT(figure, Not(HasSubstr("class=\"gap\""))) << "it says too little everywhere";
  EXPECT_THAT(figure, HasSubstr("class=\"diagonal\""));
  EXPECT_THAT(figure, HasSubstr("confidence 0.500 to 0.750: 80 rows, mean confidence "
                                "0.625, accuracy 0.688, gap +0.062"));
  EXPECT_THAT(figure, HasSubstr(">ECE 0.125<"));
}

TEST(ReliabilityFigure, PutsABinWhereItsNumbersAre) {
  // The diagram is 320 pixels wide and high, from (48, 332) at its lower left.
  const std::string figure =
      ReliabilityFigure("before", "before", ExampleEvaluation().before());
  EXPECT_THAT(figure, HasSubstr("class=\"bar before\" x=\"288.5\" y=\"172\" "
                                "width=\"79\" height=\"160\""))
      << "0.75 to 1 wide, 0.5 high";
  EXPECT_THAT(figure, HasSubstr("class=\"gap\" x=\"288.5\" y=\"44\" width=\"79\" "
                                "height=\"128\""))
      << "from the accuracy 0.5 to the confidence 0.9";
}

TEST(ReliabilityFigure, ManyRowsAreCountedInThousands) {
  auto assessment = ExampleEvaluation().before();
  const auto shown = [&assessment](int64_t rows) {
    assessment.mutable_reliability(0)->set_row_count(rows);
    return ReliabilityFigure("before", "before", assessment);
  };
  EXPECT_THAT(shown(999), HasSubstr(">999<"));
  EXPECT_THAT(shown(1234), HasSubstr(">1.2k<"));
  EXPECT_THAT(shown(123'456), HasSubstr(">123k<"));
  EXPECT_THAT(shown(999'500), HasSubstr(">1.0M<"));
}

TEST(ShareFigure, HasTwoBarsAndAMarkForEachLabel) {
  const LabelShares shares = {{0.8, 0.2}, {0.5, 0.5}, {0.5, 0.5}};
  const std::string figure = ShareFigure({"Prior", "", "target"}, {"No", "Yes"}, shares,
                                         FarthestLabels(shares, 20));
  EXPECT_EQ(CountOf(figure, "class=\"bar before\""), 2);
  EXPECT_EQ(CountOf(figure, "class=\"bar after\""), 2);
  EXPECT_EQ(CountOf(figure, "class=\"goal\""), 2);
  EXPECT_THAT(figure, HasSubstr("No, before: 80.0 %"));
}

TEST(ShareFigure, CanDoWithoutTheSharesAfter) {
  const LabelShares shares = {{0.8, 0.2}, {}, {0.5, 0.5}};
  EXPECT_THAT(ShareFigure({"Prior", "", "target"}, {"No", "Yes"}, shares, {0, 1}),
              Not(HasSubstr("class=\"bar after\"")));
}

TEST(FarthestLabels, KeepTheOrderWhereAllFit) {
  const LabelShares shares = {{0.3, 0.1, 0.6}, {}, {0.3, 0.3, 0.4}};
  EXPECT_THAT(FarthestLabels(shares, 3), ElementsAre(0, 1, 2));
  EXPECT_THAT(FarthestLabels(shares, 2), ElementsAre(1, 2)) << "0.2 off each";
}

ConfusionMatrix Diagonal(std::size_t label_count, int64_t rows) {
  ConfusionMatrix matrix{label_count, std::vector<int64_t>(label_count * label_count, 0)};
  for (std::size_t k = 0; k < label_count; ++k) matrix.counts[k * label_count + k] = rows;
  return matrix;
}

TEST(ConfusionFigure, CountsCellsWithRowsAndNamesLabels) {
  const ConfusionMatrix matrix = {2, {10, 50, 0, 40}};
  const std::string figure =
      ConfusionFigure("before", "before", matrix, {"No <way>", "Yes"});
  EXPECT_EQ(CountOf(figure, "class=\"cell before\""), 3) << "an empty cell is not drawn";
  EXPECT_EQ(CountOf(figure, "class=\"diagonal-cell\""), 2);
  EXPECT_THAT(figure, HasSubstr("No &lt;way&gt; answered as Yes: 50 rows, 83.3 % of the "
                                "label"));
  EXPECT_THAT(figure, HasSubstr(">50<"));
}

TEST(ConfusionFigure, ManyLabelsHaveNoWords) {
  const std::vector<std::string> labels(13, "a name");
  const std::string figure = ConfusionFigure("before", "before", Diagonal(13, 7), labels);
  EXPECT_EQ(CountOf(figure, "class=\"cell before\""), 13);
  EXPECT_THAT(figure, Not(HasSubstr("class=\"name\"")));
  EXPECT_THAT(figure, Not(HasSubstr(">7<")));
  EXPECT_THAT(ConfusionFigure("before", "before", Diagonal(12, 7),
                              std::vector<std::string>(12, "a name")),
              HasSubstr(">7<"));
}

TEST(LargestConfusions, AreOffTheDiagonalAndSorted) {
  const ConfusionMatrix matrix = {3, {9, 1, 0, 5, 9, 2, 2, 0, 9}};
  std::vector<std::string> found;
  for (const Confusion& one : LargestConfusions(matrix, 3)) {
    found.push_back(std::to_string(one.right) + std::to_string(one.best) + ":" +
                    std::to_string(one.rows));
  }
  EXPECT_THAT(found, ElementsAre("10:5", "12:2", "20:2"));
  EXPECT_THAT(LargestConfusions(Diagonal(3, 4), 3), IsEmpty());
}

TEST(IntervalFigure, HasADotAndWhiskersForEachThatWasFitted) {
  const std::string figure = IntervalFigure(
      {"Change", "", "points", true, 100},
      {{"none", EstimateOf(0, 0, 0), Emphasis::kBefore},
       {"ensemble", EstimateOf(0.3125, 0.25, 0.375), Emphasis::kRecommended},
       {"isotonic", std::nullopt, Emphasis::kNone}});
  EXPECT_EQ(CountOf(figure, "class=\"whisker recommended\""), 3);
  EXPECT_EQ(CountOf(figure, "<circle"), 1);
  EXPECT_EQ(CountOf(figure, "<path"), 1) << "the recommended one has another shape too";
  EXPECT_THAT(figure, HasSubstr("ensemble: +31.2 (+25 … +37.5)"));
  EXPECT_EQ(CountOf(figure, "could not be fitted"), 1);
  EXPECT_THAT(figure, HasSubstr("better →"));
}

TEST(IntervalFigure, AnIntervalNeedNotHoldItsEstimate) {
  const std::string figure =
      IntervalFigure({"Error", "", "ECE", false, 1},
                     {{"none", EstimateOf(0.1, 0.2, 0.3), Emphasis::kNone}});
  EXPECT_THAT(figure, HasSubstr("none: +0.1 (+0.2 … +0.3)"));
}

}  // namespace
}  // namespace calibrd::calibctl
