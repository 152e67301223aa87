#include "server/catalog/live_statistics.h"

#include <atomic>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "server/catalog/catalog.h"
#include "server/catalog/live_registry.h"
#include "server/catalog/published_factors.h"
#include "tests/server/catalog/profiles.h"

namespace calibrd::catalog {
namespace {

using Floats = std::vector<float>;

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

LiveStart Adaptive() {
  LiveStart start;
  start.adaptive = {.options = {}, .bias = {0, 0}, .log_prior = {0, 0}};
  return start;
}

Floats Factors(const LiveStatistics& live) {
  Floats factors(2);
  live.ReadFactors(absl::MakeSpan(factors));
  return factors;
}

// Rows that say label 1 more often than not.
void See(LiveStatistics& live, int rows) {
  for (int i = 0; i < rows; ++i) {
    const float p = i % 2 == 0 ? 0.95f : 0.6f;
    ASSERT_TRUE(live.Observe({1 - p, p}, Scale::kProbability, {0.5f, 0.5f}));
  }
}

TEST(PublishedFactors, AReaderSeesOneChangeOrTheNext) {
  PublishedFactors published(Floats{0, 0, 0});
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 1; i <= 200'000; ++i) {
      const auto value = static_cast<float>(i);
      published.Publish({value, value, value});
    }
    done = true;
  });
  Floats seen(3);
  float last = 0;
  while (!done) {
    published.Read(absl::MakeSpan(seen));
    ASSERT_EQ(seen[0], seen[1]);
    ASSERT_EQ(seen[1], seen[2]);
    ASSERT_GE(seen[0], last);
    last = seen[0];
  }
  writer.join();
  published.Read(absl::MakeSpan(seen));
  EXPECT_EQ(seen[2], 200'000);
}

TEST(LiveStatistics, StartFromTheFit) {
  LiveStart start = Adaptive();
  start.adaptive->bias = {std::log(0.25), 0};
  const LiveStatistics live("models/m/prompts/p", 3, 2, start, {});
  EXPECT_TRUE(live.adaptive());
  EXPECT_FLOAT_EQ(Factors(live)[0], 0.25f);
  EXPECT_FLOAT_EQ(Factors(live)[1], 1);
}

TEST(LiveStatistics, LearnFromRowsAndTell) {
  LiveStatistics live("models/m/prompts/p", 3, 2, Adaptive(), {});
  See(live, 200);
  EXPECT_LT(Factors(live)[1], Factors(live)[0]);  // label 1 is favoured
  const auto figures = live.Describe();
  EXPECT_EQ(figures.row_count(), 200);
  EXPECT_EQ(figures.adaptive().favored_label(), 1);
  EXPECT_GT(figures.adaptive().prior(1), 0.5);
  EXPECT_NEAR(figures.adaptive().prior(0) + figures.adaptive().prior(1), 1, 1e-6);
  EXPECT_TRUE(figures.has_signal());
  EXPECT_FALSE(figures.has_drift());  // the reference is not complete
}

TEST(LiveStatistics, OfAProfileThatIsNotAdaptiveLearnNothing) {
  LiveStatistics live("models/m/prompts/p", 3, 2, {}, {});
  See(live, 50);
  EXPECT_FALSE(live.adaptive());
  EXPECT_FALSE(live.Describe().has_adaptive());
  EXPECT_EQ(live.Describe().row_count(), 50);
}

TEST(LiveStatistics, AreTheSameAfterAStoredRecord) {
  LiveStatistics live("models/m/prompts/p", 3, 2, Adaptive(), {});
  See(live, 700);
  const auto record = live.TakeChanges(kNow);
  ASSERT_TRUE(record.has_value());
  EXPECT_FALSE(live.TakeChanges(kNow).has_value());
  live.KeepChanges();
  EXPECT_TRUE(live.TakeChanges(kNow).has_value());

  LiveStatistics again("models/m/prompts/p", 3, 2, Adaptive(), {});
  ASSERT_TRUE(again.Restore(*record));
  EXPECT_EQ(again.Describe().SerializeAsString(), live.Describe().SerializeAsString());
  EXPECT_EQ(Factors(again), Factors(live));
}

TEST(LiveStatistics, RefuseARecordOfAnotherRevisionOrShape) {
  LiveStatistics live("models/m/prompts/p", 3, 2, Adaptive(), {});
  See(live, 10);
  const auto record = live.TakeChanges(kNow);
  LiveStatistics other("models/m/prompts/p", 4, 2, Adaptive(), {});
  EXPECT_FALSE(other.Restore(*record));
  LiveStart three;
  three.adaptive = {.options = {}, .bias = {0, 0, 0}, .log_prior = {0, 0, 0}};
  LiveStatistics wider("models/m/prompts/p", 3, 3, three, {});
  EXPECT_FALSE(wider.Restore(*record));
  EXPECT_EQ(wider.Describe().row_count(), 0);
}

TEST(LiveStatistics, CountEveryRowOfManyThreadsOrSayThatTheyDidNot) {
  LiveStatistics live("models/m/prompts/p", 3, 2, Adaptive(), {});
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int counted = 0; counted < 5000;) {
        counted += live.Observe({0.3f, 0.7f}, Scale::kProbability, {0.5f, 0.5f});
        Factors(live);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(live.Describe().row_count(), 4 * 5000);
}

TEST(LiveRegistry, MakesOneForEachProfileAndFreesTheRetired) {
  LiveRegistry registry;
  LabelTable labels;
  int visited = 0;
  const auto count = [&](LiveStatistics&) { ++visited; };
  {
    const auto served = *MakeServedProfile(ProfileOf("models/m/prompts/p", 1), 1, labels);
    LiveStatistics* live = registry.Of(*served);
    ASSERT_NE(live, nullptr);
    EXPECT_EQ(registry.Of(*served), live);
    registry.ForEach(count);
    EXPECT_EQ(visited, 1);
  }
  registry.ForEach(count);
  EXPECT_EQ(visited, 1);  // retired with its profile
  registry.FreeRetired();
  registry.ForEach(count);
  EXPECT_EQ(visited, 1);
}

TEST(Catalog, KeepsTheStatisticsOfARevisionThatIsPutAgain) {
  LiveRegistry registry;
  Catalog catalog;
  LabelTable labels;
  const auto put = [&](int64_t revision, int kept) {
    catalog.Put(
        *MakeServedProfile(ProfileOf("models/m/prompts/p", revision), kept, labels));
  };
  const auto served = [&] { return catalog.Read().Find("models/m/prompts/p"); };
  put(1, 1);
  LiveStatistics* live = registry.Of(*served());
  put(1, 3);
  EXPECT_EQ(served()->live.load(), live);
  EXPECT_EQ(catalog.revision_count(), 3);
  put(2, 3);
  EXPECT_EQ(served()->live.load(), nullptr);
}

}  // namespace
}  // namespace calibrd::catalog
