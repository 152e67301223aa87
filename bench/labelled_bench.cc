// Fitting labelled rows: 10,000 rows of 10 labels unless said.
//
//   build/release/bin/labelled_bench --benchmark_min_time=0.5
//
// Arguments: rows, labels. Rows are those of a model that is too sure of itself and
// prefers the first labels.

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "benchmark/benchmark.h"
#include "calibration/labelled.h"

namespace calibrd {
namespace {

struct Sample {
  std::vector<float> values;  // log-probabilities
  std::vector<int32_t> labels;
};

Sample MakeSample(int64_t rows, int label_count) {
  std::mt19937_64 random(1);
  std::normal_distribution<float> noise;
  Sample sample;
  for (int64_t i = 0; i < rows; ++i) {
    const auto label =
        static_cast<int32_t>(random() % static_cast<uint64_t>(label_count));
    sample.labels.push_back(label);
    for (int k = 0; k < label_count; ++k) {
      const float first = 1 - static_cast<float>(k) / static_cast<float>(label_count);
      sample.values.push_back(1.7f * (noise(random) + (k == label ? 2.0f : 0.0f)) +
                              first);
    }
  }
  return sample;
}

void Fit(benchmark::State& state, const LabelledOptions& options) {
  const auto label_count = static_cast<int>(state.range(1));
  const Sample sample = MakeSample(state.range(0), label_count);
  const LabelledRows rows{.rows = {.values = sample.values,
                                   .label_count = label_count,
                                   .scale = Scale::kLogProbability},
                          .labels = sample.labels};
  LabelledFit fit;
  for (auto _ : state) fit = FitLabelled(rows, {}, options).value();
  state.counters["iterations"] = fit.iterations;
  state.counters["gradient"] = fit.gradient;
  state.counters["converged"] = fit.converged ? 1 : 0;
  state.counters["objective"] = fit.objective;
}

LabelledOptions Of(LabelledMethod method) {
  return {.method = method};
}

// Strengths of a paper's grid, for comparison with dirichletcal.
LabelledOptions Dirichlet() {
  return {.method = LabelledMethod::kDirichlet, .weight_l2 = 1e-3, .bias_l2 = 1e-3};
}

BENCHMARK_CAPTURE(Fit, TEMPERATURE, Of(LabelledMethod::kTemperature))
    ->Args({10'000, 10})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Fit, DIRICHLET, Dirichlet())
    ->Args({10'000, 10})
    ->Args({10'000, 30})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Fit, VECTOR, Of(LabelledMethod::kVector))
    ->Args({10'000, 10})
    ->Args({10'000, 100})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Fit, BIAS, Of(LabelledMethod::kBias))
    ->Args({10'000, 10})
    ->Args({100, 50'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Fit, LINEAR_PROBE, Of(LabelledMethod::kLinearProbe))
    ->Args({10'000, 10})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(Fit, ISOTONIC, Of(LabelledMethod::kIsotonic))
    ->Args({10'000, 10})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace calibrd
