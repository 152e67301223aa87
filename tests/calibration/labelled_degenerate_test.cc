// What the labelled family does with rows that cannot tell it what it wants to know.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/calibration/labelled_sample.h"

namespace calibrd {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using Method = LabelledMethod;
using Warning = LabelledWarning;

constexpr float kInf = std::numeric_limits<float>::infinity();

// Every method and both strengths that it can have: by default and, where the rows allow
// it, none.
std::vector<LabelledFit> EveryFit(const Sample& sample) {
  std::vector<LabelledFit> fits;
  for (const Method method : kLabelledMethods) {
    if (!Fits(method, sample.label_count)) continue;
    LabelledOptions options{.method = method};
    fits.push_back(FitSample(sample, options));
    options.weight_l2 = options.bias_l2 = 0.0;
    const absl::StatusOr<LabelledFit> free = FitLabelled(sample.rows(), {}, options);
    if (free.ok()) fits.push_back(*free);
  }
  return fits;
}

// The fit is usable: the transform is sound and its answers are distributions.
void ExpectSound(const Sample& sample, const LabelledFit& fit) {
  EXPECT_TRUE(fit.converged) << fit.gradient;
  EXPECT_TRUE(CheckTransform(fit.transform).ok()) << CheckTransform(fit.transform);
  EXPECT_TRUE(std::isfinite(fit.objective) && std::isfinite(fit.nll) &&
              std::isfinite(fit.gradient));
  for (size_t i = 0; i < sample.labels.size(); ++i) {
    double sum = 0;
    for (const float q : Apply(fit.transform, sample.row(i), sample.scale)) {
      EXPECT_GE(q, 0);
      sum += q;
    }
    EXPECT_NEAR(sum, 1, 1e-6);
  }
}

void ExpectSoundFits(const Sample& sample) {
  int method = 0;
  for (const LabelledFit& fit : EveryFit(sample)) {
    SCOPED_TRACE("fit " + std::to_string(method++));
    ExpectSound(sample, fit);
  }
}

TEST(OneRow, IsEnoughForEveryMethodThatIsHeld) {
  for (const int label_count : {2, 3}) {
    const Sample sample = DrawSample(1, label_count, 1);
    ExpectSoundFits(sample);
    for (const LabelledFit& fit : EveryFit(sample)) {
      EXPECT_THAT(fit.warnings, Contains(Warning::kOneLabel));
    }
  }
}

TEST(FewerRowsThanParameters, AreAWarningWhereThereIsAPullAndAnErrorElse) {
  const Sample sample = DrawSample(20, 5, 2);
  for (const Method method : {Method::kMatrix, Method::kDirichlet}) {
    const LabelledFit fit = FitSample(sample, {.method = method});
    EXPECT_THAT(fit.warnings, Contains(Warning::kFewRows));
    ExpectSound(sample, fit);
    for (const double free : {0.0, 1e-11}) {
      ExpectInvalid(
          FitLabelled(sample.rows(), {}, {.method = method, .weight_l2 = free}).status(),
          reason::kInvalidOptions, "weight_l2",
          "20 rows do not determine the 24 parameters");
      ExpectInvalid(
          FitLabelled(sample.rows(), {}, {.method = method, .bias_l2 = free}).status(),
          reason::kInvalidOptions, "bias_l2", "send at least 24 rows");
    }
  }
  const LabelledFit enough =
      FitSample(DrawSample(24, 5, 2), {.method = Method::kDirichlet});
  EXPECT_THAT(enough.warnings, Not(Contains(Warning::kFewRows)));
}

TEST(FewerRowsThanParameters, AreCountedWithoutThoseOfWeightZero) {
  Sample sample = DrawSample(10, 5, 2);
  sample.weights = {1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
  ExpectInvalid(
      FitLabelled(sample.rows(), {}, {.method = Method::kBias, .bias_l2 = 0.0}).status(),
      reason::kInvalidOptions, "bias_l2", "3 rows do not determine the 4 parameters");
}

TEST(FewerRowsThanBins, AreAWarning) {
  const Sample sample = DrawSample(10, 3, 3);
  const LabelledFit fit = FitSample(sample, {.method = Method::kHistogram});
  EXPECT_THAT(fit.warnings, Contains(Warning::kFewRows));
  ExpectSound(sample, fit);
}

TEST(ALabelWithoutRows, IsNamedAndItsBiasIsHeld) {
  Sample sample = DrawSample(100, 4, 4);
  for (int32_t& label : sample.labels) label = label == 2 ? 1 : label;
  ExpectSoundFits(sample);
  for (const LabelledFit& fit : EveryFit(sample)) {
    EXPECT_THAT(fit.warnings, Contains(Warning::kLabelWithoutRows));
    EXPECT_THAT(fit.labels_without_rows, ElementsAre(2));
  }
  const LabelledFit held = FitSample(sample, {.method = Method::kBias});
  EXPECT_LT(held.transform.bias[2], -2);
  EXPECT_GT(held.transform.bias[2], -12);
  const LabelledFit free = FitSample(sample, {.method = Method::kBias, .bias_l2 = 0.0});
  EXPECT_LT(free.transform.bias[2], -10);
  EXPECT_GT(free.transform.bias[2], -50);
}

TEST(ALabelWithoutRows, KeepsItsProbabilityInMaps) {
  Sample sample = DrawSample(100, 4, 4);
  for (int32_t& label : sample.labels) label = label == 2 ? 1 : label;
  for (const Method method : {Method::kIsotonic, Method::kHistogram}) {
    const LabelledFit fit = FitSample(sample, {.method = method});
    for (const double p : {0.0, 0.3, 1.0}) {
      EXPECT_EQ(MapProbability(fit.transform.maps[2], p), p);
    }
    EXPECT_NE(MapProbability(fit.transform.maps[1], 0.9), 0.9);
  }
}

TEST(OneLabelOnly, IsAWarningAndMapsChangeNothing) {
  for (const int label_count : {2, 3}) {
    Sample sample = DrawSample(50, label_count, 5);
    sample.labels.assign(50, 1);
    ExpectSoundFits(sample);
    for (const LabelledFit& fit : EveryFit(sample)) {
      EXPECT_THAT(fit.warnings, Contains(Warning::kOneLabel));
      if (fit.transform.maps.empty()) continue;
      EXPECT_THAT(Apply(fit.transform, sample.row(0)), AreNear(sample.row(0), 1e-6));
    }
  }
}

TEST(RowsThatAreAllEqual, GiveTheSharesOfTheLabels) {
  Sample sample{.label_count = 2, .labels = {0, 1, 1, 1}};
  for (int i = 0; i < 4; ++i) sample.values.insert(sample.values.end(), {0.7f, 0.3f});
  ExpectSoundFits(sample);
  for (const Method method : {Method::kBias, Method::kTemperatureBias, Method::kVector,
                              Method::kBeta, Method::kMatrix}) {
    const LabelledFit fit =
        FitSample(sample, {.method = method, .weight_l2 = 0.0, .bias_l2 = 0.0});
    EXPECT_NEAR(Apply(fit.transform, {0.7f, 0.3f})[1], 0.75, 1e-5)
        << LabelledMethodName(method);
  }
  for (const Method method : {Method::kIsotonic, Method::kHistogram}) {
    EXPECT_NEAR(Apply(FitSample(sample, {.method = method}).transform, {0.7f, 0.3f})[1],
                0.75, 1e-6);
  }
}

// Rows of which every one gives its label the highest probability, some only just.
Sample Separable(int label_count) {
  Sample sample = DrawSample(60, label_count, 6);
  for (size_t i = 0; i < 60; ++i) sample.labels[i] = BestLabel(sample.row(i));
  return sample;
}

TEST(SeparableRows, AreAWarningAndLeaveEveryParameterBounded) {
  for (const int label_count : {2, 3}) {
    const Sample sample = Separable(label_count);
    ExpectSoundFits(sample);
    for (const Method method :
         {Method::kTemperature, Method::kTemperatureBias, Method::kVector, Method::kBeta,
          Method::kMatrix, Method::kDirichlet}) {
      if (!Fits(method, label_count)) continue;
      SCOPED_TRACE(std::string(LabelledMethodName(method)));
      const LabelledFit free =
          FitSample(sample, {.method = method, .weight_l2 = 0.0, .bias_l2 = 0.0});
      EXPECT_THAT(free.warnings, Contains(Warning::kSeparable));
      EXPECT_LT(free.nll, 1e-4);
      // sqrt(F(start) / kLeastStrength), and in truth far less.
      for (const double w : free.transform.weights) EXPECT_LT(std::abs(w), 1e4);
      if (method == Method::kDirichlet) continue;  // nothing holds its diagonal
      const LabelledFit held = FitSample(sample, {.method = method, .weight_l2 = 0.01});
      EXPECT_LT(held.transform.weights[0], 100);
    }
  }
}

TEST(SeparableRows, OfBiasAloneAreNone) {
  EXPECT_THAT(FitSample(Separable(3), {.method = Method::kBias}).warnings, IsEmpty());
}

TEST(Zeros, CountAsTheSmallestProbability) {
  Sample sample = DrawSample(40, 3, 7);
  for (size_t i = 0; i < 40; ++i) {
    const auto right = static_cast<size_t>(sample.labels[i]);
    sample.values[i * 3 + (i % 2 == 0 ? right : (right + 1) % 3)] = 0;
  }
  ExpectSoundFits(sample);
  Sample logs = sample;
  logs.scale = Scale::kLogProbability;
  for (float& value : logs.values) value = std::log(value);
  ExpectSoundFits(logs);
}

TEST(OneHotRows, AreFittedWhetherRightOrWrong) {
  for (const int wrong : {0, 1, 3, 6}) {
    Sample sample{.label_count = 2, .labels = {0, 1, 0, 1, 0, 1}};
    for (int i = 0; i < 6; ++i) {
      const bool answer = (sample.labels[static_cast<size_t>(i)] == 1) == (i >= wrong);
      sample.values.insert(sample.values.end(),
                           {answer ? 0.0f : 1.0f, answer ? 1.0f : 0.0f});
    }
    SCOPED_TRACE(wrong);
    ExpectSoundFits(sample);
  }
}

TEST(Logits, OfAnySizeAreFitted) {
  Sample sample{
      .label_count = 3, .scale = Scale::kLogProbability, .labels = {0, 1, 2, 1}};
  sample.values = {3e38f,   -3e38f, -kInf, 1e10f, 1e10f, -1e10f,
                   -1e-45f, -1000,  1000,  0,     0,     0};
  ExpectSoundFits(sample);
}

TEST(Weights, OfAnySizeAreFitted) {
  Sample sample = DrawSample(60, 2, 8);
  for (int i = 0; i < 60; ++i) {
    sample.weights.push_back(std::pow(10.0f, static_cast<float>(i % 38)));
  }
  ExpectSoundFits(sample);
}

TEST(PriorsFarApart, AreFitted) {
  const Sample sample = DrawSample(60, 3, 9);
  for (const std::vector<double>& prior :
       {std::vector<double>{1e-90, 1, 1e90}, {1e100, 1e100, 1e100}}) {
    ExpectSound(sample,
                FitSample(sample, {.method = Method::kLinearProbe, .prior = prior}));
  }
}

TEST(AVocabulary, IsFittedByEveryMethodThatIsNotDense) {
  constexpr int kLabels = 20'000;
  Sample sample{.label_count = kLabels};
  for (int i = 0; i < 3; ++i) {
    for (int k = 0; k < kLabels; ++k) {
      sample.values.push_back(1 / static_cast<float>(1 + (k + i) % 100));
    }
    sample.labels.push_back(7 * i);
  }
  for (const Method method : kLabelledMethods) {
    if (!Fits(method, kLabels)) continue;
    SCOPED_TRACE(std::string(LabelledMethodName(method)));
    const LabelledFit fit = FitSample(sample, {.method = method});
    EXPECT_TRUE(CheckTransform(fit.transform).ok());
    EXPECT_TRUE(fit.converged) << fit.gradient;
    EXPECT_EQ(fit.labels_without_rows.size(), static_cast<size_t>(kLabels - 3));
  }
}

}  // namespace
}  // namespace calibrd
