#include "calibration/kernel.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::Each;
using testing::ElementsAre;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr auto kLog = Transform::Input::kLogProbability;
constexpr auto kId = Transform::Input::kProbability;

Transform Make(Transform::Input input, std::vector<double> weights,
               std::vector<double> bias, int label_count = 2) {
  return {.label_count = label_count,
          .input = input,
          .weights = std::move(weights),
          .bias = std::move(bias)};
}

TEST(Kernel, WithoutParametersNormalisesTheRow) {
  EXPECT_THAT(Apply(Make(kLog, {}, {}), {0.3f, 0.1f}),
              AreNear<float>({0.75f, 0.25f}, 1e-6));
  EXPECT_THAT(Apply(Make(kId, {}, {}), {0.3f, 0.1f}),
              AreNear<float>({0.6224593f, 0.3775407f}, 1e-6));
}

TEST(Kernel, AppliesEveryShapeOfWeights) {
  // By hand: p = [.75, .25]; ln p = [-.2876821, -1.3862944].
  const std::vector<float> row = {0.3f, 0.1f};
  EXPECT_THAT(Apply(Make(kLog, {2}, {}), row), AreNear<float>({0.9f, 0.1f}, 1e-6));
  EXPECT_THAT(Apply(Make(kLog, {1, 2}, {}), row),
              AreNear<float>({12 / 13.f, 1 / 13.f}, 1e-6));
  EXPECT_THAT(Apply(Make(kLog, {0, 1, 1, 0}, {}), row),
              AreNear<float>({0.25f, 0.75f}, 1e-6));
  // softmax(.75 · 2, .75 + .25 · 4 - 1) = softmax(1.5, .75)
  EXPECT_THAT(Apply(Make(kId, {2, 0, 1, 4}, {0, -1}), row),
              AreNear<float>({0.6791787f, 0.3208213f}, 1e-6));
}

TEST(Kernel, AddsTheBias) {
  EXPECT_THAT(Apply(Make(kLog, {}, {std::log(1.0), std::log(3.0)}), {0.5f, 0.5f}),
              AreNear<float>({0.25f, 0.75f}, 1e-6));
  EXPECT_THAT(Apply(Make(kLog, {1}, {std::log(1.0), std::log(3.0)}), {0.5f, 0.5f}),
              AreNear<float>({0.25f, 0.75f}, 1e-6));
}

TEST(Kernel, OfASingleLabelGivesOne) {
  for (const Transform::Input input : {kLog, kId}) {
    EXPECT_THAT(Apply(Make(input, {}, {}, 1), {0.2f}), ElementsAre(1.0f));
    EXPECT_THAT(Apply(Make(input, {-3}, {5}, 1), {1e-45f}), ElementsAre(1.0f));
  }
}

TEST(Kernel, KeepsAZeroExactlyZeroWherePhiIsLn) {
  const Transform narrow = Make(kLog, {}, {0, 5}), wide = Make(kLog, {}, {-700, 700});
  for (const Transform& transform : {narrow, wide}) {
    EXPECT_THAT(Apply(transform, {1.0f, 0.0f}), ElementsAre(1.0f, 0.0f));
    EXPECT_THAT(Apply(transform, {0.0f, -kInf}, Scale::kLogProbability),
                ElementsAre(1.0f, 0.0f));
  }
}

TEST(Kernel, KeepsAZeroExactlyZeroInEveryLaneOfAVector) {
  std::vector<float> row(37, 0.0f);
  row[5] = 1;
  std::vector<double> bias(37, 700.0);
  bias[5] = -700;
  const std::vector<float> q = Apply(Make(kLog, {}, bias, 37), row);
  for (size_t i = 0; i < q.size(); ++i) EXPECT_EQ(q[i], i == 5 ? 1.0f : 0.0f) << i;
}

TEST(Kernel, RaisesAZeroBeforeItIsWeighed) {
  // ln of the smallest normal float is -87.3365; half of it -43.668.
  const std::vector<float> q = Apply(Make(kLog, {0.5}, {}), {1.0f, 0.0f});
  EXPECT_NEAR(q[1] / 1.0842e-19, 1, 1e-4);
  EXPECT_THAT(Apply(Make(kLog, {-2}, {}), {1.0f, 0.0f}), ElementsAre(0.0f, 1.0f));
}

TEST(Kernel, TakesLogProbabilitiesForWhatTheyAre) {
  const std::vector<float> p = {0.7f, 0.2f, 0.1f};
  const std::vector<float> log_p = {std::log(0.7f), std::log(0.2f), std::log(0.1f)};
  const Transform transforms[] = {
      Make(kLog, {}, {1, -2, 0.5}, 3),
      Make(kLog, {}, {300, -300, 0}, 3),
      Make(kLog, {1.5}, {}, 3),
      Make(kLog, {1, 2, 3}, {0, 1, 2}, 3),
      Make(kId, {5, 2, 1}, {1, 0, 1}, 3),
      Make(kId, {}, {-0.5, 0, 0.5}, 3),
      Make(kLog, {1, 0, 1, 0, 1, 0, -1, 0, 1}, {}, 3),
  };
  for (const Transform& transform : transforms) {
    EXPECT_THAT(Apply(transform, log_p, Scale::kLogProbability),
                AreNear(Apply(transform, p), 1e-6));
  }
}

TEST(Kernel, ABiasBringsBackALogitThatExpWouldLose) {
  // 1000 - 1500 = -500; -1000 + 1500 = 500.
  EXPECT_THAT(Apply(Make(kLog, {}, {-1500, 1500}), {1000, -1000}, Scale::kLogProbability),
              ElementsAre(0.0f, 1.0f));
  // Scores 1 apart, from probabilities that are 720 nats apart: denormal doubles.
  EXPECT_THAT(Apply(Make(kLog, {}, {-721, 0}), {0, -720}, Scale::kLogProbability),
              AreNear<float>({0.2689414f, 0.7310586f}, 1e-6));
}

TEST(Kernel, SurvivesLogitsOfAnySize) {
  for (const Transform& transform :
       {Make(kLog, {}, {}), Make(kLog, {}, {0, 100}), Make(kLog, {2}, {}),
        Make(kId, {7, 3}, {1, 2}), Make(kId, {}, {})}) {
    for (const float size : {1000.0f, 1e10f, 3e38f}) {
      const std::vector<float> q =
          Apply(transform, {size, -size}, Scale::kLogProbability);
      EXPECT_GT(q[0], q[1]);
      EXPECT_NEAR(q[0] + q[1], 1, 1e-6);
    }
  }
}

TEST(Kernel, SurvivesTheLargestParameters) {
  const double most = kLargestParameter;
  const Transform transforms[] = {
      Make(kLog, {most}, {most, -most}),
      Make(kLog, {-most, most}, {}),
      Make(kId, {most, most, -most, -most}, {-most, most}),
      Make(kLog, {most, -most, most, most}, {most, most}),
      Make(kLog, {}, {-most, most}),
  };
  for (const Transform& transform : transforms) {
    ASSERT_TRUE(CheckTransform(transform).ok());
    const std::vector<float> q = Apply(transform, {0.75f, 0.25f});
    EXPECT_NEAR(q[0] + q[1], 1, 1e-6);
  }
}

TEST(Kernel, RedoesInDoubleWhatLeavesTheRangeOfFloat) {
  const Transform transform = Make(kLog, {}, {0, -50});
  const double factor = std::exp(-50.0);
  const auto q1 = static_cast<float>(factor / (1 + factor));
  for (const float size : {1e-45f, 1e-38f, 1e-30f, 1.0f, 1e30f, 3e38f}) {
    const std::vector<float> q = Apply(transform, {size, size});
    EXPECT_NEAR(q[0], 1, 1e-6) << size;
    EXPECT_NEAR(q[1] / q1, 1, 1e-5) << size;
  }
  EXPECT_THAT(Apply(transform, {0.0f, 1e-45f}), ElementsAre(0.0f, 1.0f));
}

TEST(Kernel, OfTheLargestVocabularySumsToOne) {
  std::vector<float> row(kMaxLabels);
  std::vector<double> bias(kMaxLabels), weights(kMaxLabels);
  for (size_t i = 0; i < row.size(); ++i) {
    row[i] = 1.0f / static_cast<float>(i + 1);
    bias[i] = std::sin(static_cast<double>(i));
    weights[i] = static_cast<double>(i);
  }
  for (const Transform& transform :
       {Make(kLog, {}, bias, kMaxLabels), Make(kId, weights, {}, kMaxLabels),
        Make(kLog, {0.5}, bias, kMaxLabels), Make(kLog, {}, {}, kMaxLabels)}) {
    const std::vector<float> q = Apply(transform, row);
    EXPECT_NEAR(std::accumulate(q.begin(), q.end(), 0.0), 1, 1e-6);
    EXPECT_THAT(q, Each(testing::Gt(0.0f)));
  }
}

TEST(Kernel, KnowsItsSize) {
  const Kernel multiply = Kernel::Compile(Make(kLog, {}, {0, 1, 2}, 3));
  EXPECT_EQ(multiply.label_count(), 3);
  EXPECT_EQ(multiply.allocated_bytes(), 3 * sizeof(float));
  EXPECT_EQ(Kernel::Compile(Make(kId, {1, 1, 1}, {0, 1, 2}, 3)).allocated_bytes(),
            6 * sizeof(double));
}

TEST(BestLabel, IsTheLargestAndTheLowestOnATie) {
  EXPECT_EQ(BestLabel({0.2f, 0.5f, 0.3f}), 1);
  EXPECT_EQ(BestLabel({0.2f, 0.4f, 0.4f}), 1);
  EXPECT_EQ(BestLabel({0.5f, 0.5f}), 0);
  EXPECT_EQ(BestLabel({1.0f}), 0);
}

}  // namespace
}  // namespace calibrd
