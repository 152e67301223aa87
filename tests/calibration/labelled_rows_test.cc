#include "calibration/labelled_rows.h"

#include <cmath>
#include <vector>

#include "tests/calibration/labelled_sample.h"

namespace calibrd {
namespace {

using testing::ElementsAre;

Sample Good() {
  return {.label_count = 2,
          .values = {0.9f, 0.1f, 0.2f, 0.8f, 0.5f, 0.5f},
          .labels = {0, 1, 1},
          .weights = {1, 0, 3}};
}

TEST(CheckLabelledRows, AcceptsRowsWithAndWithoutWeights) {
  Sample sample = Good();
  EXPECT_TRUE(CheckLabelledRows(sample.rows(), {}).ok());
  sample.weights.clear();
  EXPECT_TRUE(CheckLabelledRows(sample.rows(), {}).ok());
}

TEST(CheckLabelledRows, ChecksTheRowsFirst) {
  Sample sample = Good();
  sample.labels[0] = 7;
  sample.values[3] = -1;
  ExpectInvalid(CheckLabelledRows(sample.rows(), {"No", "Yes"}), reason::kValueNegative,
                "values[3]", "row 1, label 1 (\"Yes\")");
}

TEST(CheckLabelledRows, NamesTheRowWhoseLabelThereIsNot) {
  for (const int bad : {-1, 2, 1'000'000}) {
    Sample sample = Good();
    sample.labels[2] = bad;
    const absl::Status status = CheckLabelledRows(sample.rows(), {});
    ExpectInvalid(status, reason::kInvalidRows, "labels[2]", "is outside 0 … 1");
    EXPECT_THAT(MetadataOf(status), ElementsAre(testing::Pair("row", "2")));
  }
}

TEST(CheckLabelledRows, RefusesAnotherNumberOfLabelsOrWeights) {
  Sample sample = Good();
  sample.weights.pop_back();
  ExpectInvalid(CheckLabelledRows(sample.rows(), {}), reason::kInvalidRows, "weights",
                "2 weights for 3 rows");
  sample.labels.push_back(0);
  ExpectInvalid(CheckLabelledRows(sample.rows(), {}), reason::kInvalidRows, "labels",
                "4 labels for 3 rows");
  sample.labels.clear();
  ExpectInvalid(CheckLabelledRows(sample.rows(), {}), reason::kInvalidRows, "labels",
                "0 labels for 3 rows");
}

TEST(CheckLabelledRows, NamesAWeightThatIsNoNumberOrNegative) {
  Sample sample = Good();
  for (const float bad : {std::nanf(""), HUGE_VALF}) {
    sample.weights[1] = bad;
    ExpectInvalid(CheckLabelledRows(sample.rows(), {}), reason::kValueNotFinite,
                  "weights[1]", "row 1");
  }
  sample.weights[1] = -0.5f;
  ExpectInvalid(CheckLabelledRows(sample.rows(), {}), reason::kValueNegative,
                "weights[1]", "is -0.5");
}

TEST(CheckLabelledRows, RefusesWeightsThatAreAllZero) {
  Sample sample = Good();
  sample.weights = {0, 0, 0};
  ExpectInvalid(CheckLabelledRows(sample.rows(), {}), reason::kInvalidRows, "weights",
                "all weights are zero");
}

TEST(CountLabels, AddsUpWeights) {
  const LabelCounts counts = CountLabels(Good().rows());
  EXPECT_THAT(counts.shares, ElementsAre(0.25, 0.75));
  EXPECT_EQ(counts.rows, 2);
  EXPECT_EQ(counts.weight, 4);
}

}  // namespace
}  // namespace calibrd
