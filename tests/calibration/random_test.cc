#include "calibration/random.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

TEST(Random, IsSplitMix64) {
  // The numbers published for the state 0; it is Mix(seed) ^ Mix(~stream), and Mix(0) is
  // 0.
  Random random(0, ~uint64_t{0});
  EXPECT_EQ(random.Next(), 0xe220a8397b1dcdafu);
  EXPECT_EQ(random.Next(), 0x6e789e6aa1b965f4u);
  EXPECT_EQ(random.Next(), 0x06c45d188009454fu);
}

TEST(Random, DrawsEveryNumberBelowTheBoundAsOften) {
  Random random(7);
  std::vector<int> counts(6);
  for (int i = 0; i < 60'000; ++i) ++counts[random.Below(6)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 400);  // 4 deviations
  EXPECT_EQ(random.Below(1), 0u);
}

TEST(Random, DrawsFromTheUnitInterval) {
  Random random(7);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double u = random.Unit();
    EXPECT_GE(u, 0);
    EXPECT_LT(u, 1);
    sum += u;
  }
  EXPECT_NEAR(sum / 10'000, 0.5, 0.012);
}

TEST(Random, HasUnrelatedStreams) {
  EXPECT_NE(Random(1, 0).Next(), Random(1, 1).Next());
  EXPECT_NE(Random(1, 0).Next(), Random(2, 0).Next());
  EXPECT_EQ(Random(1, 5).Next(), Random(1, 5).Next());
}

}  // namespace
}  // namespace calibrd
