#include "calibration/drift.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace calibrd {
namespace {

constexpr int kFewestCells = 10;

// Ranges of confidence for each label.
int RangeCount(int label_count) {
  return std::max(1, (kFewestCells + label_count - 1) / label_count);
}

// Which cell a row falls into: its best label, and where between 1/K and 1 it is.
size_t CellOf(absl::Span<const float> row) {
  const auto* best = std::max_element(row.begin(), row.end());
  const auto k = static_cast<float>(row.size());
  const int ranges = RangeCount(static_cast<int>(row.size()));
  const float place = k > 1 ? (*best - 1 / k) / (1 - 1 / k) : 0;
  const int range =
      std::clamp(static_cast<int>(place * static_cast<float>(ranges)), 0, ranges - 1);
  return static_cast<size_t>((best - row.begin()) * ranges + range);
}

// The share of the rows in each cell, half a row more in all of them.
double Share(float count, double rows, double cells) {
  return (static_cast<double>(count) + 0.5) / (rows + 0.5 * cells);
}

// Between the reference and the rows of both halves of the window.
DriftDistance DistanceOf(const DriftSide& side) {
  const auto rows = static_cast<double>(side.previous.count() + side.current.count());
  const auto reference_rows = static_cast<double>(side.reference.count());
  const size_t cells = side.reference.cells().size();
  double index = 0;
  double used = 0;  // cells that hold a row
  for (size_t i = 0; i < cells; ++i) {
    const float live = side.previous.cells()[i] + side.current.cells()[i];
    const float before = side.reference.cells()[i];
    if (live + before == 0) continue;
    ++used;
    const double a = Share(live, rows, static_cast<double>(cells));
    const double r = Share(before, reference_rows, static_cast<double>(cells));
    index += (a - r) * std::log(a / r);
  }
  DriftDistance distance;
  const double by_chance = (used - 1) * (1 / rows + 1 / reference_rows);
  distance.population_stability_index = std::max(0.0, index - by_chance);
  for (size_t k = 0; k < side.reference.sum().size(); ++k) {
    const double live =
        static_cast<double>(side.previous.sum()[k]) + side.current.sum()[k];
    distance.total_variation +=
        0.5 * std::abs(live / rows - side.reference.sum()[k] / reference_rows);
  }
  return distance;
}

void Observe(absl::Span<const float> row, DriftSide& side) {
  side.current.Add(row);
  if (side.current.count() < kDriftWindow / 2) return;
  std::swap(side.previous, side.current);
  side.current.Clear();
}

}  // namespace

int CellCount(int label_count) {
  return label_count * RangeCount(label_count);
}

RowSummary::RowSummary(int label_count)
    : label_count_(label_count),
      numbers_(static_cast<size_t>(CellCount(label_count) + label_count)) {}

std::optional<RowSummary> RowSummary::Restore(int label_count, int64_t count,
                                              absl::Span<const float> numbers) {
  RowSummary summary(label_count);
  const bool usable = std::all_of(numbers.begin(), numbers.end(), [](float number) {
    return std::isfinite(number) && number >= 0;
  });
  if (numbers.size() != summary.numbers_.size() || count < 0 || !usable) {
    return std::nullopt;
  }
  summary.count_ = count;
  summary.numbers_.assign(numbers.begin(), numbers.end());
  return summary;
}

void RowSummary::Add(absl::Span<const float> row) {
  ++count_;
  numbers_[CellOf(row)] += 1;
  float* sum = numbers_.data() + CellCount(label_count_);
  for (size_t k = 0; k < row.size(); ++k) sum[k] += row[k];
}

void RowSummary::Clear() {
  count_ = 0;
  std::fill(numbers_.begin(), numbers_.end(), 0.0f);
}

absl::Span<const float> RowSummary::cells() const {
  return absl::MakeConstSpan(numbers_).first(
      static_cast<size_t>(CellCount(label_count_)));
}

absl::Span<const float> RowSummary::sum() const {
  return absl::MakeConstSpan(numbers_).last(static_cast<size_t>(label_count_));
}

DriftMonitor::DriftMonitor(int label_count)
    : input_{RowSummary(label_count), RowSummary(label_count), RowSummary(label_count)},
      output_(input_) {}

DriftMonitor::DriftMonitor(DriftSide input, DriftSide output, bool reference_is_complete)
    : input_(std::move(input)),
      output_(std::move(output)),
      reference_is_complete_(reference_is_complete) {}

void DriftMonitor::Observe(absl::Span<const float> p, absl::Span<const float> q) {
  if (!reference_is_complete_) {
    input_.reference.Add(p);
    output_.reference.Add(q);
    reference_is_complete_ = input_.reference.count() >= kDriftReference;
    return;
  }
  calibrd::Observe(p, input_);
  calibrd::Observe(q, output_);
}

std::optional<DriftReport> DriftMonitor::Report() const {
  const int64_t rows = input_.previous.count() + input_.current.count();
  if (rows < kFewestDriftRows) return std::nullopt;
  return DriftReport{DistanceOf(input_), DistanceOf(output_), rows,
                     input_.reference.count()};
}

}  // namespace calibrd
