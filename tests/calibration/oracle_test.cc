// Fitting and applying against the naive oracle, end to end from rows.

#include <cmath>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/calibration/naive.h"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Normalization = PriorOptions::Normalization;
using Pooling = PriorOptions::Pooling;
using Random = std::mt19937_64;

constexpr int kContentFreeRows = 3;

enum class Kind { kEven, kPeaked, kZeros, kTiny, kExtreme, kOneLabel };
constexpr Kind kKinds[] = {Kind::kEven, Kind::kPeaked,  Kind::kZeros,
                           Kind::kTiny, Kind::kExtreme, Kind::kOneLabel};

float Uniform(Random& random, float low, float high) {
  return std::uniform_real_distribution<float>(low, high)(random);
}

float MakeValue(Kind kind, Random& random) {
  switch (kind) {
    case Kind::kEven:
      return Uniform(random, 0.5f, 1);
    case Kind::kPeaked:
      return std::exp(5 * std::normal_distribution<float>()(random));
    case Kind::kZeros:
      return random() % 3 == 0 ? 0.0f : Uniform(random, 0, 1);
    case Kind::kTiny:
      return random() % 3 == 0 ? 1e-30f : Uniform(random, 0, 1);
    case Kind::kExtreme:
      return std::pow(10.0f, Uniform(random, -44, 38));
    case Kind::kOneLabel:
      return 0;
  }
  return 0;
}

// A row of probabilities with at least one above zero, or its logarithms.
std::vector<float> MakeRow(Kind kind, int label_count, Scale scale, Random& random) {
  std::vector<float> row(static_cast<size_t>(label_count));
  for (float& value : row) value = MakeValue(kind, random);
  row[random() % row.size()] = 1;
  if (scale == Scale::kLogProbability) {
    for (float& value : row) value = std::log(value);
  }
  return row;
}

std::vector<float> Logits(int label_count, Random& random) {
  std::vector<float> row(static_cast<size_t>(label_count));
  for (float& value : row) value = random() % 2 == 0 ? 1000.0f : -1000.0f;
  for (float& value : row) value += Uniform(random, -2, 2);
  return row;
}

// Relative where float can hold the number well, absolute below.
void ExpectAgreement(const std::vector<float>& q, const naive::Numbers& expected) {
  ASSERT_EQ(q.size(), expected.size());
  for (size_t i = 0; i < q.size(); ++i) {
    const naive::Number tolerance = expected[i] >= 1e-37L ? 1e-5L * expected[i] : 1e-37L;
    ASSERT_LE(std::abs(q[i] - expected[i]), tolerance)
        << "label " << i << " of " << q.size() << ": " << q[i] << " in place of "
        << static_cast<double>(expected[i]);
  }
}

std::vector<PriorOptions> EveryOption() {
  std::vector<PriorOptions> all;
  for (PriorOptions options : ThreeForms()) {
    for (const Pooling pooling :
         {Pooling::kParameters, Pooling::kProbabilities, Pooling::kMinimum}) {
      for (const Normalization normalization :
           {Normalization::kBeforePooling, Normalization::kAfterPooling}) {
        options.pooling = pooling;
        options.normalization = normalization;
        all.push_back(options);
      }
    }
  }
  return all;
}

std::string Describe(const PriorOptions& options, Kind kind, Scale scale) {
  return absl::StrCat("weights ", static_cast<int>(options.weights), ", output ",
                      static_cast<int>(options.output), ", pooling ",
                      static_cast<int>(options.pooling), ", normalization ",
                      static_cast<int>(options.normalization), ", kind ",
                      static_cast<int>(kind), ", scale ", static_cast<int>(scale));
}

// Fits both from rows of one kind, applies both to `live` and compares.
void CompareFits(const PriorOptions& options, Kind kind, int label_count, Scale scale,
                 const std::vector<std::vector<float>>& live, Random& random) {
  SCOPED_TRACE(Describe(options, kind, scale));
  std::vector<float> values;
  for (int i = 0; i < kContentFreeRows; ++i) {
    const std::vector<float> row = MakeRow(kind, label_count, scale, random);
    values.insert(values.end(), row.begin(), row.end());
  }
  const Rows rows{.values = values, .label_count = label_count, .scale = scale};
  const absl::StatusOr<PriorFit> fit = FitPrior(rows, {}, options);
  ASSERT_TRUE(fit.ok()) << fit.status();
  const naive::Map oracle = naive::Fit(rows, options);
  for (const std::vector<float>& row : live) {
    ASSERT_NO_FATAL_FAILURE(ExpectAgreement(Apply(fit->transform, row, scale),
                                            naive::Apply(oracle, row, scale)));
  }
}

class Oracle : public testing::TestWithParam<int> {};

TEST_P(Oracle, AgreesOnEveryFormPoolingOrderAndScale) {
  const int label_count = GetParam();
  const bool small = label_count <= 1000;
  Random random(static_cast<uint64_t>(label_count));
  size_t next_kind = 0;
  for (const Scale scale : {Scale::kProbability, Scale::kLogProbability}) {
    for (const PriorOptions& options : EveryOption()) {
      // A vocabulary takes one kind a time, in turn; the small ones take all.
      const size_t kinds = small ? std::size(kKinds) : 1;
      for (size_t i = 0; i < kinds; ++i) {
        std::vector<std::vector<float>> live;
        if (small) {
          for (const Kind kind : kKinds) {
            live.push_back(MakeRow(kind, label_count, scale, random));
          }
        } else {
          live.push_back(MakeRow(kKinds[next_kind % 5], label_count, scale, random));
        }
        const Kind kind = kKinds[next_kind++ % std::size(kKinds)];
        CompareFits(options, kind, label_count, scale, live, random);
        if (HasFatalFailure()) return;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(LabelCount, Oracle,
                         testing::Values(2, 3, 4, 10, 100, 1000, 49152, 131072),
                         testing::PrintToStringParamName());

TEST(OracleOnFloors, AgreesFromTheLowestToTheHighest) {
  Random random(1);
  for (const double floor : {kLowestFloor, 1e-12, 0.01, 0.25}) {
    PriorOptions options;  // NORMALIZED: SOFTMAX of 1e30 p is a step in any arithmetic
    options.min_probability = floor;
    for (const Kind kind : kKinds) {
      for (const Scale scale : {Scale::kProbability, Scale::kLogProbability}) {
        const std::vector<std::vector<float>> live = {
            MakeRow(Kind::kEven, 4, scale, random),
            MakeRow(Kind::kExtreme, 4, scale, random)};
        CompareFits(options, kind, 4, scale, live, random);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(OracleOnTargetPriors, AgreesOnEveryForm) {
  Random random(2);
  for (PriorOptions options : EveryOption()) {
    options.target_prior = {10, 1, 0.001, 1e-20};
    for (const Kind kind : {Kind::kEven, Kind::kPeaked, Kind::kZeros}) {
      const std::vector<std::vector<float>> live = {
          MakeRow(kind, 4, Scale::kProbability, random)};
      CompareFits(options, kind, 4, Scale::kProbability, live, random);
      if (HasFatalFailure()) return;
    }
  }
}

// Parameters fitted elsewhere, of moderate size: what they are multiplied with is known
// to 1e-16, so scores of 1e6 are known to 1e-10.
Transform MakeTransform(Transform::Input input, size_t weights, int label_count,
                        double bias, Random& random) {
  const auto k = static_cast<size_t>(label_count);
  Transform transform{.label_count = label_count, .input = input};
  std::normal_distribution<double> normal;
  const double size = input == Transform::Input::kProbability ? 50 : 2;
  for (size_t i = 0; i < weights; ++i) transform.weights.push_back(size * normal(random));
  for (size_t i = 0; i < k && bias > 0; ++i) {
    transform.bias.push_back(random() % 2 == 0 ? bias : -bias);
    transform.bias.back() += normal(random);
  }
  return transform;
}

TEST(OracleOnImportedTransforms, AgreesOnEveryShapeAndFarBiases) {
  Random random(3);
  for (const int k : {1, 2, 3, 7, 40, 100}) {
    for (const auto input :
         {Transform::Input::kProbability, Transform::Input::kLogProbability}) {
      for (const int weights : {0, 1, k, k * k}) {
        for (const double bias : {0.0, 5.0, 29.0, 31.0, 700.0}) {
          const Transform transform =
              MakeTransform(input, static_cast<size_t>(weights), k, bias, random);
          ASSERT_TRUE(CheckTransform(transform).ok());
          const naive::Map oracle = naive::FromTransform(transform);
          for (const Scale scale : {Scale::kProbability, Scale::kLogProbability}) {
            for (const Kind kind : kKinds) {
              const std::vector<float> row = MakeRow(kind, k, scale, random);
              ASSERT_NO_FATAL_FAILURE(ExpectAgreement(Apply(transform, row, scale),
                                                      naive::Apply(oracle, row, scale)))
                  << weights << " weights, bias " << bias;
            }
          }
          const std::vector<float> logits = Logits(k, random);
          ASSERT_NO_FATAL_FAILURE(
              ExpectAgreement(Apply(transform, logits, Scale::kLogProbability),
                              naive::Apply(oracle, logits, Scale::kLogProbability)))
              << "logits, " << weights << " weights, bias " << bias;
        }
      }
    }
  }
}

}  // namespace
}  // namespace calibrd
