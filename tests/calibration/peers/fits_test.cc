// The labelled family against what other packages fit to the same rows. The files of
// tests/data/peers hold rows and fits, with the packages' versions; README.md says how
// they are made.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "calibration/labelled.h"
#include "nlohmann/json.hpp"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Json = nlohmann::json;

constexpr double kProbabilityTolerance = 1e-4;
constexpr double kObjectiveTolerance = 1e-6;  // relative
// A package that stopped at a steeper place was not at the optimum: ours has to be
// better, and need not be near.
constexpr double kSteepest = 1e-6;

Json Read(const std::string& name) {
  const std::string path = std::string(CALIBRD_TEST_DATA) + "/peers/" + name;
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return Json::parse(file)["cases"];
}

struct Set {
  explicit Set(const Json& json)
      : label_count(json["label_count"]),
        values(json["values"].get<std::vector<float>>()),
        labels(json["labels"].get<std::vector<int32_t>>()) {}

  LabelledRows rows() const {
    return {.rows = {.values = values, .label_count = label_count}, .labels = labels};
  }

  int label_count;
  std::vector<float> values;
  std::vector<int32_t> labels;
};

std::map<std::string, Set> ReadSets() {
  std::map<std::string, Set> sets;
  for (const Json& json : Read("rows.json")) sets.emplace(json["name"], Set(json));
  return sets;
}

LabelledOptions OptionsOf(const Json& peer) {
  LabelledOptions options{.weight_l2 = peer.value("weight_l2", 0.0),
                          .bias_l2 = peer.value("bias_l2", 0.0)};
  const std::string name = peer["method"];
  for (const LabelledMethod method : kLabelledMethods) {
    if (name == LabelledMethodName(method)) options.method = method;
  }
  options.prior = peer.value("prior", std::vector<double>());
  options.bin_count = peer.value("bins", options.bin_count);
  if (peer.value("binning", "") == "equal width") options.binning = Binning::kEqualWidth;
  return options;
}

void ExpectPeersProbabilities(const Set& set, const Transform& transform,
                              const std::vector<double>& q) {
  const auto k = static_cast<size_t>(set.label_count);
  for (size_t row = 0; row * k < q.size(); ++row) {
    const absl::Span<const float> p = set.rows().rows.row(static_cast<int64_t>(row));
    const std::vector<float> ours = Apply(transform, {p.begin(), p.end()});
    for (size_t i = 0; i < k; ++i) {
      EXPECT_NEAR(ours[i], q[row * k + i], kProbabilityTolerance)
          << "row " << row << ", label " << i;
    }
  }
}

bool IsAtTheBound(const LabelledFit& fit) {
  return std::find(fit.warnings.begin(), fit.warnings.end(),
                   LabelledWarning::kUninformative) != fit.warnings.end();
}

void ExpectPeer(const Set& set, const Json& peer) {
  const LabelledFit fit = FitLabelled(set.rows(), {}, OptionsOf(peer)).value();
  EXPECT_TRUE(fit.converged);
  if (IsAtTheBound(fit) && peer.contains("inverse_temperature")) {
    // F is convex: the best within the bound is at it if the best of all is beyond.
    EXPECT_LT(peer["inverse_temperature"], kLeastInverseTemperature);
    return;
  }
  const double objective = peer["objective"];
  EXPECT_LE(fit.objective, objective * (1 + kObjectiveTolerance));
  if (std::abs(peer.value("slope", 0.0)) > kSteepest) {
    EXPECT_LT(fit.nll, objective);  // without the penalty, which no such package has
    return;
  }
  ExpectPeersProbabilities(set, fit.transform, peer["q"].get<std::vector<double>>());
}

// Compares every fit of a file; which methods those are.
std::set<std::string> ExpectPeers(const std::string& file) {
  static const auto& sets = *new std::map<std::string, Set>(ReadSets());
  std::set<std::string> methods;
  for (const Json& recorded : Read(file)) {
    for (const Json& peer : recorded["fits"]) {
      SCOPED_TRACE(peer["method"].get<std::string>() + " of " +
                   peer["peer"].get<std::string>() + ", " +
                   recorded["name"].get<std::string>());
      ExpectPeer(sets.at(recorded["name"]), peer);
      methods.insert(peer["method"]);
    }
  }
  return methods;
}

TEST(FitsOfPeers, OfLightPackagesAreReached) {
  EXPECT_EQ(ExpectPeers("fits.json").size(), std::size(kLabelledMethods));
}

TEST(FitsOfPeers, OfDirichletcalAreReached) {
  EXPECT_THAT(ExpectPeers("dirichletcal.json"),
              testing::ElementsAre("DIRICHLET", "MATRIX", "TEMPERATURE", "VECTOR"));
}

TEST(FitsOfPeers, OfNetcalAreReached) {
  EXPECT_THAT(ExpectPeers("netcal.json"),
              testing::ElementsAre("HISTOGRAM", "TEMPERATURE"));
}

}  // namespace
}  // namespace calibrd
