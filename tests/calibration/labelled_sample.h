// Labelled rows made up for tests: those of a model that is too sure of itself and
// prefers the first labels.

#ifndef CALIBRD_TESTS_CALIBRATION_LABELLED_SAMPLE_H_
#define CALIBRD_TESTS_CALIBRATION_LABELLED_SAMPLE_H_

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "calibration/labelled.h"
#include "calibration/labelled_rows.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {

struct Sample {
  int label_count = 0;
  Scale scale = Scale::kProbability;
  std::vector<float> values;
  std::vector<int32_t> labels;
  std::vector<float> weights;

  LabelledRows rows() const {
    return {.rows = {.values = values, .label_count = label_count, .scale = scale},
            .labels = labels,
            .weights = weights};
  }
  std::vector<float> row(size_t i) const {
    const auto k = static_cast<size_t>(label_count);
    return {values.begin() + static_cast<std::ptrdiff_t>(i * k),
            values.begin() + static_cast<std::ptrdiff_t>((i + 1) * k)};
  }
};

// Rows whose labels are drawn from `truth` applied to them: the best fit of its method is
// `truth`, up to chance.
inline Sample DrawSample(int rows, const Transform& truth, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> noise(0, 1.5);
  std::uniform_real_distribution<double> uniform;
  Sample sample{.label_count = truth.label_count};
  const auto k = static_cast<size_t>(truth.label_count);
  for (int i = 0; i < rows; ++i) {
    std::vector<float> p(k);
    double sum = 0;
    for (float& value : p) {
      value = static_cast<float>(std::exp(noise(random)));
      sum += value;
    }
    for (float& value : p) value = static_cast<float>(value / sum);
    sample.values.insert(sample.values.end(), p.begin(), p.end());
    const std::vector<float> q = Apply(truth, p);
    double left = uniform(random);
    int32_t label = 0;
    while (label + 1 < truth.label_count && left >= q[static_cast<size_t>(label)]) {
      left -= q[static_cast<size_t>(label++)];
    }
    sample.labels.push_back(label);
  }
  return sample;
}

// Of a truth with W = 0.6 and a bias against the first labels.
inline Sample DrawSample(int rows, int label_count, uint64_t seed) {
  Transform truth{.label_count = label_count, .weights = {0.6}};
  for (int k = 0; k < label_count; ++k) truth.bias.push_back(0.4 * k);
  return DrawSample(rows, truth, seed);
}

inline LabelledFit FitSample(const Sample& sample, const LabelledOptions& options) {
  return FitLabelled(sample.rows(), {}, options).value();
}

// What the method can fit.
inline bool Fits(LabelledMethod method, int label_count) {
  return CheckLabelledOptions({.method = method}, label_count).ok();
}

}  // namespace calibrd

#endif  // CALIBRD_TESTS_CALIBRATION_LABELLED_SAMPLE_H_
