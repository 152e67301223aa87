#include "calibration/bins.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::ElementsAre;

TEST(TopLabel, IsTheConfidenceAndWhetherTheDecisionWasRight) {
  const float values[] = {.5f, .3f, .2f, .1f, .8f, .1f};
  const Forecasts f = TopLabel({.values = values, .label_count = 3}, {0, 2});
  EXPECT_THAT(f.probabilities, ElementsAre(.5f, .8f));
  EXPECT_THAT(f.happened, ElementsAre(1, 0));
}

TEST(OneAgainstRest, IsTheColumnOfALabel) {
  const float values[] = {.5f, .3f, .2f, .1f, .8f, .1f};
  const Forecasts f = OneAgainstRest({.values = values, .label_count = 3}, {0, 2}, 2);
  EXPECT_THAT(f.probabilities, ElementsAre(.2f, .1f));
  EXPECT_THAT(f.happened, ElementsAre(0, 1));
}

TEST(EqualWidthEdges, AreTheUpperEdges) {
  EXPECT_THAT(EqualWidthEdges(4), ElementsAre(.25f, .5f, .75f, 1.0f));
  EXPECT_THAT(EqualWidthEdges(1), ElementsAre(1.0f));
}

TEST(EqualMassEdges, LieHalfwayBetweenGroupsOfWhichTheFirstAreLarger) {
  // Groups {0, .125, .25}, {.5, .625}.
  EXPECT_THAT(EqualMassEdges({.625f, .5f, .25f, .125f, .0f}, 2),
              ElementsAre(.375f, 1.0f));
}

TEST(EqualMassEdges, AreFewerForTiesAndForFewValues) {
  EXPECT_THAT(EqualMassEdges({.5f, .5f, .5f, .5f}, 4), ElementsAre(.5f, 1.0f));
  EXPECT_THAT(EqualMassEdges({.25f, .75f}, 10), ElementsAre(.5f, 1.0f));
  EXPECT_THAT(EqualMassEdges({1.0f, 1.0f, 1.0f}, 3), ElementsAre(1.0f));
}

TEST(EqualMassEdges, DivideNeighbouringFloats) {
  float value = .3f;
  for (int i = 0; i < 20; ++i) {
    const float next = std::nextafter(value, 1.0f);
    EXPECT_THAT(EqualMassEdges({value, next}, 2), ElementsAre(value, 1.0f));
    value = next;
  }
}

TEST(Bins, KeepTheEmptyOnes) {
  const Bins bins({.probabilities = {.2f, .9f, .7f}, .happened = {0, 1, 0}},
                  EqualWidthEdges(4));
  const std::vector<ReliabilityBin> table = bins.Table();
  ASSERT_EQ(table.size(), 4u);
  EXPECT_EQ(table[1].rows, 0);
  EXPECT_EQ(table[1].mean_confidence, 0);
  EXPECT_EQ(table[3].lower_edge, .75);
  EXPECT_EQ(table[3].upper_edge, 1);
  EXPECT_EQ(table[3].rows, 1);
  EXPECT_EQ(table[3].accuracy, 1);
  EXPECT_NEAR(table[2].mean_confidence, .7, 1e-7);
}

TEST(Bins, PutAValueOnAnEdgeLeftAndOneAboveOneIntoTheLast) {
  const Bins bins(
      {.probabilities = {0.0f, .25f, .5f, 1.0000001f}, .happened = {0, 1, 0, 1}},
      EqualWidthEdges(4));
  const std::vector<ReliabilityBin> table = bins.Table();
  EXPECT_EQ(table[0].rows, 2);
  EXPECT_EQ(table[1].rows, 1);
  EXPECT_EQ(table[2].rows, 0);
  EXPECT_EQ(table[3].rows, 1);
}

RC_GTEST_PROP(Bins, CountRowsAsIfTheyWereRepeated, ()) {
  const auto n = *rc::gen::inRange<size_t>(1, 40);
  Forecasts once, repeated;
  std::vector<uint32_t> counts;
  for (size_t i = 0; i < n; ++i) {
    const float p = static_cast<float>(*rc::gen::inRange(0, 65)) / 64;
    const auto happened = static_cast<uint8_t>(*rc::gen::inRange(0, 2));
    counts.push_back(*rc::gen::inRange<uint32_t>(0, 4));
    once.probabilities.push_back(p);
    once.happened.push_back(happened);
    repeated.probabilities.insert(repeated.probabilities.end(), counts[i], p);
    repeated.happened.insert(repeated.happened.end(), counts[i], happened);
  }
  const std::vector<float> edges = EqualMassEdges(once.probabilities, 5);
  const std::vector<ReliabilityBin> a = Bins(once, edges).Table(counts);
  const std::vector<ReliabilityBin> b = Bins(repeated, edges).Table();
  for (size_t i = 0; i < edges.size(); ++i) {
    RC_ASSERT(a[i].rows == b[i].rows);
    RC_ASSERT(std::abs(a[i].mean_confidence - b[i].mean_confidence) < 1e-12);
    RC_ASSERT(std::abs(a[i].accuracy - b[i].accuracy) < 1e-12);
  }
}

}  // namespace
}  // namespace calibrd
