// What LiveStatistics::Observe takes for a row, and reading what was learned.
//
//   build/release/bin/live_statistics_bench
//
// Arguments: labels, profiles. With many profiles each row is of another one, drawn at
// random, so that their statistics are not in a cache.

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "server/catalog/live_statistics.h"

namespace calibrd::catalog {
namespace {

using Profiles = std::vector<std::unique_ptr<LiveStatistics>>;

Profiles MakeProfiles(int count, int label_count, bool adaptive) {
  LiveStart start;
  if (adaptive) {
    const std::vector<double> zeros(static_cast<size_t>(label_count));
    start.adaptive = LiveStart::Adaptive{.bias = zeros, .log_prior = zeros};
  }
  Profiles profiles;
  for (int i = 0; i < count; ++i) {
    profiles.push_back(std::make_unique<LiveStatistics>(
        absl::StrCat("models/m/prompts/", i), 1, label_count, start, SignalReference()));
  }
  return profiles;
}

std::vector<float> MakeRows(int rows, int label_count) {
  std::mt19937 random(1);
  std::exponential_distribution<float> mass;
  std::vector<float> values;
  for (int i = 0; i < rows * label_count; ++i) values.push_back(0.01F + mass(random));
  return values;
}

void Observe(benchmark::State& state, bool adaptive) {
  constexpr int kRows = 256;
  const auto k = static_cast<int>(state.range(0));
  static Profiles profiles;
  static std::vector<float> rows;
  if (state.thread_index() == 0) {
    profiles = MakeProfiles(static_cast<int>(state.range(1)), k, adaptive);
    rows = MakeRows(kRows, k);
  }
  std::minstd_rand random(static_cast<uint32_t>(state.thread_index()) + 1);
  std::vector<float> factors(static_cast<size_t>(k));
  int64_t left_out = 0;
  for (auto _ : state) {
    LiveStatistics& live = *profiles[random() % profiles.size()];
    const absl::Span<const float> row(rows.data() + (random() % kRows) * k,
                                      static_cast<size_t>(k));
    live.Prefetch();
    if (adaptive) live.ReadFactors(absl::MakeSpan(factors));
    left_out += !live.Observe(row, Scale::kProbability, row);
  }
  state.counters["left_out"] = benchmark::Counter(static_cast<double>(left_out),
                                                  benchmark::Counter::kAvgIterations);
}

BENCHMARK_CAPTURE(Observe, plain, false)
    ->Args({2, 1})
    ->Args({2, 100'000})
    ->Args({100, 1});
BENCHMARK_CAPTURE(Observe, adaptive, true)
    ->Args({2, 1})
    ->Args({2, 100'000})
    ->Args({100, 1});
BENCHMARK_CAPTURE(Observe, adaptive, true)->Args({2, 1})->Threads(2)->Threads(8);

}  // namespace
}  // namespace calibrd::catalog
