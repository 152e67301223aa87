#include "calibration/bootstrap.h"

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::ElementsAre;

std::vector<uint32_t> Draw(int64_t n, uint64_t seed, int64_t index) {
  std::vector<uint32_t> counts(static_cast<size_t>(n), 99);
  Resamples(n, seed).Draw(index, absl::MakeSpan(counts));
  return counts;
}

TEST(Resamples, DrawAsManyRowsAsThereAre) {
  for (const int64_t n : {1, 2, 1000}) {
    const std::vector<uint32_t> counts = Draw(n, 1, 0);
    EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), int64_t{0}), n);
  }
}

TEST(Resamples, AreTheSameForTheSameSeedEverywhere) {
  EXPECT_EQ(Draw(1000, 3, 17), Draw(1000, 3, 17));
  EXPECT_NE(Draw(1000, 3, 17), Draw(1000, 3, 18));
  EXPECT_NE(Draw(1000, 3, 17), Draw(1000, 4, 17));
  // The numbers of one platform, for the others.
  EXPECT_THAT(Draw(8, 1, 0), ElementsAre(2, 1, 1, 1, 0, 0, 2, 1));
  EXPECT_THAT(Draw(8, 1, 1), ElementsAre(1, 0, 1, 1, 1, 0, 2, 2));
}

TEST(Resamples, LeaveARowOutAsOftenAsTheoryDoes) {
  int64_t left_out = 0;
  for (int64_t r = 0; r < 100; ++r) {
    for (const uint32_t count : Draw(1000, 1, r)) left_out += count == 0 ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(left_out) / 1e5, std::pow(1 - 1e-3, 1000), 0.005);
}

TEST(PercentileInterval, InterpolatesAsNumpyDoes) {
  // numpy.quantile([1, 2, 3, 4, 10], [.05, .95])
  const Interval interval = PercentileInterval({10, 3, 1, 2, 4}, 0.9);
  EXPECT_NEAR(interval.lower, 1.2, 1e-12);
  EXPECT_NEAR(interval.upper, 8.8, 1e-12);
}

TEST(PercentileInterval, OfOneValueIsThatValue) {
  const Interval interval = PercentileInterval({3}, 0.95);
  EXPECT_EQ(interval.lower, 3);
  EXPECT_EQ(interval.upper, 3);
}

}  // namespace
}  // namespace calibrd
