#include "calibration/rows.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Pair;

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
const std::vector<std::string>& Names() {
  static const auto* const names = new std::vector<std::string>{"Negative", "Positive"};
  return *names;
}

absl::Status Check(const std::vector<float>& values, int label_count,
                   Scale scale = Scale::kProbability) {
  return CheckRows({.values = values, .label_count = label_count, .scale = scale},
                   Names());
}

TEST(Rows, AreCountedAndCutRowByRow) {
  const std::vector<float> values = {0.9f, 0.1f, 0.2f, 0.8f};
  const Rows rows{.values = values, .label_count = 2};
  EXPECT_EQ(rows.count(), 2);
  EXPECT_THAT(rows.row(1), ElementsAre(0.2f, 0.8f));
}

TEST(CheckRows, AcceptsProbabilitiesThatDoNotSumToOne) {
  EXPECT_TRUE(Check({0.9f, 0.3f, 0.0f, 1e-45f, 3e38f, 3e38f}, 2).ok());
}

TEST(CheckRows, AcceptsOneLabelAtOneAndASingleLabel) {
  EXPECT_TRUE(Check({1.0f, 0.0f}, 2).ok());
  EXPECT_TRUE(Check({0.25f, 1.0f}, 1).ok());
}

TEST(CheckRows, AcceptsNegativeZeroAsZero) {
  EXPECT_TRUE(Check({-0.0f, 1.0f}, 2).ok());
  ExpectInvalid(Check({-0.0f, 0.0f}, 2), reason::kRowAllZero, "values[0]", "row 0");
}

TEST(CheckRows, AcceptsLogarithmsOfAnySignAndMinusInfinity) {
  EXPECT_TRUE(Check({-kInf, -0.1f, 1000.0f, -1000.0f}, 2, Scale::kLogProbability).ok());
}

TEST(CheckRows, RefusesNoRows) {
  ExpectInvalid(Check({}, 2), reason::kInvalidRows, "values", "at least one");
}

TEST(CheckRows, RefusesALengthThatIsNotAMultipleOfTheLabels) {
  const absl::Status status = Check({0.1f, 0.2f, 0.7f}, 2);
  ExpectInvalid(status, reason::kInvalidRows, "values", "3 values");
  ExpectInvalid(status, reason::kInvalidRows, "values", "2 labels");
  EXPECT_THAT(MetadataOf(status),
              ElementsAre(Pair("label_count", "2"), Pair("values", "3")));
}

TEST(CheckRows, RefusesANumberOfLabelsOutOfRange) {
  ExpectInvalid(Check({0.5f}, 0), reason::kInvalidRows, "values", "0 labels");
  ExpectInvalid(Check({0.5f}, -2), reason::kInvalidRows, "values", "-2 labels");
  ExpectInvalid(Check(std::vector<float>(kMaxLabels + 1, 1.0f), kMaxLabels + 1),
                reason::kInvalidRows, "values", "262145 labels");
}

struct BadValue {
  float value;
  Scale scale;
  absl::string_view reason;
  std::string words;
};

TEST(CheckRows, NamesTheRowAndTheLabelOfABadValue) {
  const BadValue bad_values[] = {
      {kNan, Scale::kProbability, reason::kValueNotFinite, "NaN"},
      {kNan, Scale::kLogProbability, reason::kValueNotFinite, "NaN"},
      {kInf, Scale::kProbability, reason::kValueNotFinite, "+infinity"},
      {kInf, Scale::kLogProbability, reason::kValueNotFinite, "+infinity"},
      {-kInf, Scale::kProbability, reason::kValueNotFinite, "-infinity"},
      {-0.5f, Scale::kProbability, reason::kValueNegative, "negative (-0.5)"},
      {-1e-45f, Scale::kProbability, reason::kValueNegative, "negative"},
  };
  for (const BadValue& bad : bad_values) {
    const absl::Status status = Check({0.5f, 0.5f, 0.1f, bad.value}, 2, bad.scale);
    ExpectInvalid(status, bad.reason, "values[3]", "row 1, label 1 (\"Positive\"): ");
    ExpectInvalid(status, bad.reason, "values[3]", bad.words);
    EXPECT_THAT(MetadataOf(status), ElementsAre(Pair("label", "1"), Pair("row", "1")));
  }
}

TEST(CheckRows, NamesTheFirstOfManyBadValues) {
  ExpectInvalid(Check({0.5f, 0.5f, kNan, -1.0f}, 2), reason::kValueNotFinite, "values[2]",
                "row 1, label 0 (\"Negative\")");
  ExpectInvalid(Check({0.5f, -1.0f, kNan, 1.0f}, 2), reason::kValueNegative, "values[1]",
                "row 0, label 1 (\"Positive\")");
}

TEST(CheckRows, NamesTheLabelByItsNumberWithoutNames) {
  const std::vector<float> values = {0.5f, kNan};
  ExpectInvalid(CheckRows({.values = values, .label_count = 2}, {}),
                reason::kValueNotFinite, "values[1]", "row 0, label 1: ");
}

TEST(CheckRows, NamesARowThatIsAllZero) {
  const absl::Status zeros = Check({0.5f, 0.5f, 0.0f, 0.0f}, 2);
  ExpectInvalid(zeros, reason::kRowAllZero, "values[2]",
                "row 1: every probability is zero");
  EXPECT_THAT(MetadataOf(zeros), ElementsAre(Pair("row", "1")));
  ExpectInvalid(Check({-kInf, -kInf}, 2, Scale::kLogProbability), reason::kRowAllZero,
                "values[0]", "row 0: every log-probability is -infinity");
}

TEST(DescribeLabel, QuotesTheNameWhereThereIsOne) {
  EXPECT_EQ(DescribeLabel(1, Names()), "label 1 (\"Positive\")");
  EXPECT_EQ(DescribeLabel(2, Names()), "label 2");
  EXPECT_EQ(DescribeLabel(0, {}), "label 0");
}

struct Normalized {
  std::vector<double> probabilities;
  double log_mass;
};

Normalized NormalizeRow(const std::vector<float>& row, Scale scale) {
  Normalized result{std::vector<double>(row.size()), 0};
  result.log_mass = Normalize(row, scale, absl::MakeSpan(result.probabilities));
  return result;
}

TEST(Normalize, DividesByTheSumAndReturnsItsLogarithm) {
  const Normalized half = NormalizeRow({0.3f, 0.1f, 0.1f}, Scale::kProbability);
  EXPECT_THAT(half.probabilities, AreNear<double>({0.6, 0.2, 0.2}, 1e-7));
  EXPECT_NEAR(half.log_mass, std::log(0.5), 1e-7);
}

TEST(Normalize, TurnsLogarithmsIntoProbabilities) {
  const Normalized half =
      NormalizeRow({std::log(0.3f), std::log(0.1f), -kInf}, Scale::kLogProbability);
  EXPECT_THAT(half.probabilities, AreNear<double>({0.75, 0.25, 0}, 1e-7));
  EXPECT_EQ(half.probabilities[2], 0);
  EXPECT_NEAR(half.log_mass, std::log(0.4), 1e-7);
}

TEST(Normalize, SurvivesLogitsOfAnySize) {
  const Normalized far =
      NormalizeRow({1000.0f, 999.0f, -1000.0f}, Scale::kLogProbability);
  EXPECT_THAT(far.probabilities, AreNear<double>({0.7310585786, 0.2689414214, 0}, 1e-9));
  EXPECT_NEAR(far.log_mass, 1000.3132616875, 1e-9);
  const Normalized low = NormalizeRow({-1e38f, -1e38f}, Scale::kLogProbability);
  EXPECT_THAT(low.probabilities, Each(0.5));
  const Normalized wide = NormalizeRow({3e38f, -3e38f}, Scale::kLogProbability);
  EXPECT_THAT(wide.probabilities, ElementsAre(1, 0));
}

TEST(Normalize, SurvivesTheSmallestAndTheLargestFloats) {
  const Normalized small = NormalizeRow({1e-45f, 1e-45f}, Scale::kProbability);
  EXPECT_THAT(small.probabilities, Each(0.5));
  const Normalized large = NormalizeRow({3e38f, 3e38f, 3e38f}, Scale::kProbability);
  EXPECT_THAT(large.probabilities, AreNear<double>({1 / 3., 1 / 3., 1 / 3.}, 1e-12));
}

TEST(Normalize, SumsTheLargestVocabularyToOne) {
  const Normalized wide =
      NormalizeRow(std::vector<float>(kMaxLabels, 0.1f), Scale::kProbability);
  const double sum =
      std::accumulate(wide.probabilities.begin(), wide.probabilities.end(), 0.0);
  EXPECT_NEAR(sum, 1, 1e-10);
}

}  // namespace
}  // namespace calibrd
