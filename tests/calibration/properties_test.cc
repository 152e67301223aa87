// The laws that hold for every row and every transform, with generated nasty numbers.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Floats = std::vector<float>;
using Pooling = PriorOptions::Pooling;

constexpr float kInf = std::numeric_limits<float>::infinity();

rc::Gen<float> Fraction() {  // (0, 1], in steps of 1/1000
  return rc::gen::map(rc::gen::inRange(1, 1001),
                      [](int i) { return static_cast<float>(i) / 1000; });
}

// What a model could send at its worst.
rc::Gen<float> NastyProbability() {
  const auto nasty =
      rc::gen::element(0.0f, -0.0f, 1e-45f, 1e-40f, 1.17549435e-38f, 1e-30f, 1e-20f,
                       1e-7f, 1.0f, 1e7f, 1e20f, 1e30f, 1e38f, 3e38f);
  return rc::gen::weightedOneOf<float>({{2, nasty}, {1, Fraction()}});
}

rc::Gen<float> NastyLogProbability() {
  const auto nasty = rc::gen::element(-kInf, -1e-45f, -87.0f, -104.0f, -745.0f, -1000.0f,
                                      1000.0f, -1e10f, 1e10f, -3e38f, 3e38f);
  const auto usual = rc::gen::map(rc::gen::inRange(-2000, 100),
                                  [](int i) { return static_cast<float>(i) / 100; });
  return rc::gen::weightedOneOf<float>({{1, nasty}, {1, usual}});
}

rc::Gen<double> NastyParameter() {
  const auto nasty = rc::gen::element(0.0, 1.0, -1.0, 700.0, -700.0, 1e30, -1e30, 1e-300,
                                      kLargestParameter, -kLargestParameter);
  const auto usual = rc::gen::map(rc::gen::inRange(-5000, 5000),
                                  [](int i) { return static_cast<double>(i) / 1000; });
  return rc::gen::weightedOneOf<double>({{1, nasty}, {2, usual}});
}

template <typename Number>
std::vector<Number> Draw(size_t count, const rc::Gen<Number>& generator) {
  return *rc::gen::container<std::vector<Number>>(count, generator);
}

// A row that passes CheckRows.
Floats DrawRow(int k, Scale scale) {
  const bool logs = scale == Scale::kLogProbability;
  Floats row =
      Draw(static_cast<size_t>(k), logs ? NastyLogProbability() : NastyProbability());
  const float zero = logs ? -kInf : 0.0f;
  if (std::count(row.begin(), row.end(), zero) == k) row[0] = logs ? 0.0f : 1e-45f;
  RC_ASSERT(CheckRows({.values = row, .label_count = k, .scale = scale}, {}).ok());
  return row;
}

// A row of probabilities between 0.001 and 1, before normalisation.
Floats DrawUsualRow(int k) {
  return Draw(static_cast<size_t>(k), Fraction());
}

int DrawLabelCount(int lowest = 1) {
  return *rc::gen::inRange(lowest, 12);
}

Scale DrawScale() {
  return *rc::gen::element(Scale::kProbability, Scale::kLogProbability);
}

PriorOptions DrawOptions() {
  PriorOptions options = *rc::gen::elementOf(ThreeForms());
  options.pooling =
      *rc::gen::element(Pooling::kParameters, Pooling::kProbabilities, Pooling::kMinimum);
  options.normalization = *rc::gen::element(PriorOptions::Normalization::kBeforePooling,
                                            PriorOptions::Normalization::kAfterPooling);
  options.min_probability = *rc::gen::element(1e-30, 1e-12, 1e-6, 0.01);
  return options;
}

Transform DrawTransform(int k) {
  const int weights = *rc::gen::element(0, 1, k, k * k);
  const int bias = *rc::gen::element(0, k);
  return {.label_count = k,
          .input = *rc::gen::element(Transform::Input::kProbability,
                                     Transform::Input::kLogProbability),
          .weights = Draw(static_cast<size_t>(weights), NastyParameter()),
          .bias = Draw(static_cast<size_t>(bias), NastyParameter())};
}

void AssertDistribution(const Floats& q) {
  double sum = 0;
  for (const float value : q) {
    RC_ASSERT(std::isfinite(value));
    RC_ASSERT(value >= 0);
    sum += value;
  }
  RC_ASSERT(std::abs(sum - 1) <= 1e-6);
}

void AssertNear(const Floats& a, const Floats& b) {
  RC_ASSERT(a.size() == b.size());
  for (size_t i = 0; i < a.size(); ++i) RC_ASSERT(std::abs(a[i] - b[i]) <= 1e-6f);
}

template <typename Number>
std::vector<Number> Permuted(const std::vector<Number>& row,
                             const std::vector<size_t>& order) {
  std::vector<Number> permuted;
  for (const size_t from : order) permuted.push_back(row[from]);
  return permuted;
}

RC_GTEST_PROP(AnyFit, AnswersWithADistributionForAnyRow, ()) {
  const int k = DrawLabelCount();
  const Scale scale = DrawScale();
  Floats rows = DrawRow(k, scale);
  for (int more = *rc::gen::inRange(0, 3); more > 0; --more) {
    const Floats row = DrawRow(k, scale);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  PriorOptions options = DrawOptions();
  if (*rc::gen::arbitrary<bool>()) {
    options.target_prior =
        Draw(static_cast<size_t>(k), rc::gen::element(1e-30, 0.3, 1e5));
  }
  const PriorFit fit = Fit(rows, k, options, scale);
  RC_ASSERT(CheckTransform(fit.transform).ok());
  RC_ASSERT(std::abs(std::accumulate(fit.prior.begin(), fit.prior.end(), 0.0) - 1) <
            1e-9);
  RC_ASSERT(fit.total_variation >= 0 && fit.total_variation <= 1 + 1e-9);
  const Scale live = DrawScale();
  AssertDistribution(Apply(fit.transform, DrawRow(k, live), live));
}

RC_GTEST_PROP(AnyImportedTransform, AnswersWithADistributionForAnyRow, ()) {
  const int k = DrawLabelCount();
  const Scale scale = DrawScale();
  const Transform transform = DrawTransform(k);
  RC_ASSERT(CheckTransform(transform).ok());
  AssertDistribution(Apply(transform, DrawRow(k, scale), scale));
}

RC_GTEST_PROP(AnyVocabulary, AnswersWithADistribution, ()) {
  const int k = *rc::gen::inRange(100, 5000);
  const float value =
      *rc::gen::suchThat(NastyProbability(), [](float v) { return v > 0; });
  Floats row(static_cast<size_t>(k), value);
  row[0] = *NastyProbability();
  for (const PriorOptions& options : ThreeForms()) {
    AssertDistribution(Apply(Fit(Floats(row.size(), 1.0f), k, options).transform, row));
  }
}

RC_GTEST_PROP(UniformPrior, ChangesNothing, ()) {
  const int k = DrawLabelCount();
  const Floats row = DrawUsualRow(k);
  const Floats even(static_cast<size_t>(k), *Fraction());
  PriorOptions options = DrawOptions();
  options.weights = PriorOptions::Weights::kDiagonal;
  options.output = PriorOptions::Output::kNormalized;
  const float sum = std::accumulate(row.begin(), row.end(), 0.0f);
  Floats expected;
  for (const float value : row) expected.push_back(value / sum);
  AssertNear(Apply(Fit(even, k, options).transform, row), expected);
}

RC_GTEST_PROP(PermutingTheLabels, PermutesTheAnswer, ()) {
  const int k = DrawLabelCount();
  const Floats c = DrawRow(k, Scale::kProbability), p = DrawRow(k, Scale::kProbability);
  std::vector<size_t> order(static_cast<size_t>(k));
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(*rc::gen::arbitrary<uint32_t>()));
  PriorOptions options = DrawOptions();
  options.min_probability = 1e-6;
  const Floats q = Apply(Fit(c, k, options).transform, p);
  const Floats permuted_q =
      Apply(Fit(Permuted(c, order), k, options).transform, Permuted(p, order));
  AssertNear(permuted_q, Permuted(q, order));
}

// The label with the largest p/c wins. A near-tie may go either way, so what is asked of
// the winner is a ratio within rounding of the largest.
void AssertWinsByRatio(int winner, const Floats& p, const std::vector<double>& c) {
  double largest = 0;
  for (size_t i = 0; i < p.size(); ++i) largest = std::max(largest, p[i] / c[i]);
  const auto i = static_cast<size_t>(winner);
  RC_ASSERT(p[i] / c[i] >= largest * (1 - 1e-5));
}

RC_GTEST_PROP(BothOutputs, ChooseTheSameLabelForOneContentFreeRow, ()) {
  const int k = DrawLabelCount();
  const Floats c = DrawUsualRow(k), p = DrawUsualRow(k);
  const std::vector<double> ratios(c.begin(), c.end());
  for (const PriorOptions& options : {Normalized(), Softmax()}) {
    AssertWinsByRatio(BestLabel(Apply(Fit(c, k, options).transform, p)), p, ratios);
  }
}

RC_GTEST_PROP(BothOutputs, ChooseTheSameLabelForPooledProbabilities, ()) {
  const int k = DrawLabelCount();
  const Floats a = DrawUsualRow(k), b = DrawUsualRow(k), p = DrawUsualRow(k);
  const double sum_a = std::accumulate(a.begin(), a.end(), 0.0);
  const double sum_b = std::accumulate(b.begin(), b.end(), 0.0);
  std::vector<double> mean;
  for (size_t i = 0; i < a.size(); ++i) mean.push_back(a[i] / sum_a + b[i] / sum_b);
  Floats rows = a;
  rows.insert(rows.end(), b.begin(), b.end());
  for (PriorOptions options : {Normalized(), Softmax()}) {
    options.pooling = Pooling::kProbabilities;
    AssertWinsByRatio(BestLabel(Apply(Fit(rows, k, options).transform, p)), p, mean);
  }
}

RC_GTEST_PROP(ScalingARow, ChangesNothing, ()) {
  const int k = DrawLabelCount();
  const Floats c = DrawUsualRow(k), p = DrawUsualRow(k);
  const float factor = *rc::gen::element(1e-30f, 1e-9f, 0.3f, 3.0f, 1e9f, 1e30f);
  Floats scaled = p;
  for (float& value : scaled) value *= factor;
  PriorOptions options = DrawOptions();
  options.min_probability = 1e-6;
  // W = diag(c)^-1 multiplies the rounding of `scaled` to float32 by up to 1000.
  const bool steep = options.output == PriorOptions::Output::kSoftmax &&
                     options.weights == PriorOptions::Weights::kDiagonal;
  const Transform transform =
      Fit(steep ? Floats(p.size(), 1.0f) : c, k, options).transform;
  AssertNear(Apply(transform, scaled), Apply(transform, p));
}

RC_GTEST_PROP(ShiftingLogProbabilities, ChangesNothing, ()) {
  const int k = DrawLabelCount();
  // Steps of 1/64 and powers of two, so that float32 holds every sum exactly.
  Floats row;
  for (const int i : Draw(static_cast<size_t>(k), rc::gen::inRange(-2000, 1))) {
    row.push_back(static_cast<float>(i) / 64);
  }
  const float shift = *rc::gen::element(-1024.0f, -1.0f, 64.0f, 1024.0f);
  Floats shifted = row;
  for (float& value : shifted) value += shift;
  const Transform transform = Fit(DrawUsualRow(k), k, DrawOptions()).transform;
  AssertNear(Apply(transform, shifted, Scale::kLogProbability),
             Apply(transform, row, Scale::kLogProbability));
}

RC_GTEST_PROP(LogProbabilities, GiveWhatProbabilitiesGive, ()) {
  const int k = DrawLabelCount();
  const Floats c = DrawUsualRow(k), p = DrawUsualRow(k);
  Floats log_p;
  for (const float value : p) log_p.push_back(std::log(value));
  PriorOptions options = DrawOptions();
  const bool steep = options.output == PriorOptions::Output::kSoftmax &&
                     options.weights == PriorOptions::Weights::kDiagonal;
  const Transform transform =
      Fit(steep ? Floats(p.size(), 1.0f) : c, k, options).transform;
  const Floats a = Apply(transform, p),
               b = Apply(transform, log_p, Scale::kLogProbability);
  for (size_t i = 0; i < a.size(); ++i) RC_ASSERT(std::abs(a[i] - b[i]) <= 4e-6f);
}

}  // namespace
}  // namespace calibrd
