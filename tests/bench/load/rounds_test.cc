#include "bench/load/rounds.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace calibrd {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// `calls` of a second, each of which took the server `cpu`.
LoadReport Report(int calls, absl::Duration cpu) {
  LoadReport report;
  for (int i = 0; i < calls; ++i) report.latency.Add(absl::Microseconds(100));
  report.time = absl::Seconds(1);
  report.server_cpu = cpu * calls;
  return report;
}

TEST(SpreadOf, IsTheMiddleAndTheEnds) {
  EXPECT_EQ(SpreadOf({3, 1, 2}).median, 2);
  EXPECT_EQ(SpreadOf({3, 1, 2, 10}).median, 2.5);
  EXPECT_EQ(SpreadOf({3, 1, 2}).least, 1);
  EXPECT_EQ(SpreadOf({3, 1, 2}).most, 3);
  EXPECT_EQ(SpreadOf({}).median, 0);
}

TEST(Rounds, EveryRoundStartsWithAnotherCase) {
  std::vector<std::string> order;
  const auto noting = [&](const char* name) {
    return Case{name, [&order, name](uint64_t seed) {
                  order.push_back(name + std::to_string(seed));
                  return Report(10, absl::Microseconds(1));
                }};
  };
  Rounds rounds({noting("a"), noting("b")});
  ASSERT_EQ(rounds.Measure(2), absl::OkStatus());
  EXPECT_THAT(order, ElementsAre("a1", "b1", "b2", "a2"));
}

TEST(Rounds, RatiosAreToTheFirstCaseOfTheSameRound) {
  // The machine is twice as slow in the second round, for both.
  Rounds rounds(
      {{"floor", [](uint64_t r) { return Report(100, r * absl::Microseconds(10)); }},
       {"other", [](uint64_t r) { return Report(80, r * absl::Microseconds(11)); }}});
  ASSERT_EQ(rounds.Measure(2), absl::OkStatus());
  const nlohmann::json figures = nlohmann::json::parse(rounds.Json());
  EXPECT_EQ(figures[1]["case"], "other");
  for (const double ratio : figures[1]["cpu_ratio"]) EXPECT_THAT(ratio, DoubleEq(1.1));
  for (const double ratio : figures[1]["throughput_ratio"]) {
    EXPECT_THAT(ratio, DoubleEq(0.8));
  }
  EXPECT_THAT(figures[1]["cpu_microseconds"].get<double>(), DoubleEq(16.5));
}

TEST(Rounds, AFailedCallEndsThem) {
  LoadReport failed = Report(10, absl::Microseconds(1));
  failed.failures = 2;
  failed.first_failure = "there is no profile";
  Rounds rounds({{"bad", [&](uint64_t) { return failed; }}});
  const std::string message(rounds.Measure(1).message());
  EXPECT_THAT(message, HasSubstr("bad: 2 calls failed"));
  EXPECT_THAT(message, HasSubstr("there is no profile"));
}

TEST(Rounds, ACaseWithoutAnswersIsAnError) {
  Rounds rounds({{"slow", [](uint64_t) { return LoadReport(); }}});
  EXPECT_THAT(std::string(rounds.Measure(1).message()),
              HasSubstr("no call was answered"));
}

}  // namespace
}  // namespace calibrd
