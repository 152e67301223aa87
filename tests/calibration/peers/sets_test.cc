// Prediction sets against MAPIE, at the versions that tests/data/peers/sets.json names;
// record_sets.py writes that file.

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "calibration/conformal.h"
#include "nlohmann/json.hpp"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Json = nlohmann::json;

const std::map<std::string, ConformalScore>& Scores() {
  static const auto* const scores = new std::map<std::string, ConformalScore>{
      {"kLac", ConformalScore::kLac},
      {"kAps", ConformalScore::kAps},
      {"kApsInclusive", ConformalScore::kApsInclusive},
      {"kApsRandomized", ConformalScore::kApsRandomized}};
  return *scores;
}

// Rising, as MAPIE gives them.
std::vector<int> SetOf(const ConformalFit& fit, absl::Span<const float> row,
                       double coverage) {
  std::vector<int> set(row.size());
  const double threshold = Threshold(fit, coverage).value();
  set.resize(
      static_cast<size_t>(PredictionSet(fit.score, row, threshold, absl::MakeSpan(set))));
  std::sort(set.begin(), set.end());
  return set;
}

void ExpectSets(const Json& recorded, const Json& expected, const ConformalFit& fit) {
  const std::vector<float> values = recorded["used"];
  const Rows used{.values = values, .label_count = recorded["label_count"]};
  for (size_t c = 0; c < recorded["coverages"].size(); ++c) {
    for (int64_t i = 0; i < used.count(); ++i) {
      std::vector<int> set = expected["sets"][c][static_cast<size_t>(i)];
      // An empty set is not given out: it has the best label.
      if (set.empty()) set = {BestLabel(used.row(i))};
      EXPECT_EQ(SetOf(fit, used.row(i), recorded["coverages"][c]), set)
          << "row " << i << ", coverage " << recorded["coverages"][c];
    }
  }
}

TEST(PeerSets, AreThoseOfMapie) {
  const std::string path = std::string(CALIBRD_TEST_DATA) + "/peers/sets.json";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  int fits = 0;
  const Json recordings = Json::parse(file);
  for (const Json& recorded : recordings["cases"]) {
    const std::vector<float> values = recorded["rows"];
    const Rows rows{.values = values, .label_count = recorded["label_count"]};
    const std::vector<int> labels = recorded["labels"];
    for (const Json& expected : recorded["expected"]) {
      SCOPED_TRACE(expected["score"].get<std::string>());
      const ConformalOptions options{.score = Scores().at(expected["score"]),
                                     .seed = recorded["seed"]};
      const ConformalFit fit = FitConformal(rows, labels, options).value();
      EXPECT_THAT(fit.scores, AreNear<double>(expected["scores"], 1e-9));
      ExpectSets(recorded, expected, fit);
      ++fits;
    }
  }
  EXPECT_EQ(fits, 9);
}

}  // namespace
}  // namespace calibrd
