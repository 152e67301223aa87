#include "calibration/conformal.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "calibration/random.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr ConformalScore kScores[] = {ConformalScore::kLac, ConformalScore::kAps,
                                      ConformalScore::kApsInclusive,
                                      ConformalScore::kApsRandomized};

struct Sample {
  std::vector<float> values;
  std::vector<int> labels;
  int label_count;
  Rows rows() const { return {.values = values, .label_count = label_count}; }
};

// Labels that are drawn from a distribution of which the row knows too much or too
// little.
Sample Draw(int n, int k, Random& random) {
  Sample sample{.label_count = k};
  for (int i = 0; i < n; ++i) {
    std::vector<double> p, q;
    double sum_p = 0, sum_q = 0;
    for (int label = 0; label < k; ++label) {
      const double score = 3 * random.Unit();
      sum_p += p.emplace_back(std::exp(score));
      sum_q += q.emplace_back(std::exp(2 * score + label * 0.3));
    }
    double u = random.Unit() * sum_p;
    int label = 0;
    while (label < k - 1 && u >= p[static_cast<size_t>(label)]) {
      u -= p[static_cast<size_t>(label++)];
    }
    sample.labels.push_back(label);
    for (const double value : q) {
      sample.values.push_back(static_cast<float>(value / sum_q));
    }
  }
  return sample;
}

std::vector<int> SetOf(ConformalScore score, absl::Span<const float> row,
                       double threshold) {
  std::vector<int> set(row.size(), -1);
  const int size = PredictionSet(score, row, threshold, absl::MakeSpan(set));
  set.resize(static_cast<size_t>(size));
  return set;
}

ConformalFit Fit(const Sample& sample, ConformalScore score) {
  return FitConformal(sample.rows(), sample.labels, {.score = score}).value();
}

// n scores of LAC: 1 - n/65536 … 1 - 1/65536.
ConformalFit EvenFit(int64_t n) {
  Sample sample{.label_count = 1};
  for (int64_t i = 0; i < n; ++i) {
    sample.values.push_back(static_cast<float>(static_cast<double>(i + 1) / 65536));
    sample.labels.push_back(0);
  }
  return Fit(sample, ConformalScore::kLac);
}

TEST(FitConformal, KeepsTheScoresOfTheRightLabels) {
  const float values[] = {.5f, .25f, .125f, .125f, .25f, .5f, .125f, .125f};
  const Rows rows{.values = values, .label_count = 4};
  const auto scores = [&](ConformalScore score) {
    return FitConformal(rows, {2, 1}, {.score = score})->scores;
  };
  EXPECT_THAT(scores(ConformalScore::kLac), ElementsAre(.5, .875));
  EXPECT_THAT(scores(ConformalScore::kAps), ElementsAre(0, .75));
  EXPECT_THAT(scores(ConformalScore::kApsInclusive), ElementsAre(.5, .875));
}

TEST(FitConformal, RefusesWhatItCannotFit) {
  const float values[] = {.5f, .5f, .25f, .75f};
  const Rows rows{.values = values, .label_count = 2};
  ExpectInvalid(FitConformal({.label_count = 2}, {}).status(), reason::kInvalidRows,
                "values", "no rows");
  ExpectInvalid(FitConformal(rows, {0, 2}).status(), reason::kInvalidArgument,
                "labels[1]", "label 2");
  ExpectInvalid(FitConformal(rows, {0}).status(), reason::kInvalidArgument, "labels",
                "1 labels for 2 rows");
}

TEST(FitConformal, KeepsNoMoreThan4096Scores) {
  for (const int64_t n : {4096, 4097, 10'000}) {
    const ConformalFit fit = EvenFit(n);
    EXPECT_THAT(fit.scores, SizeIs(4096));
    EXPECT_EQ(fit.row_count, n);
    EXPECT_EQ(fit.scores.back(), 1 - 1 / 65536.);  // the largest is never left out
    EXPECT_TRUE(CheckConformalFit(fit).ok());
  }
}

TEST(Threshold, IsTheScoreOfTheRankOrTheNextThatWasKept) {
  for (const int64_t n : {10, 4096, 4097, 5000, 10'000, 65'536}) {
    const ConformalFit fit = EvenFit(n);
    for (const double coverage : {0.001, 0.1, 0.5, 0.8, 0.9, 0.99}) {
      const double rank = std::ceil(static_cast<double>(n + 1) * coverage - 1e-9);
      if (rank > static_cast<double>(n)) continue;
      // The score of rank r is 1 - (n + 1 - r)/65536.
      const double threshold = Threshold(fit, coverage).value();
      const double found =
          static_cast<double>(n) + 1 - std::round((1 - threshold) * 65536);
      EXPECT_GE(found, rank) << n << " rows, " << coverage;
      EXPECT_LT(found, rank + std::max(1.0, static_cast<double>(n) / 4096));
    }
  }
}

TEST(Threshold, MeansTheDecimalsThatItIsGiven) {
  // 100 · 0.07 is 7.000000000000001 in double.
  EXPECT_EQ(Threshold(EvenFit(99), .07).value(), 1 - 93 / 65536.);
}

TEST(Threshold, IsInfiniteWhereTheRowsAreTooFew) {
  EXPECT_TRUE(std::isinf(Threshold(EvenFit(8), 0.9).value()));
  EXPECT_FALSE(std::isinf(Threshold(EvenFit(9), 0.9).value()));
}

TEST(Threshold, RefusesACoverageThatIsNotBetweenZeroAndOne) {
  for (const double coverage : {0.0, 1.0, -1.0, 2.0, std::nan("")}) {
    ExpectInvalid(Threshold(EvenFit(9), coverage).status(), reason::kInvalidArgument,
                  "coverage", "above 0 and below 1");
  }
}

TEST(PredictionSet, HasTheMostProbableLabelsFirst) {
  const std::vector<float> row = {.125f, .5f, .125f, .25f};
  EXPECT_THAT(SetOf(ConformalScore::kLac, row, .75), ElementsAre(1, 3));
  EXPECT_THAT(SetOf(ConformalScore::kLac, row, .875), ElementsAre(1, 3, 0, 2));
  // The label that crosses the threshold is in, or not.
  EXPECT_THAT(SetOf(ConformalScore::kAps, row, .625), ElementsAre(1, 3));
  EXPECT_THAT(SetOf(ConformalScore::kApsInclusive, row, .625), ElementsAre(1));
}

TEST(PredictionSet, AlwaysHasTheBestLabel) {
  for (const ConformalScore score : kScores) {
    EXPECT_THAT(SetOf(score, {.25f, .75f}, 0), ElementsAre(1));
    EXPECT_THAT(SetOf(score, {1.0f}, 0), ElementsAre(0));
  }
}

TEST(PredictionSet, IsFullWhereTheThresholdIsInfinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const ConformalScore score : kScores) {
    EXPECT_THAT(SetOf(score, {0.0f, 1.0f, 0.0f}, infinity), ElementsAre(1, 0, 2));
  }
}

TEST(PredictionSet, HoldsARightLabelWithoutProbability) {
  // All rows are wrong at their surest, so that no set may leave the impossible out.
  Sample sample{.label_count = 3};
  for (int i = 0; i < 20; ++i) {
    sample.values.insert(sample.values.end(), {1.0f, 0.0f, 0.0f});
    sample.labels.push_back(2);
  }
  for (const ConformalScore score : kScores) {
    const double threshold = Threshold(Fit(sample, score), 0.9).value();
    EXPECT_THAT(SetOf(score, sample.rows().row(0), threshold), SizeIs(3));
  }
}

TEST(CheckConformalFit, RefusesWhatNoFitMakes) {
  ConformalFit fit = EvenFit(3);
  EXPECT_TRUE(CheckConformalFit(fit).ok());
  fit.row_count = 4;
  ExpectInvalid(CheckConformalFit(fit), reason::kInvalidArgument, "scores", "3 scores");
  fit.row_count = 0;
  ExpectInvalid(CheckConformalFit(fit), reason::kInvalidArgument, "row_count", "0 rows");
  for (const double bad : {-1.0, 0.5, 2.0, std::nan("")}) {
    fit = EvenFit(3);
    fit.scores[1] = bad;
    ExpectInvalid(CheckConformalFit(fit), reason::kInvalidArgument, "scores[1]",
                  "scores are from 0 to 1");
  }
}

// The share of covered rows over 500 splits into 40 rows to fit and 40 to use. One
// deviation of it is at most sqrt(.25 (1/42 + 1/40) / 500) = 0.005.
double Coverage(ConformalScore score, double coverage, int k) {
  Random random(11, static_cast<uint64_t>(k));
  int covered = 0;
  for (int split = 0; split < 500; ++split) {
    const double threshold = Threshold(Fit(Draw(40, k, random), score), coverage).value();
    const Sample used = Draw(40, k, random);
    for (int64_t i = 0; i < 40; ++i) {
      const std::vector<int> set = SetOf(score, used.rows().row(i), threshold);
      const int label = used.labels[static_cast<size_t>(i)];
      covered += std::count(set.begin(), set.end(), label) > 0 ? 1 : 0;
    }
  }
  return covered / (500 * 40.);
}

TEST(PredictionSet, CoversAsOftenAsIsWanted) {
  for (const ConformalScore score : kScores) {
    for (const int k : {2, 3, 8}) {
      for (const double coverage : {0.5, 0.8, 0.95}) {
        EXPECT_GE(Coverage(score, coverage, k), coverage - 3 * 0.005)
            << static_cast<int>(score) << ", " << k << " labels, " << coverage;
      }
    }
  }
}

TEST(PredictionSet, CoversLittleMoreThanIsWanted) {
  // Where the best label alone covers less than that, so that nothing has to be added.
  for (const ConformalScore score : {ConformalScore::kLac, ConformalScore::kAps}) {
    EXPECT_LE(Coverage(score, 0.8, 8), 0.8 + 1 / 41. + 3 * 0.005);
  }
}

RC_GTEST_PROP(PredictionSet, GrowsWithTheCoverage, ()) {
  Random random(*rc::gen::arbitrary<uint64_t>());
  const int k = *rc::gen::inRange(1, 9);
  const ConformalScore score = *rc::gen::elementOf(std::vector(kScores, kScores + 4));
  const ConformalFit fit = Fit(Draw(*rc::gen::inRange(1, 60), k, random), score);
  const Sample used = Draw(1, k, random);
  std::vector<int> last;
  for (int percent = 1; percent < 100; percent += 7) {
    const std::vector<int> set =
        SetOf(score, used.values, Threshold(fit, percent / 100.0).value());
    RC_ASSERT(set.size() >= last.size());
    // As the order is that of the row, the smaller set begins the larger one.
    RC_ASSERT(std::equal(last.begin(), last.end(), set.begin()));
    last = set;
  }
}

RC_GTEST_PROP(PredictionSet, PermutesWithTheLabels, ()) {
  Random random(*rc::gen::arbitrary<uint64_t>());
  const int k = *rc::gen::inRange(1, 9);
  const ConformalScore score = *rc::gen::elementOf(std::vector(kScores, kScores + 4));
  std::vector<int> to;  // where each label goes
  for (int label = 0; label < k; ++label) {
    to.insert(to.begin() + static_cast<int>(random.Below(to.size() + 1)), label);
  }
  const auto permuted = [&](const Sample& sample) {
    Sample moved = sample;
    for (size_t i = 0; i < sample.labels.size(); ++i) {
      moved.labels[i] = to[static_cast<size_t>(sample.labels[i])];
      for (size_t label = 0; label < to.size(); ++label) {
        const size_t row = i * to.size();
        moved.values[row + static_cast<size_t>(to[label])] = sample.values[row + label];
      }
    }
    return moved;
  };
  const Sample fitted = Draw(20, k, random), used = Draw(1, k, random);
  const ConformalFit a = Fit(fitted, score), b = Fit(permuted(fitted), score);
  RC_ASSERT(a.scores == b.scores);
  const double threshold = Threshold(a, 0.7).value();
  std::vector<int> expected = SetOf(score, used.values, threshold);
  for (int& label : expected) label = to[static_cast<size_t>(label)];
  RC_ASSERT(SetOf(score, permuted(used).values, threshold) == expected);
}

}  // namespace
}  // namespace calibrd
