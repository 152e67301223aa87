#include "server/telemetry/counters.h"

#include <limits>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace calibrd::telemetry {
namespace {

template <typename Work>
void OnThreads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
}

TEST(Counter, LosesNothingThatManyThreadsAdd) {
  Counter counter;
  OnThreads(8, [&] {
    for (int i = 0; i < 10'000; ++i) counter.Add();
    counter.Add(5);
  });
  EXPECT_EQ(counter.Value(), 80'040u);
}

TEST(Histogram, PutsABoundIntoItsOwnBucket) {
  Histogram histogram;
  histogram.Observe(absl::Microseconds(50));
  const auto value = histogram.Value();
  EXPECT_EQ(value.bucket.front().upper_bound, 0.00005);
  EXPECT_EQ(value.bucket.front().cumulative_count, 1u);
}

TEST(Histogram, BucketsAreCumulativeAndEndWithInfinity) {
  Histogram histogram;
  histogram.Observe(absl::Microseconds(10));
  histogram.Observe(absl::Milliseconds(3));
  histogram.Observe(absl::Seconds(60));
  const auto value = histogram.Value();
  ASSERT_EQ(value.bucket.size(), Histogram::kBounds.size() + 1);
  EXPECT_EQ(value.bucket.back().upper_bound, std::numeric_limits<double>::infinity());
  EXPECT_EQ(value.bucket.back().cumulative_count, 3u);
  EXPECT_EQ(value.bucket[value.bucket.size() - 2].cumulative_count, 2u);
  for (size_t i = 1; i < value.bucket.size(); ++i) {
    EXPECT_GE(value.bucket[i].cumulative_count, value.bucket[i - 1].cumulative_count);
  }
  EXPECT_EQ(value.sample_count, 3u);
  EXPECT_NEAR(value.sample_sum, 60.00301, 1e-9);
}

TEST(Histogram, ResolvesFiftyMicrosecondsToFiveSeconds) {
  EXPECT_EQ(Histogram::kBounds.front(), 0.00005);
  EXPECT_EQ(Histogram::kBounds.back(), 5);
  for (size_t i = 1; i < Histogram::kBounds.size(); ++i) {
    EXPECT_GT(Histogram::kBounds[i], Histogram::kBounds[i - 1]);
    EXPECT_LE(Histogram::kBounds[i], 2.5001 * Histogram::kBounds[i - 1]);
  }
}

TEST(Histogram, LosesNothingThatManyThreadsObserve) {
  Histogram histogram;
  OnThreads(8, [&] {
    for (int i = 0; i < 1'000; ++i) histogram.Observe(absl::Milliseconds(1));
  });
  EXPECT_EQ(histogram.Value().sample_count, 8'000u);
  EXPECT_NEAR(histogram.Value().sample_sum, 8, 1e-9);
}

}  // namespace
}  // namespace calibrd::telemetry
