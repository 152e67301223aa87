#include "calibration/transform.h"

#include <limits>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Transform Make(int label_count, size_t weights, size_t bias) {
  Transform transform;
  transform.label_count = label_count;
  transform.weights.assign(weights, 1.0);
  transform.bias.assign(bias, 0.5);
  return transform;
}

TEST(CheckTransform, AcceptsEveryShapeOfWeights) {
  for (const size_t weights : {0, 1, 3, 9}) {
    for (const size_t bias : {0, 3}) {
      EXPECT_TRUE(CheckTransform(Make(3, weights, bias)).ok()) << weights << ", " << bias;
    }
  }
}

TEST(CheckTransform, AcceptsASingleLabel) {
  EXPECT_TRUE(CheckTransform(Make(1, 1, 1)).ok());
}

TEST(CheckTransform, RefusesANumberOfLabelsOutOfRange) {
  for (const int label_count : {0, -1, kMaxLabels + 1}) {
    ExpectInvalid(CheckTransform(Make(label_count, 0, 0)), reason::kInvalidTransform,
                  "label_count", "from 1 to 262144");
  }
  EXPECT_TRUE(CheckTransform(Make(kMaxLabels, 0, kMaxLabels)).ok());
}

TEST(CheckTransform, RefusesOtherNumbersOfWeights) {
  for (const size_t weights : {2, 4, 8, 10}) {
    ExpectInvalid(CheckTransform(Make(3, weights, 0)), reason::kInvalidTransform,
                  "weights", "send none, 1, 3 (diagonal) or 9 (dense)");
  }
}

TEST(CheckTransform, RefusesDenseWeightsOfTooManyLabels) {
  const auto dense = [](int k) { return Make(k, static_cast<size_t>(k) * k, 0); };
  EXPECT_TRUE(CheckTransform(dense(kMaxDenseLabels)).ok());
  ExpectInvalid(CheckTransform(dense(kMaxDenseLabels + 1)), reason::kInvalidTransform,
                "weights", "at most 1024 labels, not for 1025");
}

TEST(CheckTransform, RefusesOtherNumbersOfBiases) {
  for (const size_t bias : {1, 2, 4, 9}) {
    ExpectInvalid(CheckTransform(Make(3, 0, bias)), reason::kInvalidTransform, "bias",
                  "send none or 3");
  }
}

TEST(CheckTransform, NamesANumberThatIsNotFinite) {
  for (const double bad : {kInf, -kInf, kNan}) {
    Transform transform = Make(3, 3, 3);
    transform.bias[1] = bad;
    ExpectInvalid(CheckTransform(transform), reason::kInvalidTransform, "bias[1]",
                  "not a finite number");
    transform.weights[2] = bad;
    ExpectInvalid(CheckTransform(transform), reason::kInvalidTransform, "weights[2]",
                  "not a finite number");
  }
}

TEST(CheckTransform, RefusesNumbersWhoseSumsCouldOverflow) {
  Transform transform = Make(2, 2, 2);
  transform.weights = {kLargestParameter, -kLargestParameter};
  transform.bias = {-kLargestParameter, kLargestParameter};
  EXPECT_TRUE(CheckTransform(transform).ok());
  transform.bias[0] = -1.01e100;
  ExpectInvalid(CheckTransform(transform), reason::kInvalidTransform, "bias[0]",
                "between -1e+100 and 1e+100");
}

}  // namespace
}  // namespace calibrd
