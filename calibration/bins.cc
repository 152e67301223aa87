#include "calibration/bins.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "calibration/kernel.h"

namespace calibrd {
namespace {

// Between `left` and `right`, so that the first lies on the edge or left of it, and the
// second, unless they are equal, to the right.
float EdgeBetween(float left, float right) {
  const auto halfway = static_cast<float>((static_cast<double>(left) + right) / 2);
  // Halfway between neighbouring floats is rounded to one of them.
  return halfway < right ? halfway : left;
}

size_t BinOf(float value, absl::Span<const float> edges) {
  const auto* edge = std::lower_bound(edges.begin(), edges.end() - 1, value);
  return static_cast<size_t>(edge - edges.begin());
}

}  // namespace

Forecasts TopLabel(const Rows& rows, absl::Span<const int> labels) {
  Forecasts forecasts;
  for (int64_t i = 0; i < rows.count(); ++i) {
    const int best = BestLabel(rows.row(i));
    forecasts.probabilities.push_back(rows.row(i)[static_cast<size_t>(best)]);
    forecasts.happened.push_back(best == labels[static_cast<size_t>(i)]);
  }
  return forecasts;
}

Forecasts OneAgainstRest(const Rows& rows, absl::Span<const int> labels, int label) {
  Forecasts forecasts;
  for (int64_t i = 0; i < rows.count(); ++i) {
    forecasts.probabilities.push_back(rows.row(i)[static_cast<size_t>(label)]);
    forecasts.happened.push_back(label == labels[static_cast<size_t>(i)]);
  }
  return forecasts;
}

std::vector<float> EqualWidthEdges(int bin_count) {
  std::vector<float> edges;
  for (int i = 1; i <= bin_count; ++i) {
    edges.push_back(static_cast<float>(static_cast<double>(i) / bin_count));
  }
  return edges;
}

std::vector<float> EqualMassEdges(absl::Span<const float> values, int bin_count) {
  std::vector<float> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const size_t groups = std::min(sorted.size(), static_cast<size_t>(bin_count));
  const size_t size = sorted.size() / groups;
  const size_t larger_by_one = sorted.size() % groups;
  std::vector<float> edges;
  size_t end = 0;
  for (size_t group = 0; group + 1 < groups; ++group) {
    end += size + (group < larger_by_one ? 1 : 0);
    edges.push_back(EdgeBetween(sorted[end - 1], sorted[end]));
  }
  edges.push_back(1.0f);
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

std::vector<float> Edges(const Forecasts& forecasts, int bin_count, Binning binning) {
  return binning == Binning::kEqualWidth
             ? EqualWidthEdges(bin_count)
             : EqualMassEdges(forecasts.probabilities, bin_count);
}

Bins::Bins(const Forecasts& forecasts, std::vector<float> edges)
    : edges_(std::move(edges)), ends_(edges_.size()) {
  const size_t n = forecasts.probabilities.size();
  std::vector<size_t> bin(n);
  for (size_t i = 0; i < n; ++i) {
    bin[i] = BinOf(forecasts.probabilities[i], edges_);
    ++ends_[bin[i]];
  }
  // From sizes to where each bin begins; placing the rows moves that to its end.
  size_t begin = 0;
  for (size_t& end : ends_) begin += std::exchange(end, begin);
  row_.resize(n);
  probability_.resize(n);
  happened_.resize(n);
  for (size_t i = 0; i < n; ++i) {
    const size_t place = ends_[bin[i]]++;
    row_[place] = static_cast<uint32_t>(i);
    probability_[place] = forecasts.probabilities[i];
    happened_[place] = forecasts.happened[i];
  }
}

std::vector<ReliabilityBin> Bins::Table(absl::Span<const uint32_t> counts) const {
  std::vector<ReliabilityBin> table(edges_.size());
  size_t place = 0;
  for (size_t b = 0; b < edges_.size(); ++b) {
    int64_t rows = 0, happened = 0;
    double confidence = 0;
    for (; place < ends_[b]; ++place) {
      const uint32_t count = counts.empty() ? 1 : counts[row_[place]];
      rows += count;
      happened += int64_t{count} * happened_[place];
      confidence += static_cast<double>(count) * probability_[place];
    }
    table[b] = {.lower_edge = b == 0 ? 0.0 : edges_[b - 1],
                .upper_edge = edges_[b],
                .rows = rows};
    if (rows == 0) continue;
    table[b].mean_confidence = confidence / static_cast<double>(rows);
    table[b].accuracy = static_cast<double>(happened) / static_cast<double>(rows);
  }
  return table;
}

}  // namespace calibrd
