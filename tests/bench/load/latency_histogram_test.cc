#include "bench/load/latency_histogram.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

TEST(LatencyHistogram, WithoutCallsIsZero) {
  EXPECT_EQ(LatencyHistogram().Percentile(0.5), absl::ZeroDuration());
}

TEST(LatencyHistogram, IsWithinASixtyFourthOfTheSortedTimes) {
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> microseconds(4, 2);
  LatencyHistogram histogram;
  std::vector<double> times;
  for (int i = 0; i < 10'000; ++i) {
    times.push_back(std::ceil(1000 * microseconds(random)));
    histogram.Add(absl::Nanoseconds(times.back()));
  }
  std::sort(times.begin(), times.end());
  for (const double q : {0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const double exact =
        times[static_cast<size_t>(std::ceil(q * static_cast<double>(times.size()))) - 1];
    const double found = absl::ToDoubleNanoseconds(histogram.Percentile(q));
    EXPECT_GE(found, exact) << q;
    EXPECT_LE(found, exact * (1 + 1.0 / 64)) << q;
  }
}

TEST(LatencyHistogram, SmallTimesAreExact) {
  LatencyHistogram histogram;
  for (int i = 0; i < 128; ++i) histogram.Add(absl::Nanoseconds(i));
  EXPECT_EQ(histogram.Percentile(0.5), absl::Nanoseconds(63));
  EXPECT_EQ(histogram.Percentile(1), absl::Nanoseconds(127));
}

TEST(LatencyHistogram, TimesOutOfRangeCountAtItsEnds) {
  LatencyHistogram histogram;
  histogram.Add(-absl::Seconds(1));
  EXPECT_EQ(histogram.Percentile(1), absl::ZeroDuration());
  histogram.Add(absl::Hours(1));
  EXPECT_GT(histogram.Percentile(1), absl::Minutes(18));
  EXPECT_EQ(histogram.count(), 2);
}

TEST(LatencyHistogram, MergedIsAsIfOneHadSeenAll) {
  LatencyHistogram all;
  LatencyHistogram parts[2];
  for (int i = 0; i < 1000; ++i) {
    const absl::Duration time = absl::Microseconds(i * i);
    all.Add(time);
    parts[i % 2].Add(time);
  }
  parts[0].Merge(parts[1]);
  EXPECT_EQ(parts[0].count(), all.count());
  for (const double q : {0.1, 0.5, 0.99}) {
    EXPECT_EQ(parts[0].Percentile(q), all.Percentile(q));
  }
}

}  // namespace
}  // namespace calibrd
