// Measures against scikit-learn, uncertainty-calibration, relplot and netcal, at the
// versions that tests/data/peers/metrics.json and netcal_metrics.json name;
// record_metrics.py and record_netcal_metrics.py write them.

#include "calibration/metrics.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include "calibration/measures.h"
#include "calibration/reliability.h"
#include "calibration/smooth_ece.h"
#include "nlohmann/json.hpp"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Json = nlohmann::json;

constexpr double kTolerance = 1e-9;

struct Case {
  std::string name;
  int bin_count;
  std::vector<float> values;
  int label_count;
  std::vector<int> labels;
  Json expected;

  Rows rows() const { return {.values = values, .label_count = label_count}; }
};

Json Read(const std::string& name) {
  const std::string path = std::string(CALIBRD_TEST_DATA) + "/peers/" + name;
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return Json::parse(file)["cases"];
}

std::vector<Case> Load() {
  std::vector<Case> cases;
  for (const Json& one : Read("metrics.json")) {
    cases.push_back({.name = one["name"],
                     .bin_count = one["bins"],
                     .values = one["rows"],
                     .label_count = one["label_count"],
                     .labels = one["labels"],
                     .expected = one["expected"]});
  }
  return cases;
}

TEST(PeerMetrics, AreThereForEveryShape) {
  EXPECT_EQ(Load().size(), 6u);
}

TEST(PeerMetrics, OfDecisionsAndProbabilitiesAreThoseOfScikitLearn) {
  for (const Case& c : Load()) {
    SCOPED_TRACE(c.name);
    const std::vector<LabelCount> counts = CountLabels(c.rows(), c.labels);
    EXPECT_NEAR(Accuracy(c.rows(), c.labels), c.expected["accuracy"], kTolerance);
    EXPECT_NEAR(BalancedAccuracy(counts), c.expected["balanced_accuracy"], kTolerance);
    EXPECT_NEAR(MacroF1(counts), c.expected["macro_f1"], kTolerance);
    EXPECT_EQ(ConfusionMatrix(c.rows(), c.labels),
              c.expected["confusion"].get<std::vector<int64_t>>());
    EXPECT_NEAR(NegativeLogLikelihood(c.rows(), c.labels), c.expected["nll"], kTolerance);
    EXPECT_NEAR(BrierScore(c.rows(), c.labels), c.expected["brier"], kTolerance);
    if (c.label_count != 2) continue;
    EXPECT_NEAR(BinaryBrierScore(OneAgainstRest(c.rows(), c.labels, 1)),
                c.expected["binary_brier"], kTolerance);
  }
}

TEST(PeerMetrics, OfCalibrationAreThoseOfUncertaintyCalibration) {
  const auto width = Binning::kEqualWidth, mass = Binning::kEqualMass;
  for (const Case& c : Load()) {
    SCOPED_TRACE(c.name);
    const auto expect = [&](double value, const char* name) {
      EXPECT_NEAR(value, c.expected[name], kTolerance) << name;
    };
    const Rows rows = c.rows();
    expect(ExpectedCalibrationError(rows, c.labels, c.bin_count, width),
           "ece_equal_width");
    expect(ExpectedCalibrationError(rows, c.labels, c.bin_count, mass), "ece_equal_mass");
    expect(ClasswiseCalibrationError(rows, c.labels, c.bin_count, width),
           "classwise_equal_width");
    expect(ClasswiseCalibrationError(rows, c.labels, c.bin_count, mass),
           "classwise_equal_mass");
    expect(DebiasedCalibrationError(rows, c.labels, c.bin_count), "debiased_top");
    expect(DebiasedMarginalError(rows, c.labels, c.bin_count), "debiased_marginal");
    expect(MaximumCalibrationError(ReliabilityTable(rows, c.labels, c.bin_count, width)),
           "mce");
  }
}

bool HasValueOnAnEdge(const Forecasts& forecasts, int bin_count) {
  return std::any_of(forecasts.probabilities.begin(), forecasts.probabilities.end(),
                     [&](float p) {
                       const float bin = p * static_cast<float>(bin_count);
                       return p < 1 && bin == std::floor(bin);
                     });
}

// netcal measures two labels by the probability of the second, and puts a value on an
// edge into the bin on its right.
TEST(PeerMetrics, OfTheTableAreThoseOfNetcalButForValuesOnEdges) {
  const Json netcal = Read("netcal_metrics.json");
  const std::vector<Case> cases = Load();
  ASSERT_EQ(netcal.size(), cases.size());
  int compared = 0;
  for (size_t i = 0; i < cases.size(); ++i) {
    const Case& c = cases[i];
    SCOPED_TRACE(c.name);
    ASSERT_EQ(netcal[i]["name"], c.name);
    const Forecasts forecasts = c.label_count == 2 ? OneAgainstRest(c.rows(), c.labels, 1)
                                                   : TopLabel(c.rows(), c.labels);
    if (HasValueOnAnEdge(forecasts, c.bin_count)) continue;
    const std::vector<ReliabilityBin> table =
        Bins(forecasts, EqualWidthEdges(c.bin_count)).Table();
    EXPECT_NEAR(ExpectedCalibrationError(table), netcal[i]["ece_equal_width"],
                kTolerance);
    EXPECT_NEAR(MaximumCalibrationError(table), netcal[i]["mce"], kTolerance);
    ++compared;
  }
  EXPECT_EQ(compared, 5);  // all but the one that is made of values on edges
}

TEST(PeerMetrics, OfTheTableAreThoseOfScikitLearnsCalibrationCurve) {
  for (const Case& c : Load()) {
    SCOPED_TRACE(c.name);
    std::vector<double> accuracy, confidence;
    for (const ReliabilityBin& bin :
         ReliabilityTable(c.rows(), c.labels, c.bin_count, Binning::kEqualWidth)) {
      if (bin.rows == 0) continue;
      accuracy.push_back(bin.accuracy);
      confidence.push_back(bin.mean_confidence);
    }
    EXPECT_THAT(accuracy, AreNear<double>(c.expected["table_accuracy"], kTolerance));
    EXPECT_THAT(confidence, AreNear<double>(c.expected["table_confidence"], kTolerance));
  }
}

TEST(PeerMetrics, OfSmoothCalibrationAreThoseOfRelplot) {
  for (const Case& c : Load()) {
    SCOPED_TRACE(c.name);
    const Forecasts forecasts = TopLabel(c.rows(), c.labels);
    const SmoothCalibration smooth = SmoothCalibrationError(forecasts);
    EXPECT_EQ(smooth.bandwidth, c.expected["smooth_bandwidth"]);
    EXPECT_NEAR(smooth.error, c.expected["smooth_ece"], kTolerance);
    for (const Json& at : c.expected["smooth_at"]) {
      EXPECT_NEAR(SmoothCalibrationError(forecasts, at[0]), at[1], kTolerance) << at[0];
    }
  }
}

TEST(PeerMetrics, AreTheSameAllAtOnce) {
  for (const Case& c : Load()) {
    SCOPED_TRACE(c.name);
    const Measured measured =
        Measured::Prepare(c.rows(), c.labels, {.bin_count = c.bin_count}).value();
    const Measures m = measured.Measure();
    const auto expect = [&](double value, const char* name) {
      EXPECT_NEAR(value, c.expected[name], kTolerance) << name;
    };
    expect(m.accuracy, "accuracy");
    expect(m.balanced_accuracy, "balanced_accuracy");
    expect(m.macro_f1, "macro_f1");
    expect(m.nll, "nll");
    expect(m.brier, "brier");
    expect(m.ece_equal_width, "ece_equal_width");
    expect(m.ece_equal_mass, "ece_equal_mass");
    expect(m.mce, "mce");
    expect(m.debiased_ece, "debiased_top");
    expect(m.classwise_ece, "classwise_equal_width");
    expect(m.marginal_error, "debiased_marginal");
    expect(m.smooth_ece, "smooth_ece");
  }
}

}  // namespace
}  // namespace calibrd
