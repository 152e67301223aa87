// ISOTONIC and HISTOGRAM: a map for each label, one against the rest.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "calibration/isotonic.h"
#include "calibration/kernel.h"
#include "calibration/label_map.h"
#include "calibration/labelled/batches.h"
#include "calibration/labelled/methods.h"

namespace calibrd {
namespace {

// One row, as the map of a label sees it.
struct Outcome {
  double p;
  double right;   // the share of the weight that has the label: 0 or 1, or of equal p
  double weight;  // as a share of all
};

std::vector<Outcome> OutcomesOf(int label, const std::vector<RowBatch>& batches) {
  std::vector<Outcome> outcomes;
  for (const RowBatch& batch : batches) {
    for (Eigen::Index i = 0; i < batch.phi.rows(); ++i) {
      outcomes.push_back({batch.phi(i, label),
                          batch.labels[static_cast<size_t>(i)] == label ? 1.0 : 0.0,
                          batch.weights[i]});
    }
  }
  return outcomes;
}

// Sorted by p, rows of equal p made one.
void SortAndMergeTies(std::vector<Outcome>& outcomes) {
  std::sort(outcomes.begin(), outcomes.end(),
            [](const Outcome& a, const Outcome& b) { return a.p < b.p; });
  size_t last = 0;
  for (size_t i = 1; i < outcomes.size(); ++i) {
    Outcome& kept = outcomes[last];
    if (outcomes[i].p != kept.p) {
      outcomes[++last] = outcomes[i];
      continue;
    }
    const double weight = kept.weight + outcomes[i].weight;
    kept.right += (outcomes[i].right - kept.right) * (outcomes[i].weight / weight);
    kept.weight = weight;
  }
  outcomes.resize(last + 1);
}

// Drops the points inside of level pieces, which change nothing.
LabelMap WithoutLevelPoints(const LabelMap& map) {
  LabelMap kept;
  for (size_t i = 0; i < map.x.size(); ++i) {
    const bool inside = i > 0 && i + 1 < map.x.size() && map.y[i] == map.y[i - 1] &&
                        map.y[i] == map.y[i + 1];
    if (inside) continue;
    kept.x.push_back(map.x[i]);
    kept.y.push_back(map.y[i]);
  }
  return kept;
}

// Keeps `most` points, evenly spread over their order; the first and the last stay.
LabelMap Thinned(const LabelMap& map, size_t most) {
  LabelMap kept;
  for (size_t i = 0; i < most; ++i) {
    const size_t from = i * (map.x.size() - 1) / (most - 1);
    kept.x.push_back(map.x[from]);
    kept.y.push_back(map.y[from]);
  }
  return kept;
}

size_t MostPointsOfALabel(int label_count) {
  return static_cast<size_t>(
      std::min<int64_t>(kMaxMapPoints, kMaxMapPointsOfAllLabels / label_count));
}

LabelMap FitIsotonicMap(std::vector<Outcome> outcomes, size_t most_points,
                        LabelledFit& fit) {
  SortAndMergeTies(outcomes);
  std::vector<double> y, weights;
  LabelMap map;
  for (const Outcome& outcome : outcomes) {
    map.x.push_back(outcome.p);
    y.push_back(outcome.right);
    weights.push_back(outcome.weight);
  }
  map.y = FitIsotonic(y, weights).value();
  for (double& value : map.y) value = std::clamp(value, 0.0, 1.0);
  map = WithoutLevelPoints(map);
  if (map.x.size() <= most_points) return map;
  if (fit.warnings.empty()) fit.warnings.push_back(LabelledWarning::kPointsLeftOut);
  return Thinned(map, most_points);
}

LabelMap FitStepMap(const std::vector<Outcome>& outcomes,
                    const LabelledOptions& options) {
  std::vector<float> edges;
  if (options.binning == Binning::kEqualWidth) {
    edges = EqualWidthEdges(options.bin_count);
  } else {
    std::vector<float> values;
    for (const Outcome& outcome : outcomes) {
      values.push_back(static_cast<float>(outcome.p));
    }
    edges = EqualMassEdges(values, options.bin_count);
  }
  LabelMap map{.kind = LabelMap::Kind::kStep};
  map.x.assign(edges.begin(), edges.end());
  std::vector<double> weights(edges.size(), 0.0), right(edges.size(), 0.0);
  for (const Outcome& outcome : outcomes) {
    const auto edge = std::lower_bound(map.x.begin(), map.x.end() - 1, outcome.p);
    const auto bin = static_cast<size_t>(edge - map.x.begin());
    weights[bin] += outcome.weight;
    right[bin] += outcome.weight * outcome.right;
  }
  for (size_t i = 0; i < edges.size(); ++i) {
    const double middle = ((i == 0 ? 0.0 : map.x[i - 1]) + map.x[i]) / 2;
    const double value = weights[i] > 0 ? right[i] / weights[i] : middle;
    map.y.push_back(std::clamp(value, 0.0, 1.0));
  }
  return map;
}

double SquaredError(const LabelMap& map, const std::vector<Outcome>& outcomes) {
  double sum = 0;
  for (const Outcome& outcome : outcomes) {
    const double error = MapProbability(map, outcome.p) - outcome.right;
    sum += outcome.weight * error * error;
  }
  return sum;
}

// What p_0 = 1 - p_1 is mapped to so that both add up to 1. Points that 1 - x cannot tell
// apart become one.
LabelMap Mirrored(const LabelMap& map) {
  LabelMap mirrored{.kind = map.kind};
  const bool steps = map.kind == LabelMap::Kind::kStep;
  for (size_t i = map.x.size(); i-- > 0;) {
    // The right edge of a mirrored bin is the left one of the bin, which does not
    // belong to it.
    const double x = !steps   ? 1 - map.x[i]
                     : i == 0 ? 1.0
                              : std::nextafter(1 - map.x[i - 1], 0.0);
    if (!mirrored.x.empty() && x <= mirrored.x.back()) {
      mirrored.y.back() = 1 - map.y[i];
      continue;
    }
    mirrored.x.push_back(x);
    mirrored.y.push_back(1 - map.y[i]);
  }
  return mirrored;
}

LabelMap Identity() {
  return {.kind = LabelMap::Kind::kLinear, .x = {0, 1}, .y = {0, 1}};
}

double NegativeLogLikelihoodOf(const Transform& transform, const LabelledRows& rows,
                               double weight_of_all) {
  const Kernel kernel = Kernel::Compile(transform);
  std::vector<float> q(static_cast<size_t>(transform.label_count));
  double sum = 0;
  for (int64_t i = 0; i < rows.rows.count(); ++i) {
    kernel.Apply(rows.rows.row(i), rows.rows.scale, absl::MakeSpan(q));
    const auto label = static_cast<size_t>(rows.labels[static_cast<size_t>(i)]);
    const double likelihood = std::max<double>(q[label], kSmallestLikelihood);
    sum -= WeightOf(rows, i) / weight_of_all * std::log(likelihood);
  }
  return sum;
}

}  // namespace

LabelledFit FitLabelMaps(const LabelledRows& rows, const LabelledOptions& options,
                         const LabelCounts& counts) {
  LabelledFit fit;
  fit.converged = true;
  const int label_count = rows.rows.label_count;
  fit.transform = {.label_count = label_count, .input = Transform::Input::kProbability};
  std::vector<LabelMap>& maps = fit.transform.maps;
  maps.assign(static_cast<size_t>(label_count), Identity());
  const std::vector<RowBatch> batches = MakeBatches(rows, Transform::Input::kProbability);
  const size_t most_points = MostPointsOfALabel(label_count);
  for (int k = label_count == 2 ? 1 : 0; k < label_count; ++k) {
    const double share = counts.shares[static_cast<size_t>(k)];
    // Neither a label without rows nor one that all rows have says where to draw a curve.
    if (share == 0 || share == 1) continue;
    const std::vector<Outcome> outcomes = OutcomesOf(k, batches);
    LabelMap& map = maps[static_cast<size_t>(k)];
    map = options.method == LabelledMethod::kIsotonic
              ? FitIsotonicMap(outcomes, most_points, fit)
              : FitStepMap(outcomes, options);
    fit.objective += SquaredError(map, outcomes);
    if (label_count == 2) maps[0] = Mirrored(map);
  }
  fit.nll = NegativeLogLikelihoodOf(fit.transform, rows, counts.weight);
  return fit;
}

}  // namespace calibrd
