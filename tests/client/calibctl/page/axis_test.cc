#include "client/calibctl/page/axis.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

TEST(Axis, MapsNumbersToPixels) {
  const Axis up(0, 1, 300, 100);
  EXPECT_DOUBLE_EQ(up.At(0), 300);
  EXPECT_DOUBLE_EQ(up.At(0.25), 250);
  EXPECT_DOUBLE_EQ(up.At(1), 100);
  EXPECT_DOUBLE_EQ(up.At(7), 100) << "held at the end";
  EXPECT_DOUBLE_EQ(up.At(-7), 300);
}

TEST(Axis, MarksAreRoundAndInside) {
  EXPECT_THAT(Axis(0, 1, 0, 1).Marks(5),
              Pointwise(DoubleNear(1e-12), {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}));
  EXPECT_THAT(Axis(-0.36, 0.02, 0, 1).Marks(5),
              Pointwise(DoubleNear(1e-12), {-0.3, -0.2, -0.1, 0.0}));
  EXPECT_THAT(Axis(0, 150, 0, 1).Marks(3), ElementsAre(0, 50, 100, 150));
}

TEST(Axis, HoldsWhatItIsMadeAroundEvenASinglePoint) {
  const Axis around = Axis::Around({0, -0.5, 0.25}, 0, 1);
  EXPECT_LT(around.low(), -0.5);
  EXPECT_GT(around.high(), 0.25);
  const Axis one = Axis::Around({0, 0}, 0, 1);
  EXPECT_LT(one.low(), 0);
  EXPECT_GT(one.high(), 0);
  EXPECT_LT(Axis::Around({}, 0, 1).low(), Axis::Around({}, 0, 1).high());
}

TEST(MarkText, IsFreeOfDust) {
  EXPECT_EQ(MarkText(0.1 + 0.2), "0.3");
  EXPECT_EQ(MarkText(-1e-17), "0");
  EXPECT_EQ(MarkText(-0.25), "-0.25");
  EXPECT_EQ(MarkText(150), "150");
}

}  // namespace
}  // namespace calibrd::calibctl
