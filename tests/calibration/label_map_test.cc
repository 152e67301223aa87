#include "calibration/label_map.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::ElementsAre;
using Kind = LabelMap::Kind;

constexpr float kInf = std::numeric_limits<float>::infinity();

LabelMap Linear(std::vector<double> x, std::vector<double> y) {
  return {.kind = Kind::kLinear, .x = std::move(x), .y = std::move(y)};
}
LabelMap Step(std::vector<double> x, std::vector<double> y) {
  return {.kind = Kind::kStep, .x = std::move(x), .y = std::move(y)};
}
Transform Maps(const std::vector<LabelMap>& maps) {
  return {.label_count = static_cast<int>(maps.size()),
          .input = Transform::Input::kProbability,
          .maps = maps};
}

TEST(LinearMap, InterpolatesBetweenItsPointsAndIsEvenOutside) {
  const LabelMap map = Linear({0.2, 0.4, 0.8}, {0.1, 0.5, 0.6});
  const std::pair<double, double> expected[] = {
      {0, 0.1}, {0.2, 0.1}, {0.3, 0.3}, {0.4, 0.5}, {0.7, 0.575}, {0.8, 0.6}, {1, 0.6}};
  for (const auto& [p, q] : expected) EXPECT_NEAR(MapProbability(map, p), q, 1e-15) << p;
}

TEST(StepMap, TakesAValueOnAnEdgeToTheLeftBin) {
  const LabelMap map = Step({0.25, 0.5, 1}, {0.3, 0.1, 0.9});
  const std::pair<double, double> expected[] = {{0, 0.3},   {0.25, 0.3}, {0.2500001, 0.1},
                                                {0.5, 0.1}, {0.6, 0.9},  {1, 0.9},
                                                {1.1, 0.9}};
  for (const auto& [p, q] : expected) EXPECT_EQ(MapProbability(map, p), q) << p;
}

TEST(LabelMap, OfOnePointIsConstant) {
  for (const LabelMap& map : {Linear({0.5}, {0.7}), Step({0.5}, {0.7})}) {
    EXPECT_TRUE(CheckLabelMap(map, "map").ok());
    for (const double p : {0.0, 0.5, 1.0}) EXPECT_EQ(MapProbability(map, p), 0.7);
  }
}

TEST(KernelOfMaps, MapsEachLabelAndNormalises) {
  // p = [.75 .25]: .6 and .2, divided by .8.
  const Transform transform = Maps({Linear({0, 1}, {0, 0.8}), Step({0.5, 1}, {0.2, 1})});
  ASSERT_TRUE(CheckTransform(transform).ok());
  EXPECT_THAT(Apply(transform, {0.3f, 0.1f}), AreNear<float>({0.75f, 0.25f}, 1e-6));
  EXPECT_THAT(Apply(transform, {0.2f, 0.3f}),
              AreNear<float>({0.32f / 1.32f, 1 / 1.32f}, 1e-6));
  EXPECT_THAT(Apply(transform, {std::log(0.3f), std::log(0.1f)}, Scale::kLogProbability),
              AreNear<float>({0.75f, 0.25f}, 1e-6));
}

TEST(KernelOfMaps, LeavesARowOfWhichEveryMapGivesZero) {
  const Transform transform =
      Maps({Step({0.5, 1}, {0, 1}), Step({0.5, 1}, {0, 1}), Step({0.5, 1}, {0, 1})});
  EXPECT_THAT(Apply(transform, {0.2f, 0.1f, 0.1f}),
              AreNear<float>({0.5f, 0.25f, 0.25f}, 1e-6));
  EXPECT_THAT(Apply(transform, {0.6f, 0.1f, 0.1f}), ElementsAre(1, 0, 0));
}

TEST(KernelOfMaps, SumsToOneForTheSmallestValuesAndAnyRow) {
  const double denormal = std::numeric_limits<double>::denorm_min();
  const Transform transform =
      Maps({Step({0.5, 1}, {denormal, 0.5}), Step({0.5, 1}, {denormal, 0.5})});
  EXPECT_THAT(Apply(transform, {1, 1}), ElementsAre(0.5f, 0.5f));
  EXPECT_THAT(Apply(transform, {-kInf, 3e38f}, Scale::kLogProbability),
              ElementsAre(0, 1));
}

TEST(KernelOfMaps, KnowsItsSize) {
  const Transform transform = Maps({Linear({0, 1}, {0, 1}), Step({1}, {0.5})});
  EXPECT_EQ(Kernel::Compile(transform).allocated_bytes(),
            2 * sizeof(LabelMap) + 6 * sizeof(double));
}

TEST(CheckTransform, RefusesMapsBesideOtherParameters) {
  Transform transform = Maps({Linear({0, 1}, {0, 1}), Linear({0, 1}, {0, 1})});
  EXPECT_TRUE(CheckTransform(transform).ok());
  transform.input = Transform::Input::kLogProbability;
  ExpectInvalid(CheckTransform(transform), reason::kInvalidTransform, "input",
                "use input PROBABILITY");
  transform.bias = {0, 0};
  ExpectInvalid(CheckTransform(transform), reason::kInvalidTransform, "bias", "not both");
  transform.weights = {1};
  ExpectInvalid(CheckTransform(transform), reason::kInvalidTransform, "weights",
                "not both");
}

TEST(CheckTransform, RefusesAnotherNumberOfMaps) {
  Transform transform = Maps({Linear({0, 1}, {0, 1}), Linear({0, 1}, {0, 1})});
  transform.label_count = 3;
  ExpectInvalid(CheckTransform(transform), reason::kInvalidTransform, "maps",
                "2 maps for 3 labels");
}

void ExpectBadMap(const LabelMap& bad, const std::string& field,
                  const std::string& words) {
  ExpectInvalid(CheckTransform(Maps({Linear({0, 1}, {0, 1}), bad})),
                reason::kInvalidTransform, field, words);
}

TEST(CheckTransform, NamesThePointOfAMapThatIsWrong) {
  const double nan = std::nan("");
  ExpectBadMap(Linear({}, {}), "maps[1].x", "0 points");
  ExpectBadMap(Linear({0, 1}, {0}), "maps[1].y", "1 numbers for 2 points");
  ExpectBadMap(Linear({0, nan}, {0, 1}), "maps[1].x[1]", "not a finite number");
  ExpectBadMap(Step({0, HUGE_VAL}, {0, 1}), "maps[1].x[1]", "not a finite number");
  ExpectBadMap(Step({0, 0.5, 0.5}, {0, 1, 1}), "maps[1].x[2]", "have to rise");
  ExpectBadMap(Step({0, 1}, {0, 1.01}), "maps[1].y[1]", "from 0 to 1");
  ExpectBadMap(Step({0, 1}, {nan, 1}), "maps[1].y[0]", "from 0 to 1");
  ExpectBadMap(Linear({0, 1}, {0.5, 0.4}), "maps[1].y[1]", "must not fall");
}

TEST(CheckTransform, RefusesMoreThanTheMostPoints) {
  std::vector<double> x(kMaxMapPoints + 1);
  std::iota(x.begin(), x.end(), 0);
  ExpectBadMap(Step(x, std::vector<double>(x.size(), 0.5)), "maps[1].x",
               "4097 points; send 1 to 4096");
  x.pop_back();
  const LabelMap largest = Step(x, std::vector<double>(x.size(), 0.5));
  EXPECT_TRUE(CheckTransform(Maps(std::vector<LabelMap>(256, largest))).ok());
  ExpectInvalid(CheckTransform(Maps(std::vector<LabelMap>(257, largest))),
                reason::kInvalidTransform, "maps", "1052672 points together");
}

}  // namespace
}  // namespace calibrd
