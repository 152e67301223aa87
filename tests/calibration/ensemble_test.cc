#include "calibration/ensemble.h"

#include <cmath>
#include <numeric>
#include <random>

#include "calibration/cross_validation.h"
#include "calibration/error.h"
#include "calibration/kernel.h"
#include "calibration/metrics.h"
#include "calibration/recommendation.h"
#include "calibration/skill.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

// Rows of three labels: log-probabilities that favour the right label by `skill` nats and
// label 0 by `bias` nats.
struct Sample {
  std::vector<float> values;
  std::vector<int32_t> labels;

  Sample(int rows, double skill, double bias, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0, 1);
    for (int i = 0; i < rows; ++i) {
      labels.push_back(i % 3);
      for (int k = 0; k < 3; ++k) {
        values.push_back(static_cast<float>((k == i % 3 ? skill : 0) +
                                            (k == 0 ? bias : 0) + noise(random)));
      }
    }
  }
  LabelledRows View() const { return {{values, 3, Scale::kLogProbability}, labels, {}}; }
};

double AccuracyOf(const Transform& transform, const Sample& sample) {
  const Kernel kernel = Kernel::Compile(transform);
  int right = 0;
  std::vector<float> q(3);
  for (size_t i = 0; i < sample.labels.size(); ++i) {
    kernel.Apply(sample.View().rows.row(static_cast<int64_t>(i)), Scale::kLogProbability,
                 absl::MakeSpan(q));
    right += BestLabel(q) == sample.labels[i];
  }
  return right / static_cast<double>(sample.labels.size());
}

TEST(StratifiedFolds, SpreadEveryLabelEvenly) {
  std::vector<int32_t> labels(60, 0);
  std::fill(labels.begin() + 40, labels.end(), 1);
  const std::vector<int> folds = StratifiedFolds(labels, 2, 5, 3);
  std::vector<int> of_label_1(5);
  for (size_t i = 40; i < 60; ++i) ++of_label_1[static_cast<size_t>(folds[i])];
  EXPECT_EQ(of_label_1, (std::vector<int>{4, 4, 4, 4, 4}));
  EXPECT_EQ(folds, StratifiedFolds(labels, 2, 5, 3));
  EXPECT_NE(folds, StratifiedFolds(labels, 2, 5, 4));
}

TEST(CrossValidation, AnswersNoRowByAFitThatSawIt) {
  const Sample sample(12, 1, 0, 1);
  const std::vector<int> folds = StratifiedFolds(sample.labels, 3, 4, 0);
  int fits = 0;
  const auto q =
      CrossValidate(sample.View(), folds, 4, [&](const LabelledRows& training) {
        ++fits;
        EXPECT_EQ(training.labels.size(), 9u);
        // Favours the label that is missing most, so that leaking would show.
        return absl::StatusOr<Transform>(Transform{.label_count = 3});
      });
  ASSERT_TRUE(q.ok());
  EXPECT_EQ(fits, 4);
  EXPECT_EQ(q->size(), 36u);
}

TEST(CrossValidation, PassesTheErrorOfAFitOn) {
  const Sample sample(6, 1, 0, 1);
  const auto q = CrossValidate(sample.View(), StratifiedFolds(sample.labels, 3, 2, 0), 2,
                               [](const LabelledRows&) -> absl::StatusOr<Transform> {
                                 return absl::InternalError("no");
                               });
  EXPECT_EQ(q.status().message(), "no");
}

TEST(Ensemble, TakesABiasOut) {
  const Sample training(64, 2, 3, 7);
  const Sample held_out(600, 2, 3, 8);
  const auto fit = FitEnsemble(training.View(), {}, {}, {});
  ASSERT_TRUE(fit.ok()) << fit.status();
  EXPECT_TRUE(CheckTransform(fit->transform).ok());
  const double before = AccuracyOf({.label_count = 3}, held_out);
  EXPECT_GT(AccuracyOf(fit->transform, held_out), before + 0.2);
}

TEST(Ensemble, WeightsSumToOneAndFavourTheBestMember) {
  const Sample sample(64, 2, 3, 7);
  const auto fit = FitEnsemble(sample.View(), {}, {0.9, 0.05, 0.05}, {});
  ASSERT_TRUE(fit.ok());
  ASSERT_EQ(fit->members.size(), 5u);
  double sum = 0;
  size_t best = 0;
  size_t heaviest = 0;
  for (size_t i = 0; i < 5; ++i) {
    sum += fit->members[i].weight;
    if (fit->members[i].nll < fit->members[best].nll) best = i;
    if (fit->members[i].weight > fit->members[heaviest].weight) heaviest = i;
  }
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_EQ(best, heaviest);
}

TEST(Ensemble, WithoutAPriorHasThreeMembers) {
  const Sample sample(30, 1, 1, 7);
  EXPECT_EQ(FitEnsemble(sample.View(), {}, {}, {})->members.size(), 3u);
}

// What the transform says to the rows that it was fitted on is better than what fits
// without each row say to it, and neither is NaN.
TEST(Ensemble, IsHonestAboutRowsThatItDidNotSee) {
  const Sample sample(40, 1, 2, 9);
  const auto fit = FitEnsemble(sample.View(), {}, {}, {});
  ASSERT_TRUE(fit.ok());
  EXPECT_LT(fit->nll, fit->out_of_fold_nll);
  const Rows answers{fit->out_of_fold, 3};
  EXPECT_NEAR(NegativeLogLikelihood(answers, sample.labels), fit->out_of_fold_nll, 1e-12);
}

TEST(Ensemble, IsFittedToTwoRowsOneLabelAndManyLabels) {
  const Sample sample(3, 1, 0, 2);
  EXPECT_TRUE(FitEnsemble(sample.View(), {}, {}, {}).ok());
  const std::vector<float> alike = {0.5f, 0.5f, 0.5f, 0.5f};
  const std::vector<int32_t> same = {1, 1};
  const auto one_label = FitEnsemble({{alike, 2}, same, {}}, {}, {}, {});
  ASSERT_TRUE(one_label.ok());
  EXPECT_TRUE(CheckTransform(one_label->transform).ok());
  std::vector<float> wide(size_t{100} * 50);
  std::iota(wide.begin(), wide.end(), 1.0f);
  std::vector<int32_t> labels(100);
  for (size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<int32_t>(i % 50);
  EXPECT_TRUE(FitEnsemble({{wide, 50}, labels, {}}, {}, {}, {}).ok());
}

TEST(Ensemble, RefusesOneRow) {
  const std::vector<float> row = {0.5f, 0.5f};
  const std::vector<int32_t> label = {0};
  const auto fit = FitEnsemble({{row, 2}, label, {}}, {}, {}, {});
  EXPECT_EQ(FieldViolationOf(fit.status()).field, "labels");
}

TEST(Skill, HasMeanZeroAndVarianceOneOverDealtLabels) {
  Sample sample(60, 2, 3, 4);
  std::mt19937_64 random(1);
  double sum = 0;
  double squares = 0;
  constexpr int kDeals = 2000;
  for (int i = 0; i < kDeals; ++i) {
    std::shuffle(sample.labels.begin(), sample.labels.end(), random);
    const double z = SkillStatistic(sample.View());
    sum += z;
    squares += z * z;
  }
  EXPECT_NEAR(sum / kDeals, 0, 0.1);
  EXPECT_NEAR(squares / kDeals, 1, 0.1);
}

TEST(Skill, IsLargeWithSkillAndBlindToBias) {
  const double z = SkillStatistic(Sample(64, 2, 0, 4).View());
  EXPECT_GT(z, 5);
  EXPECT_NEAR(SkillStatistic(Sample(64, 2, 4, 4).View()), z, 0.05);
}

TEST(Skill, IsZeroWhereItIsNotDefined) {
  const std::vector<float> rows = {0.5f, 0.5f, 0.5f, 0.5f};
  const std::vector<int32_t> labels = {0, 1};
  EXPECT_EQ(SkillStatistic({{rows, 2}, labels, {}}), 0);
}

TEST(Skill, NeedsMoreOfMoreRows) {
  EXPECT_EQ(LeastSkill(10), 2);
  EXPECT_NEAR(LeastSkill(32), 2.1, 0.05);
  EXPECT_EQ(LeastSkill(64), 3);
  EXPECT_EQ(LeastSkill(10'000), 3);
}

TEST(Advice, KeepsTheDecisionsWithoutSkill) {
  Evidence evidence{.skill = 1, .least_skill = 3, .ensemble = {0.5, 0.01}};
  EXPECT_EQ(Advise(evidence), Advice::kUncalibrated);
  evidence.temperature = {0.2, 0.1};
  EXPECT_EQ(Advise(evidence), Advice::kTemperature);
}

TEST(Advice, TakesWhatLowersTheNll) {
  Evidence evidence{.skill = 9, .least_skill = 3, .ensemble = {0.5, 0.01}};
  EXPECT_EQ(Advise(evidence), Advice::kEnsemble);
  evidence.current = {0.6, 0.01};
  EXPECT_EQ(Advise(evidence), Advice::kCurrent);
  EXPECT_EQ(Advise({.skill = 9, .least_skill = 3, .ensemble = {-0.1, 0.01}}),
            Advice::kUncalibrated);
}

TEST(PairedGain, IsTheMeanDifferenceWithItsStandardError) {
  const std::vector<float> before = {0.5f, 0.5f, 0.5f, 0.5f};
  const std::vector<float> after = {0.8f, 0.2f, 0.4f, 0.6f};
  const std::vector<int> labels = {0, 0};
  const double a = std::log(0.8 / 0.5);
  const double b = std::log(0.4 / 0.5);
  const Gain gain = PairedGain({after, 2}, {before, 2}, labels);
  EXPECT_NEAR(gain.mean, (a + b) / 2, 1e-6);
  // Two values lie |a - b| / 2 from their mean: sd = |a - b| / sqrt(2), over sqrt(2).
  EXPECT_NEAR(gain.standard_error, (a - b) / 2, 1e-6);
}

}  // namespace
}  // namespace calibrd
