// The labelled family against what other packages fit to the same rows: labelled_peers.py
// recorded them, with versions, in labelled_peers.json.

#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "calibration/labelled.h"
#include "nlohmann/json.hpp"
#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using Json = nlohmann::json;

// BETA and PLATT: scikit-learn stops at a gradient of 1e-4 or after 100 iterations.
constexpr double kProbabilityTolerance = 1e-4;
constexpr double kObjectiveTolerance = 1e-6;  // relative

struct Set {
  explicit Set(const Json& json)
      : label_count(json["label_count"]),
        values(json["values"].get<std::vector<float>>()),
        labels(json["labels"].get<std::vector<int32_t>>()),
        fits(json["fits"]) {}

  LabelledRows rows() const {
    return {.rows = {.values = values, .label_count = label_count}, .labels = labels};
  }

  int label_count;
  std::vector<float> values;
  std::vector<int32_t> labels;
  Json fits;
};

std::vector<Set> ReadSets() {
  std::ifstream file(CALIBRD_LABELLED_PEERS);
  const Json recorded = Json::parse(file);
  std::vector<Set> sets;
  for (const Json& set : recorded["sets"]) sets.emplace_back(set);
  return sets;
}

LabelledFit FitLikePeer(const Set& set, LabelledMethod method, const Json& peer) {
  LabelledOptions options{.method = method, .weight_l2 = 0.0, .bias_l2 = 0.0};
  if (peer.contains("weight_l2")) options.weight_l2 = peer["weight_l2"].get<double>();
  if (peer.contains("bias_l2")) options.bias_l2 = peer["bias_l2"].get<double>();
  if (peer.contains("prior")) options.prior = peer["prior"].get<std::vector<double>>();
  return FitLabelled(set.rows(), {}, options).value();
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

TEST(LabelledPeers, AreReachedInObjectiveAndProbabilities) {
  int compared = 0;
  for (const Set& set : ReadSets()) {
    for (const LabelledMethod method : kLabelledMethods) {
      const std::string name(LabelledMethodName(method));
      if (!set.fits.contains(name)) continue;
      SCOPED_TRACE(name + " of " + std::to_string(set.label_count) + " labels");
      const Json& peer = set.fits[name];
      const LabelledFit fit = FitLikePeer(set, method, peer);
      EXPECT_TRUE(fit.converged);
      ExpectPeersProbabilities(set, fit.transform, peer["q"].get<std::vector<double>>());
      if (peer.contains("objective")) {
        const double objective = peer["objective"];
        EXPECT_LE(fit.objective, objective * (1 + kObjectiveTolerance));
        // The minimum is unique: nor can ours be much lower.
        EXPECT_GE(fit.objective, objective * (1 - 1e-5));
      }
      ++compared;
    }
  }
  EXPECT_EQ(compared, 3 * 8 + 2);
}

}  // namespace
}  // namespace calibrd
