// The hot path's arithmetic for one row, beside a copy of the same bytes as the floor.
//
//   build/release/bin/kernel_bench --benchmark_min_time=0.5
//
// Argument: K, the number of labels. Rows are probabilities that sum to 1.

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "benchmark/benchmark.h"
#include "calibration/kernel.h"

namespace calibrd {
namespace {

using Input = Transform::Input;

// A row of K probabilities, no two of them equal in the first thousand labels.
std::vector<float> MakeRow(int label_count) {
  std::vector<float> row(static_cast<size_t>(label_count));
  float sum = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    row[i] = 1.0f + static_cast<float>(i * 7919 % 1000);
    sum += row[i];
  }
  for (float& probability : row) probability /= sum;
  return row;
}

// What FitPrior makes of a row that is close to even.
Transform MakeTransform(int label_count, Input input) {
  Transform transform{.label_count = label_count, .input = input};
  for (int i = 0; i < label_count; ++i) {
    const double c = (1 + 0.5 * std::sin(i)) / label_count;
    if (input == Input::kProbability) {
      transform.weights.push_back(1 / c);
    } else {
      transform.bias.push_back(-std::log(label_count) - std::log(c));
    }
  }
  return transform;
}

void ReportBytes(benchmark::State& state) {
  state.SetBytesProcessed(state.iterations() * state.range(0) *
                          static_cast<int64_t>(sizeof(float)));
}

void Apply(benchmark::State& state, Input input, Scale scale) {
  const int label_count = static_cast<int>(state.range(0));
  std::vector<float> row = MakeRow(label_count);
  if (scale == Scale::kLogProbability) {
    for (float& value : row) value = std::log(value);
  }
  const Kernel kernel = Kernel::Compile(MakeTransform(label_count, input));
  std::vector<float> q(row.size());
  for (auto _ : state) {
    kernel.Apply(row, scale, absl::MakeSpan(q));
    benchmark::DoNotOptimize(q.data());
    benchmark::ClobberMemory();
  }
  ReportBytes(state);
}

void Copy(benchmark::State& state) {
  const std::vector<float> row = MakeRow(static_cast<int>(state.range(0)));
  std::vector<float> q(row.size());
  for (auto _ : state) {
    const float* from = row.data();
    benchmark::DoNotOptimize(from);
    std::memcpy(q.data(), from, row.size() * sizeof(float));
    benchmark::DoNotOptimize(q.data());
    benchmark::ClobberMemory();
  }
  ReportBytes(state);
}

void LabelCounts(benchmark::internal::Benchmark* benchmark) {
  benchmark->Arg(2)->Arg(4)->Arg(100)->Arg(131072);
}

BENCHMARK(Copy)->Apply(LabelCounts);
BENCHMARK_CAPTURE(Apply, NORMALIZED, Input::kLogProbability, Scale::kProbability)
    ->Apply(LabelCounts);
BENCHMARK_CAPTURE(Apply, SOFTMAX, Input::kProbability, Scale::kProbability)
    ->Apply(LabelCounts);
BENCHMARK_CAPTURE(Apply, NORMALIZED_of_logarithms, Input::kLogProbability,
                  Scale::kLogProbability)
    ->Apply(LabelCounts);

}  // namespace
}  // namespace calibrd
