// The laws of the labelled family, with generated rows.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/calibration/labelled_sample.h"

namespace calibrd {
namespace {

using Method = LabelledMethod;

LabelledOptions DrawOptions(Method method) {
  LabelledOptions options{.method = method};
  options.weight_l2 = *rc::gen::element(1e-3, 0.01, 1.0);
  options.bias_l2 = *rc::gen::element(1e-3, 0.01, 1.0);
  options.bin_count = *rc::gen::inRange(1, 20);
  options.binning = *rc::gen::element(Binning::kEqualWidth, Binning::kEqualMass);
  return options;
}

Method DrawMethod(int label_count) {
  return *rc::gen::suchThat(
      rc::gen::elementOf(
          std::vector<Method>(std::begin(kLabelledMethods), std::end(kLabelledMethods))),
      [label_count](Method method) { return Fits(method, label_count); });
}

// Rows with labels, some with ties, zeros and weights.
Sample DrawRows(int label_count) {
  const int count = *rc::gen::inRange(1, 40);
  Sample sample = DrawSample(count, label_count, *rc::gen::arbitrary<uint64_t>());
  if (*rc::gen::arbitrary<bool>()) {
    for (float& value : sample.values) value = std::round(value * 4) / 4 + 0.125f;
  }
  if (*rc::gen::arbitrary<bool>()) {
    for (int i = 0; i < count; ++i) {
      sample.weights.push_back(static_cast<float>(*rc::gen::inRange(0, 4)));
    }
    sample.weights[0] = 1;
  }
  return sample;
}

void AssertAnswersNear(const Transform& a, const Transform& b, const Sample& sample,
                       float tolerance) {
  for (size_t i = 0; i < sample.labels.size(); ++i) {
    const std::vector<float> q = Apply(a, sample.row(i)), r = Apply(b, sample.row(i));
    for (size_t k = 0; k < q.size(); ++k) RC_ASSERT(std::abs(q[k] - r[k]) <= tolerance);
  }
}

RC_GTEST_PROP(AnyLabelledFit, AnswersWithADistribution, ()) {
  const int k = *rc::gen::inRange(2, 6);
  const Sample sample = DrawRows(k);
  const LabelledFit fit = FitSample(sample, DrawOptions(DrawMethod(k)));
  RC_ASSERT(CheckTransform(fit.transform).ok());
  RC_ASSERT(fit.converged);
  RC_ASSERT(std::isfinite(fit.objective) && std::isfinite(fit.nll));
  for (size_t i = 0; i < sample.labels.size(); ++i) {
    double sum = 0;
    for (const float q : Apply(fit.transform, sample.row(i))) {
      RC_ASSERT(q >= 0);
      sum += q;
    }
    RC_ASSERT(std::abs(sum - 1) <= 1e-6);
  }
}

RC_GTEST_PROP(AnAffineFit, IsNoWorseThanWhereItStarts, ()) {
  const int k = *rc::gen::inRange(2, 6);
  const Sample sample = DrawRows(k);
  const Method method =
      *rc::gen::element(Method::kTemperature, Method::kBias, Method::kTemperatureBias,
                        Method::kVector, Method::kMatrix, Method::kDirichlet);
  const LabelledOptions options = DrawOptions(method);
  LabelledOptions held{.method = Method::kTemperature, .weight_l2 = 1e6};
  const double identity = FitSample(sample, held).nll;
  RC_ASSERT(FitSample(sample, options).objective <= identity + 1e-5);
}

RC_GTEST_PROP(PermutingTheLabelsOfRows, PermutesTheAnswer, ()) {
  const int k = *rc::gen::inRange(2, 6);
  const Sample sample = DrawRows(k);
  LabelledOptions options = DrawOptions(DrawMethod(k));
  // Bins of two labels are cut along label 1: which bin an edge or a remainder goes to
  // depends on the direction.
  RC_PRE(!(options.method == Method::kHistogram && k == 2));
  for (int i = 0; i < k; ++i) options.prior.push_back(i + 1);
  std::vector<size_t> order(static_cast<size_t>(k));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(*rc::gen::arbitrary<uint32_t>()));

  Sample permuted = sample;
  LabelledOptions permuted_options = options;
  for (size_t to = 0; to < order.size(); ++to) {
    permuted_options.prior[to] = options.prior[order[to]];
    for (size_t i = 0; i < sample.labels.size(); ++i) {
      permuted.values[i * order.size() + to] = sample.row(i)[order[to]];
      if (static_cast<size_t>(sample.labels[i]) == order[to]) {
        permuted.labels[i] = static_cast<int32_t>(to);
      }
    }
  }
  const Transform a = FitSample(sample, options).transform;
  const Transform b = FitSample(permuted, permuted_options).transform;
  for (size_t i = 0; i < sample.labels.size(); ++i) {
    const std::vector<float> q = Apply(a, sample.row(i)), r = Apply(b, permuted.row(i));
    for (size_t to = 0; to < order.size(); ++to) {
      RC_ASSERT(std::abs(r[to] - q[order[to]]) <= 1e-5f);
    }
  }
}

RC_GTEST_PROP(OnlyTheRatiosOfWeights, Matter, ()) {
  const int k = *rc::gen::inRange(2, 6);
  Sample sample = DrawRows(k);
  if (sample.weights.empty()) sample.weights.assign(sample.labels.size(), 1.0f);
  const LabelledOptions options = DrawOptions(DrawMethod(k));
  Sample scaled = sample;
  const float factor = *rc::gen::element(1e-30f, 0.5f, 1e30f);
  for (float& weight : scaled.weights) weight *= factor;
  AssertAnswersNear(FitSample(sample, options).transform,
                    FitSample(scaled, options).transform, sample, 1e-5f);
}

RC_GTEST_PROP(ARowOfWeightZero, IsLeftOut, ()) {
  const int k = *rc::gen::inRange(2, 6);
  const Sample sample = DrawRows(k);
  const LabelledOptions options = DrawOptions(DrawMethod(k));
  Sample longer = sample;
  if (longer.weights.empty()) longer.weights.assign(sample.labels.size(), 1.0f);
  longer.values.insert(longer.values.end(), sample.values.begin(),
                       sample.values.begin() + k);
  longer.labels.push_back(k - 1);
  longer.weights.push_back(0);
  const LabelledFit a = FitSample(sample, options), b = FitSample(longer, options);
  AssertAnswersNear(a.transform, b.transform, sample, 0);
  RC_ASSERT(a.warnings == b.warnings);
}

RC_GTEST_PROP(AWeight, CountsAsSoManyRows, ()) {
  const int k = *rc::gen::inRange(2, 6);
  const Sample sample = DrawRows(k);
  const LabelledOptions options = DrawOptions(DrawMethod(k));
  // Platt's targets and bins of equal mass count rows.
  RC_PRE(options.method != Method::kPlatt);
  RC_PRE(options.method != Method::kHistogram || options.binning == Binning::kEqualWidth);
  Sample repeated{.label_count = k};
  for (size_t i = 0; i < sample.labels.size(); ++i) {
    const float weight = sample.weights.empty() ? 1 : sample.weights[i];
    for (float n = 0; n < weight; ++n) {
      const std::vector<float> row = sample.row(i);
      repeated.values.insert(repeated.values.end(), row.begin(), row.end());
      repeated.labels.push_back(sample.labels[i]);
    }
  }
  AssertAnswersNear(FitSample(sample, options).transform,
                    FitSample(repeated, options).transform, sample, 1e-5f);
}

RC_GTEST_PROP(LogarithmsOfRows, GiveTheFitOfTheRows, ()) {
  const int k = *rc::gen::inRange(2, 6);
  const Sample sample = DrawRows(k);
  Method method = DrawMethod(k);
  // What rounding does to a logarithm can move a row over the edge of a bin or a step.
  RC_PRE(method != Method::kHistogram && method != Method::kIsotonic);
  const LabelledOptions options = DrawOptions(method);
  Sample logs = sample;
  logs.scale = Scale::kLogProbability;
  for (float& value : logs.values) value = std::log(value);
  AssertAnswersNear(FitSample(sample, options).transform,
                    FitSample(logs, options).transform, sample, 1e-4f);
}

}  // namespace
}  // namespace calibrd
