#include "calibration/prior.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Normalization = PriorOptions::Normalization;
using Pooling = PriorOptions::Pooling;
using testing::Each;
using testing::IsEmpty;
using testing::SizeIs;

constexpr float kInf = std::numeric_limits<float>::infinity();

TEST(ContentFreePrior, IsTheRowOnTheLabelSet) {
  const PriorFit fit = Fit({0.45f, 0.05f}, 2, Normalized());
  EXPECT_THAT(fit.prior, AreNear<double>({0.9, 0.1}, 1e-7));
  EXPECT_EQ(fit.favored_label, 0);
  EXPECT_NEAR(fit.total_variation, 0.4, 1e-7);
}

TEST(ContentFreePrior, UnbiasedModelStaysUnchanged) {
  const PriorFit fit = Fit({0.25f, 0.25f, 0.25f, 0.25f}, 4, Normalized());
  EXPECT_EQ(fit.favored_label, -1);
  EXPECT_EQ(fit.total_variation, 0);
  EXPECT_THAT(Apply(fit.transform, {0.4f, 0.3f, 0.2f, 0.1f}),
              AreNear<float>({0.4f, 0.3f, 0.2f, 0.1f}, 1e-6));
}

TEST(ContentFreePrior, BecomesTheTargetPriorInAllThreeForms) {
  for (PriorOptions options : ThreeForms()) {
    options.target_prior = {5, 3, 2};
    const std::vector<float> c = {0.2f, 0.1f, 0.7f};
    EXPECT_THAT(Apply(Fit(c, 3, options).transform, c),
                AreNear<float>({0.5f, 0.3f, 0.2f}, 1e-6));
  }
}

TEST(ContentFreePrior, BecomesEvenInAllThreeFormsWithoutATargetPrior) {
  for (const PriorOptions& options : ThreeForms()) {
    const std::vector<float> c = {0.02f, 0.01f, 0.07f};
    EXPECT_THAT(Apply(Fit(c, 3, options).transform, c),
                AreNear<float>({1 / 3.f, 1 / 3.f, 1 / 3.f}, 1e-6));
  }
}

TEST(ContentFreePrior, NoBiasIsMeasuredAgainstTheTargetPrior) {
  PriorOptions options;
  options.target_prior = {0.9, 0.1};
  const PriorFit fit = Fit({0.9f, 0.1f, 0.5f, 0.5f}, 2, options);
  EXPECT_EQ(fit.rows[0].favored_label, -1) << "rounding to float32 is no bias";
  EXPECT_EQ(fit.rows[1].favored_label, 1);
  EXPECT_EQ(fit.favored_label, 1);
}

TEST(ContentFreePrior, ReportsEachRow) {
  const PriorFit fit = Fit({0.3f, 0.1f, 0.05f, 0.15f}, 2, Normalized());
  ASSERT_THAT(fit.rows, SizeIs(2));
  EXPECT_EQ(fit.rows[0].favored_label, 0);
  EXPECT_NEAR(fit.rows[0].total_variation, 0.25, 1e-7);
  EXPECT_NEAR(fit.rows[0].label_mass, 0.4, 1e-7);
  EXPECT_EQ(fit.rows[1].favored_label, 1);
  EXPECT_NEAR(fit.rows[1].label_mass, 0.2, 1e-7);
}

TEST(ContentFreePrior, ReportsTheMassOfLogitsUpToALimit) {
  const PriorFit fit = Fit({1000, 999, 1, 0}, 2, Normalized(), Scale::kLogProbability);
  EXPECT_GE(fit.rows[0].label_mass, 1e299);
  EXPECT_LE(fit.rows[0].label_mass, 1e300);
  EXPECT_NEAR(fit.rows[1].label_mass, std::exp(1.0) + 1, 1e-6);
}

TEST(ContentFreePrior, LogProbabilitiesFitAsProbabilitiesDo) {
  const std::vector<float> p = {0.6f, 0.3f, 0.1f, 0.2f, 0.0f, 0.2f};
  std::vector<float> log_p;
  for (const float value : p) log_p.push_back(std::log(value));
  for (const PriorOptions& options : ThreeForms()) {
    const PriorFit a = Fit(p, 3, options);
    const PriorFit b = Fit(log_p, 3, options, Scale::kLogProbability);
    EXPECT_THAT(b.prior, AreNear(a.prior, 1e-6));
    EXPECT_EQ(b.raised_count, a.raised_count);
    const std::vector<float> row = {0.5f, 0.25f, 0.25f};
    EXPECT_THAT(Apply(b.transform, row), AreNear(Apply(a.transform, row), 1e-6));
  }
}

TEST(ContentFreePrior, OfASingleLabelChangesNothing) {
  for (const PriorOptions& options : ThreeForms()) {
    const PriorFit fit = Fit({0.3f}, 1, options);
    EXPECT_THAT(fit.prior, Each(1.0));
    EXPECT_EQ(fit.favored_label, -1);
    EXPECT_THAT(Apply(fit.transform, {0.7f}), Each(1.0f));
  }
}

TEST(ContentFreePrior, OfTheLargestVocabularyIsFitted) {
  std::vector<float> c(kMaxLabels, 1.0f);
  c.back() = kMaxLabels;
  for (const PriorOptions& options : ThreeForms()) {
    const PriorFit fit = Fit(c, kMaxLabels, options);
    EXPECT_NEAR(fit.prior.back(), 0.5, 1e-5);
    EXPECT_EQ(fit.favored_label, kMaxLabels - 1);
    const std::vector<float> q = Apply(fit.transform, c);
    EXPECT_NEAR(q.back() * kMaxLabels, 1, 1e-4);
  }
}

TEST(Pooling, ParametersAreAveragedInTheirOwnForm) {
  const std::vector<float> rows = {0.8f, 0.2f, 0.4f, 0.6f};
  EXPECT_THAT(Fit(rows, 2, Softmax()).transform.weights,
              AreNear<double>({(1 / .8 + 1 / .4) / 2, (1 / .2 + 1 / .6) / 2}, 1e-6));
  // ln(K pi) is zero, but ln pi is not: the bias differs from -mean ln c by a constant.
  const std::vector<double> bias = Fit(rows, 2, Normalized()).transform.bias;
  EXPECT_NEAR(bias[0] - bias[1], std::log(.2 * .6 / (.8 * .4)) / 2, 1e-6);
  EXPECT_THAT(Fit(rows, 2, Identity()).transform.bias, AreNear<double>({-.6, -.4}, 1e-6));
}

TEST(Pooling, ProbabilitiesAreAveragedAndThenInverted) {
  PriorOptions options = Softmax();
  options.pooling = Pooling::kProbabilities;
  EXPECT_THAT(Fit({0.8f, 0.2f, 0.4f, 0.6f}, 2, options).transform.weights,
              AreNear<double>({1 / .6, 1 / .4}, 1e-6));
}

TEST(Pooling, MinimumTakesTheSmallestProbabilityOfEachLabel) {
  PriorOptions options = Softmax();
  options.pooling = Pooling::kMinimum;
  EXPECT_THAT(Fit({0.8f, 0.2f, 0.4f, 0.6f}, 2, options).transform.weights,
              AreNear<double>({1 / .4, 1 / .2}, 1e-6));
}

TEST(Pooling, AMinimumOfZeroForEveryLabelIsNoBias) {
  PriorOptions options = Identity();
  options.pooling = Pooling::kMinimum;
  for (const Normalization order :
       {Normalization::kBeforePooling, Normalization::kAfterPooling}) {
    options.normalization = order;
    const PriorFit fit = Fit({1, 0, 0, 1}, 2, options);
    EXPECT_THAT(fit.transform.bias, AreNear<double>({0, 0}, 0));
    EXPECT_THAT(fit.prior, AreNear<double>({0.5, 0.5}, 0));
    EXPECT_EQ(fit.favored_label, -1);
    EXPECT_EQ(fit.total_variation, 0);
  }
}

TEST(Pooling, AfterwardsNormalisedRowsCountByTheirMass) {
  PriorOptions options = Identity();
  options.normalization = Normalization::kAfterPooling;
  EXPECT_THAT(Fit({0.6f, 0.2f, 0.0f, 0.2f}, 2, options).transform.bias,
              AreNear<double>({-.6, -.4}, 1e-6));
}

TEST(Pooling, TheSmallestOfThreeFarMassesDecidesAHarmonicMeanAndAMinimum) {
  // Rows of mass e^1000, 1 and e^-1000: the last one alone has a say.
  const std::vector<float> logits = {1000, 999, 0, 0, -1001, -1000};
  for (const Pooling pooling : {Pooling::kParameters, Pooling::kMinimum}) {
    PriorOptions options = Softmax();
    options.normalization = Normalization::kAfterPooling;
    options.pooling = pooling;
    EXPECT_THAT(Fit(logits, 2, options, Scale::kLogProbability).prior,
                AreNear<double>({0.2689414214, 0.7310585786}, 1e-9));
  }
}

TEST(Pooling, TheLargestOfThreeFarMassesDecidesAnArithmeticMean) {
  PriorOptions options = Softmax();
  options.normalization = Normalization::kAfterPooling;
  options.pooling = Pooling::kProbabilities;
  EXPECT_THAT(
      Fit({1000, 999, 0, 0, -1001, -1000}, 2, options, Scale::kLogProbability).prior,
      AreNear<double>({0.7310585786, 0.2689414214}, 1e-9));
}

TEST(Floor, RaisesAndNamesAProbabilityThatIsTooSmall) {
  const PriorFit fit = Fit({0.5f, 0.5f, 1.0f, 1e-9f, 1.0f, 0.0f}, 2, Softmax());
  EXPECT_EQ(fit.raised_count, 2);
  ASSERT_THAT(fit.raised, SizeIs(2));
  EXPECT_EQ(fit.raised[0].row, 1);
  EXPECT_EQ(fit.raised[0].label, 1);
  EXPECT_NEAR(fit.raised[0].probability, 1e-9, 1e-15);
  EXPECT_EQ(fit.raised[1].row, 2);
  EXPECT_EQ(fit.raised[1].probability, 0);
  EXPECT_NEAR(fit.transform.weights[1], (2 + 1e6 + 1e6) / 3, 1e-3);
}

TEST(Floor, IsAShareOfTheRowsSum) {
  PriorOptions options;
  options.min_probability = 0.1;
  const PriorFit fit = Fit({10, 90, 5, 95}, 2, options);
  EXPECT_EQ(fit.raised_count, 1);
  ASSERT_THAT(fit.raised, SizeIs(1));
  EXPECT_EQ(fit.raised[0].row, 1);
  EXPECT_NEAR(fit.raised[0].probability, 0.05, 1e-9);
}

TEST(Floor, ListsTheFirstAndCountsAll) {
  std::vector<float> row(100, 0.0f);
  row[0] = 1;
  const PriorFit fit = Fit(row, 100, Normalized());
  EXPECT_EQ(fit.raised_count, 99);
  ASSERT_THAT(fit.raised, SizeIs(kMostRaisedListed));
  EXPECT_EQ(fit.raised.front().label, 1);
  EXPECT_EQ(fit.raised.back().label, kMostRaisedListed);
}

TEST(Floor, IsNotNeededWithIdentityWeights) {
  const PriorFit fit = Fit({1.0f, 0.0f}, 2, Identity());
  EXPECT_EQ(fit.raised_count, 0);
  EXPECT_THAT(fit.raised, IsEmpty());
  EXPECT_THAT(fit.transform.bias, AreNear<double>({-1, 0}, 0));
}

TEST(Floor, MayBeAsLowAsAllowedWithoutInfinities) {
  PriorOptions options = Softmax();
  options.min_probability = kLowestFloor;
  const PriorFit fit = Fit({1.0f, 0.0f}, 2, options);
  EXPECT_TRUE(CheckTransform(fit.transform).ok());
  EXPECT_THAT(Apply(fit.transform, {0.5f, 0.5f}), AreNear<float>({0, 1}, 0));
}

absl::Status FitStatus(const std::vector<float>& values, const PriorOptions& options) {
  const std::vector<std::string> names = {"Negative", "Positive"};
  return FitPrior({.values = values, .label_count = 2}, names, options).status();
}

TEST(FitPrior, NamesTheRowAndTheLabelOfABadValue) {
  ExpectInvalid(FitStatus({0.5f, 0.5f, kInf, 0.5f}, {}), reason::kValueNotFinite,
                "values[2]", "row 1, label 0 (\"Negative\")");
  ExpectInvalid(FitStatus({0, 0}, {}), reason::kRowAllZero, "values[0]", "row 0");
  ExpectInvalid(FitStatus({}, {}), reason::kInvalidRows, "values", "no rows");
}

TEST(FitPrior, RefusesRowsOfNoLabels) {
  const std::vector<float> values = {1};
  ExpectInvalid(FitPrior({.values = values, .label_count = 0}, {}, {}).status(),
                reason::kInvalidRows, "values", "0 labels");
}

TEST(FitPrior, RefusesIdentityWeightsWithNormalizedOutput) {
  PriorOptions options;
  options.weights = PriorOptions::Weights::kIdentity;
  ExpectInvalid(FitStatus({0.5f, 0.5f}, options), reason::kInvalidOptions, "output",
                "SOFTMAX");
}

TEST(FitPrior, RefusesAFloorOutOfRange) {
  for (const double floor : {0.0, -1.0, 1e-31, 0.51, 1e300, std::nan("")}) {
    PriorOptions options;
    options.min_probability = floor;
    ExpectInvalid(FitStatus({0.5f, 0.5f}, options), reason::kInvalidOptions,
                  "min_probability", "at most 1/K = 0.5");
  }
  PriorOptions highest;
  highest.min_probability = 0.5;
  EXPECT_TRUE(FitStatus({0.5f, 0.5f}, highest).ok());
}

TEST(FitPrior, RefusesATargetPriorOfAnotherLength) {
  PriorOptions options;
  options.target_prior = {1, 1, 1};
  ExpectInvalid(FitStatus({0.5f, 0.5f}, options), reason::kInvalidOptions, "target_prior",
                "3 numbers for 2 labels");
}

TEST(FitPrior, NamesANumberOfTheTargetPriorThatCannotBe) {
  for (const double bad : {0.0, -0.5, std::nan(""), HUGE_VAL}) {
    PriorOptions options;
    options.target_prior = {0.5, bad};
    ExpectInvalid(FitStatus({0.5f, 0.5f}, options), reason::kInvalidOptions,
                  "target_prior[1]", "above 0");
  }
}

TEST(FitPrior, RefusesATargetPriorThatCannotBeDividedByItsSum) {
  PriorOptions too_far;
  too_far.target_prior = {1e-200, 1e200};
  ExpectInvalid(FitStatus({0.5f, 0.5f}, too_far), reason::kInvalidOptions,
                "target_prior[0]", "too far apart");
  PriorOptions too_large;
  too_large.target_prior = {1e308, 1e308};
  ExpectInvalid(FitStatus({0.5f, 0.5f}, too_large), reason::kInvalidOptions,
                "target_prior[0]", "too far apart");
}

}  // namespace
}  // namespace calibrd
