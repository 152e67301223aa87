#include "tests/calibration/naive.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace calibrd::naive {
namespace {

using Normalization = PriorOptions::Normalization;
using Output = PriorOptions::Output;
using Pooling = PriorOptions::Pooling;
using Weights = PriorOptions::Weights;

Number Sum(const Numbers& numbers) {
  Number sum = 0;
  for (const Number number : numbers) sum += number;
  return sum;
}

// The row as it is, on the scale of probabilities: long double holds exp(±11000).
Numbers Unnormalized(absl::Span<const float> row, Scale scale) {
  Numbers p;
  for (const float value : row) {
    const Number number = value;
    p.push_back(scale == Scale::kProbability ? number : std::exp(number));
  }
  return p;
}

Numbers OnTheLabelSet(Numbers p) {
  const Number sum = Sum(p);
  for (Number& number : p) number /= sum;
  return p;
}

// The parameters that one row alone would give: 1/c, -ln c or -c.
Number ParameterOf(Number c, const PriorOptions& options) {
  if (options.weights == Weights::kIdentity) return -c;
  return options.output == Output::kSoftmax ? 1 / c : -std::log(c);
}

Number FromParameter(Number parameter, const PriorOptions& options) {
  if (options.weights == Weights::kIdentity) return -parameter;
  return options.output == Output::kSoftmax ? 1 / parameter : std::exp(-parameter);
}

// The prior c of label `k` from what every row says of it.
Number PoolLabel(const std::vector<Numbers>& rows, size_t k,
                 const PriorOptions& options) {
  const auto n = static_cast<Number>(rows.size());
  Number smallest = rows[0][k], probabilities = 0, parameters = 0;
  for (const Numbers& row : rows) {
    smallest = std::min(smallest, row[k]);
    probabilities += row[k];
    parameters += ParameterOf(row[k], options);
  }
  if (options.pooling == Pooling::kMinimum) return smallest;
  if (options.pooling == Pooling::kProbabilities) return probabilities / n;
  return FromParameter(parameters / n, options);
}

}  // namespace

Map FromTransform(const Transform& transform) {
  Map map;
  map.of_logarithms = transform.input == Transform::Input::kLogProbability;
  map.weights.assign(transform.weights.begin(), transform.weights.end());
  map.bias.assign(transform.bias.begin(), transform.bias.end());
  return map;
}

Map Fit(const Rows& rows, const PriorOptions& options) {
  const auto k = static_cast<size_t>(rows.label_count);
  const bool after = options.normalization == Normalization::kAfterPooling;
  std::vector<Numbers> c_i;
  for (int64_t i = 0; i < rows.count(); ++i) {
    Numbers row = Unnormalized(rows.row(i), rows.scale);
    if (!after) row = OnTheLabelSet(row);
    const Number floor = options.min_probability * Sum(row);
    if (options.weights == Weights::kDiagonal) {
      for (Number& number : row) number = std::max(number, floor);
    }
    c_i.push_back(row);
  }
  Numbers c;
  for (size_t label = 0; label < k; ++label) c.push_back(PoolLabel(c_i, label, options));
  if (after && Sum(c) > 0) c = OnTheLabelSet(c);

  Numbers pi(k, 1);
  if (!options.target_prior.empty()) {
    pi.assign(options.target_prior.begin(), options.target_prior.end());
  }
  pi = OnTheLabelSet(pi);

  Map map;
  map.of_logarithms = options.output == Output::kNormalized;
  for (size_t label = 0; label < k; ++label) {
    const Number toward_target = std::log(static_cast<Number>(k) * pi[label]);
    if (options.output == Output::kNormalized) {
      map.bias.push_back(std::log(pi[label]) - std::log(c[label]));
    } else if (options.weights == Weights::kDiagonal) {
      map.weights.push_back(1 / c[label]);
      map.bias.push_back(toward_target);
    } else {
      map.bias.push_back(toward_target - c[label]);
    }
  }
  return map;
}

Numbers Apply(const Map& map, absl::Span<const float> row, Scale scale) {
  Numbers phi = OnTheLabelSet(Unnormalized(row, scale));
  const size_t k = phi.size();
  const bool identity = map.weights.empty();
  if (map.of_logarithms) {
    for (Number& number : phi) {
      const Number smallest = identity ? 0 : static_cast<Number>(kSmallestProbability);
      number = std::log(std::max(number, smallest));
    }
  }
  Numbers scores = phi;
  for (size_t i = 0; i < k && !identity; ++i) {
    if (map.weights.size() == 1) {
      scores[i] = map.weights[0] * phi[i];
    } else if (map.weights.size() == k) {
      scores[i] = map.weights[i] * phi[i];
    } else {
      scores[i] = 0;
      for (size_t j = 0; j < k; ++j) scores[i] += map.weights[i * k + j] * phi[j];
    }
  }
  for (size_t i = 0; i < k && !map.bias.empty(); ++i) scores[i] += map.bias[i];
  const Number highest = *std::max_element(scores.begin(), scores.end());
  for (Number& score : scores) score = std::exp(score - highest);
  return OnTheLabelSet(scores);
}

}  // namespace calibrd::naive
