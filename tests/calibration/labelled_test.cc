#include "calibration/labelled.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/calibration/labelled_sample.h"
#include "tests/calibration/naive.h"

namespace calibrd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Method = LabelledMethod;

TEST(Temperature, FindsThePlantedOne) {
  for (const double temperature : {0.5, 1.0, 2.5}) {
    const Transform truth{.label_count = 4, .weights = {1 / temperature}};
    const LabelledFit fit = FitSample(DrawSample(20'000, truth, 1), {});
    EXPECT_TRUE(fit.converged);
    EXPECT_THAT(fit.warnings, IsEmpty());
    EXPECT_THAT(fit.transform.bias, IsEmpty());
    ASSERT_EQ(fit.transform.weights.size(), 1u);
    EXPECT_NEAR(fit.transform.weights[0] * temperature, 1, 0.04) << temperature;
  }
}

TEST(Temperature, IsBoundedWhereTheLessProbableLabelIsRight) {
  const Transform truth{.label_count = 3, .weights = {-0.5}};
  const LabelledFit fit = FitSample(DrawSample(500, truth, 2), {});
  EXPECT_THAT(fit.transform.weights, ElementsAre(0.01));
  EXPECT_THAT(fit.warnings, ElementsAre(LabelledWarning::kUninformative));
  EXPECT_NEAR(fit.nll, std::log(3), 0.01);
  EXPECT_THAT(Apply(fit.transform, {0.5f, 0.3f, 0.2f}),
              AreNear<float>({1 / 3.f, 1 / 3.f, 1 / 3.f}, 0.003));
}

TEST(Temperature, ChangesNoDecision) {
  const Transform truth{.label_count = 3, .weights = {-0.5}};
  const Sample sample = DrawSample(500, truth, 2);
  const LabelledFit fit = FitSample(sample, {});
  for (size_t i = 0; i < 500; ++i) {
    const std::vector<float> before = sample.row(i);
    const std::vector<float> after = Apply(fit.transform, before);
    EXPECT_EQ(std::max_element(after.begin(), after.end()) - after.begin(),
              std::max_element(before.begin(), before.end()) - before.begin());
  }
}

TEST(Bias, MakesTheMeanOfTheAnswersTheSharesOfTheLabels) {
  // The gradient of b vanishes where, for each label, they are equal.
  const Sample sample = DrawSample(300, 4, 3);
  const LabelledFit fit = FitSample(sample, {.method = Method::kBias, .bias_l2 = 0.0});
  std::vector<double> mean(4, 0.0);
  for (size_t i = 0; i < 300; ++i) {
    const std::vector<float> q = Apply(fit.transform, sample.row(i));
    for (size_t k = 0; k < 4; ++k) mean[k] += q[k] / 300.0;
  }
  EXPECT_THAT(mean, AreNear(CountLabels(sample.rows()).shares, 1e-6));
}

TEST(Bias, OfLabelsThatOneRowSaysNothingAboutIsTheLogarithmOfTheirShares) {
  Sample sample{.label_count = 2, .labels = {0, 1, 1, 1}};
  sample.values.assign(8, 0.5f);
  const LabelledFit fit = FitSample(sample, {.method = Method::kBias, .bias_l2 = 0.0});
  EXPECT_NEAR(fit.transform.bias[1] - fit.transform.bias[0], std::log(3), 1e-6);
  EXPECT_NEAR(fit.nll, -0.25 * std::log(0.25) - 0.75 * std::log(0.75), 1e-9);
}

TEST(Vector, FindsThePlantedWeightsAndBias) {
  const Transform truth{
      .label_count = 3, .weights = {0.5, 1, 1.5}, .bias = {-0.5, 0, 0.5}};
  const LabelledFit fit =
      FitSample(DrawSample(50'000, truth, 4), {.method = Method::kVector});
  EXPECT_THAT(fit.transform.weights, AreNear(truth.weights, 0.06));
  EXPECT_THAT(fit.transform.bias, AreNear(truth.bias, 0.06));
}

TEST(Beta, KeepsItsWeightsFromBecomingNegative) {
  for (const std::vector<double>& weights :
       {std::vector<double>{-0.6, 0.8}, {0.8, -0.6}, {-0.5, -0.5}}) {
    const Transform truth{.label_count = 2, .weights = weights};
    const LabelledFit fit =
        FitSample(DrawSample(2000, truth, 5), {.method = Method::kBeta});
    EXPECT_TRUE(fit.converged);
    for (size_t k = 0; k < 2; ++k) {
      EXPECT_EQ(fit.transform.weights[k] > 0, weights[k] > 0) << k;
      EXPECT_GE(fit.transform.weights[k], 0);
    }
  }
}

TEST(LinearProbe, StaysAtItsStartUnderAStrongPull) {
  const LabelledFit fit =
      FitSample(DrawSample(100, 2, 6), {.method = Method::kLinearProbe,
                                        .weight_l2 = 1e6,
                                        .bias_l2 = 1e6,
                                        .prior = {1.8, 0.2}});
  EXPECT_EQ(fit.transform.input, Transform::Input::kProbability);
  EXPECT_THAT(fit.transform.weights, AreNear<double>({1 / 0.9, 0, 0, 10}, 1e-5));
  EXPECT_THAT(fit.transform.bias, AreNear<double>({0, 0}, 1e-5));
}

TEST(EveryMethod, StaysWhereItStartsUnderAStrongPull) {
  for (const Method method :
       {Method::kTemperature, Method::kBias, Method::kTemperatureBias, Method::kVector,
        Method::kBeta, Method::kMatrix}) {
    const LabelledFit fit = FitSample(
        DrawSample(100, 2, 6), {.method = method, .weight_l2 = 1e6, .bias_l2 = 1e6});
    EXPECT_THAT(Apply(fit.transform, {0.7f, 0.3f}), AreNear<float>({0.7f, 0.3f}, 1e-5))
        << LabelledMethodName(method);
  }
}

TEST(Isotonic, InterpolatesBetweenTheLevelsOfItsFit) {
  // p_1 rising, pooled into 0 (twice), 1/2 (three times: 1 0 is a violator, the ties of
  // 0.5 are one), 1.
  const Sample sample{
      .label_count = 2,
      .values = {0.9f, 0.1f, 0.8f, 0.2f, 0.5f, 0.5f, 0.5f, 0.5f, 0.1f, 0.9f},
      .labels = {0, 0, 1, 0, 1}};
  const LabelledFit fit = FitSample(sample, {.method = Method::kIsotonic});
  ASSERT_EQ(fit.transform.maps.size(), 2u);
  const std::vector<double> p = {0.1, 0.2, 0.35, 0.5, 0.7, 0.9};
  const std::vector<double> q = {0, 0, 0.25, 0.5, 0.75, 1};
  for (size_t i = 0; i < p.size(); ++i) {
    EXPECT_NEAR(MapProbability(fit.transform.maps[1], p[i]), q[i], 1e-6) << p[i];
    EXPECT_NEAR(MapProbability(fit.transform.maps[0], 1 - p[i]), 1 - q[i], 1e-6) << p[i];
  }
  EXPECT_NEAR(fit.objective, 0.1, 1e-12);  // two squares of 1/2 among five rows
}

TEST(Isotonic, KeepsToTheMostPointsAndSaysSo) {
  // As many levels as there are rows: shares rise from row to row.
  constexpr int kRows = 5000;
  Sample sample{.label_count = 2};
  for (int i = 0; i < kRows; ++i) {
    const float p = (static_cast<float>(i) + 1) / (kRows + 2);
    for (const int label : {0, 1}) {
      sample.values.insert(sample.values.end(), {1 - p, p});
      sample.labels.push_back(label);
      sample.weights.push_back(static_cast<float>(label == 1 ? i + 1 : kRows - i));
    }
  }
  const LabelledFit fit = FitSample(sample, {.method = Method::kIsotonic});
  EXPECT_TRUE(CheckTransform(fit.transform).ok());
  EXPECT_EQ(fit.transform.maps[1].x.size(), static_cast<size_t>(kMaxMapPoints));
  EXPECT_THAT(fit.warnings, ElementsAre(LabelledWarning::kPointsLeftOut));
  EXPECT_NEAR(MapProbability(fit.transform.maps[1], 0.4), 0.4, 1e-3);
}

TEST(Histogram, GivesABinTheShareOfItsRows) {
  const Sample sample{.label_count = 2,
                      .values = {0.9f, 0.1f, 0.8f, 0.2f, 0.6f, 0.4f, 0.1f, 0.9f},
                      .labels = {0, 1, 1, 1},
                      .weights = {3, 1, 2, 5}};
  LabelledOptions options{
      .method = Method::kHistogram, .bin_count = 4, .binning = Binning::kEqualWidth};
  LabelledFit fit = FitSample(sample, options);
  EXPECT_THAT(fit.transform.maps[1].x, ElementsAre(0.25, 0.5, 0.75, 1));
  EXPECT_THAT(fit.transform.maps[1].y, ElementsAre(0.25, 1, 0.625, 1));  // 3rd: no rows
  EXPECT_NEAR(fit.objective, 4 / 11. * 0.25 * 0.75, 1e-12);
  options.bin_count = 2;
  options.binning = Binning::kEqualMass;
  fit = FitSample(sample, options);
  EXPECT_THAT(fit.transform.maps[1].x, AreNear<double>({0.3, 1}, 1e-6));
  EXPECT_THAT(fit.transform.maps[1].y, ElementsAre(0.25, 1));
}

TEST(Histogram, AnswersWithTheMirroredMapForLabelZero) {
  const Sample sample = DrawSample(200, 2, 8);
  for (const Binning binning : {Binning::kEqualMass, Binning::kEqualWidth}) {
    const LabelledFit fit =
        FitSample(sample, {.method = Method::kHistogram, .binning = binning});
    for (size_t i = 0; i < 200; ++i) {
      const double q1 =
          MapProbability(fit.transform.maps[1], static_cast<double>(sample.row(i)[1]));
      EXPECT_NEAR(Apply(fit.transform, sample.row(i))[1], q1, 1e-6);
    }
  }
}

// F of the header in long double, from the oracle's softmax.
double NaiveObjective(const Sample& sample, const Transform& transform,
                      const LabelledFit& fit, Method method) {
  const naive::Map map = naive::FromTransform(transform);
  const auto k = static_cast<size_t>(transform.label_count);
  naive::Number sum = 0;
  for (size_t i = 0; i < sample.labels.size(); ++i) {
    sum -= std::log(naive::Apply(map, sample.row(i),
                                 sample.scale)[static_cast<size_t>(sample.labels[i])]);
  }
  sum /= static_cast<naive::Number>(sample.labels.size());
  for (size_t i = 0; i < map.weights.size(); ++i) {
    const bool diagonal = map.weights.size() < k * k || i % (k + 1) == 0;
    if (diagonal && method == Method::kDirichlet) continue;
    const naive::Number start = !diagonal                        ? 0
                                : method == Method::kLinearProbe ? static_cast<double>(k)
                                                                 : 1;
    sum += fit.weight_l2 * (map.weights[i] - start) * (map.weights[i] - start);
  }
  for (const naive::Number b : map.bias) sum += fit.bias_l2 * b * b;
  return static_cast<double>(sum);
}

class Affine : public testing::TestWithParam<Method> {};

TEST_P(Affine, HasTheObjectiveOfItsFormulaAndNoSlopeAtItsMinimum) {
  const Method method = GetParam();
  for (const int label_count : {2, 4, 7}) {
    if (!Fits(method, label_count)) continue;
    const Sample sample = DrawSample(250, label_count, 9);
    const LabelledFit fit =
        FitSample(sample, {.method = method, .weight_l2 = 0.003, .bias_l2 = 0.002});
    EXPECT_TRUE(fit.converged);
    EXPECT_LE(fit.gradient, 1e-8);
    EXPECT_NEAR(NaiveObjective(sample, fit.transform, fit, method), fit.objective, 1e-8);
    constexpr double kStep = 1e-4;
    Transform moved = fit.transform;
    for (std::vector<double>* numbers : {&moved.weights, &moved.bias}) {
      for (double& number : *numbers) {
        number += kStep;
        const double after = NaiveObjective(sample, moved, fit, method);
        number -= 2 * kStep;
        const double before = NaiveObjective(sample, moved, fit, method);
        number += kStep;
        EXPECT_NEAR((after - before) / (2 * kStep), 0, 1e-7);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Labelled, Affine,
                         testing::Values(Method::kTemperature, Method::kBias,
                                         Method::kTemperatureBias, Method::kVector,
                                         Method::kBeta, Method::kMatrix,
                                         Method::kDirichlet, Method::kLinearProbe),
                         [](const auto& test) {
                           return std::string(LabelledMethodName(test.param));
                         });

TEST(Dirichlet, ConvergesWithManyLabels) {
  const Sample sample = DrawSample(400, 40, 10);
  const LabelledFit fit = FitSample(sample, {.method = Method::kDirichlet});
  EXPECT_TRUE(fit.converged);
  EXPECT_LE(fit.gradient, 1e-8);
  EXPECT_THAT(fit.warnings, testing::Contains(LabelledWarning::kFewRows));
}

TEST(CountParameters, LeavesOutWhatSoftmaxCannotTellApart) {
  EXPECT_EQ(CountParameters(Method::kTemperature, 5), 1);
  EXPECT_EQ(CountParameters(Method::kBias, 5), 4);
  EXPECT_EQ(CountParameters(Method::kTemperatureBias, 5), 5);
  EXPECT_EQ(CountParameters(Method::kPlatt, 2), 2);
  EXPECT_EQ(CountParameters(Method::kVector, 5), 9);
  EXPECT_EQ(CountParameters(Method::kBeta, 2), 3);
  EXPECT_EQ(CountParameters(Method::kMatrix, 5), 24);
  EXPECT_EQ(CountParameters(Method::kDirichlet, kMaxDenseLabels), 1'048'575);
  EXPECT_EQ(CountParameters(Method::kLinearProbe, 5), 20);
  EXPECT_EQ(CountParameters(Method::kIsotonic, 5), 0);
}

void ExpectBadOptions(const LabelledOptions& options, int label_count,
                      const std::string& field, const std::string& words) {
  ExpectInvalid(CheckLabelledOptions(options, label_count), reason::kInvalidOptions,
                field, words);
}

TEST(CheckLabelledOptions, RefusesAMethodThatCannotFitSoManyLabels) {
  for (const Method method : kLabelledMethods) {
    ExpectBadOptions({.method = method}, 1, "method", "at least 2");
    EXPECT_TRUE(CheckLabelledOptions({.method = method}, 2).ok());
  }
  ExpectBadOptions({.method = Method::kPlatt}, 3, "method",
                   "PLATT is for 2 labels, not for 3");
  ExpectBadOptions({.method = Method::kBeta}, 3, "method",
                   "BETA is for 2 labels, not for 3");
  for (const Method method :
       {Method::kMatrix, Method::kDirichlet, Method::kLinearProbe}) {
    EXPECT_TRUE(CheckLabelledOptions({.method = method}, kMaxDenseLabels).ok());
    ExpectBadOptions({.method = method}, kMaxDenseLabels + 1, "method", "at most 1024");
  }
}

TEST(CheckLabelledOptions, NamesTheOptionThatIsOutOfRange) {
  const double nan = std::nan("");
  for (const double bad : {-1e-3, 1.1e6, nan}) {
    ExpectBadOptions({.weight_l2 = bad}, 3, "weight_l2", "from 0 to 1e+06");
    ExpectBadOptions({.bias_l2 = bad}, 3, "bias_l2", "from 0 to 1e+06");
  }
  for (const double bad : {0.0, -1.0, nan, HUGE_VAL}) {
    ExpectBadOptions({.prior = {1, bad, 1}}, 3, "prior[1]", "above 0");
    ExpectBadOptions({.gradient = bad}, 3, "gradient", "above 0");
  }
  ExpectBadOptions({.prior = {1, 1}}, 3, "prior", "2 numbers for 3 labels");
  ExpectBadOptions({.bin_count = 0}, 3, "bin_count", "from 1 to 4096");
  ExpectBadOptions({.bin_count = 4097}, 3, "bin_count", "from 1 to 4096");
  ExpectBadOptions({.method = Method::kHistogram, .bin_count = 15}, kMaxLabels,
                   "bin_count", "at most 1048576");
  ExpectBadOptions({.most_iterations = 0}, 3, "most_iterations", "from 1 to 100000");
}

TEST(FitLabelled, ChecksRowsAndOptions) {
  Sample sample = DrawSample(10, 3, 11);
  ExpectInvalid(FitLabelled(sample.rows(), {}, {.method = Method::kBeta}).status(),
                reason::kInvalidOptions, "method", "2 labels");
  sample.labels[4] = 3;
  ExpectInvalid(FitLabelled(sample.rows(), {}, {}).status(), reason::kInvalidRows,
                "labels[4]", "outside 0 … 2");
}

TEST(FitLabelled, SaysThatItDidNotConverge) {
  const LabelledFit fit = FitSample(DrawSample(100, 3, 12),
                                    {.method = Method::kVector, .most_iterations = 1});
  EXPECT_FALSE(fit.converged);
  EXPECT_EQ(fit.iterations, 1);
  EXPECT_GT(fit.gradient, 1e-8);
  EXPECT_THAT(fit.warnings, ElementsAre(LabelledWarning::kNotConverged));
}

}  // namespace
}  // namespace calibrd
