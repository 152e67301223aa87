#include "calibration/signal.h"

#include <algorithm>
#include <cmath>

namespace calibrd {
namespace {

// What stands in for rows of the fit.
constexpr double kUsualRows = 5;
constexpr double kUsualVariance = 0.25;

// Of a normal distribution, for 95 %.
constexpr double kDeviations = 1.96;

// The distances of the first rows are to a mean of hardly any rows.
constexpr double kUnsettledRows = 5;

constexpr int64_t kMostReferenceRows = 1000;

// x of a row: its logarithms less their mean.
std::vector<double> Centred(absl::Span<const float> row, Scale scale) {
  std::vector<double> x(row.size());
  Normalize(row, scale, absl::MakeSpan(x));
  double mean = 0;
  for (double& value : x) {
    value = std::log(std::max(value, kSmallestSignalProbability));
    mean += value / static_cast<double>(x.size());
  }
  for (double& value : x) value -= mean;
  return x;
}

double Product(absl::Span<const double> a, absl::Span<const double> b) {
  double sum = 0;
  for (size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
  return sum;
}

// The rows, less their mean.
std::vector<std::vector<double>> Deviations(const Rows& rows) {
  std::vector<std::vector<double>> deviations;
  std::vector<double> mean(static_cast<size_t>(rows.label_count));
  const int64_t n = std::min(rows.count(), kMostReferenceRows);
  for (int64_t i = 0; i < n; ++i) {
    deviations.push_back(Centred(rows.row(i), rows.scale));
    for (size_t k = 0; k < mean.size(); ++k) {
      mean[k] += deviations.back()[k] / static_cast<double>(n);
    }
  }
  for (std::vector<double>& row : deviations) {
    for (size_t k = 0; k < mean.size(); ++k) row[k] -= mean[k];
  }
  return deviations;
}

}  // namespace

SignalReference SignalReference::Of(const Rows& rows) {
  SignalReference reference;
  if (rows.label_count < 2) return reference;
  // tr C and tr C² from the products of rows, n of them, as K may be a vocabulary.
  const std::vector<std::vector<double>> deviations = Deviations(rows);
  double trace = 0;
  double trace_of_square = 0;
  for (const std::vector<double>& a : deviations) {
    trace += Product(a, a);
    for (const std::vector<double>& b : deviations) {
      const double product = Product(a, b);
      trace_of_square += product * product;
    }
  }
  reference.row_count = static_cast<int32_t>(deviations.size());
  const auto freedom = static_cast<double>(reference.row_count - 1);
  if (freedom < 1 || trace == 0) return reference;
  reference.variance = static_cast<float>(trace / (freedom * (rows.label_count - 1)));
  reference.degrees_of_freedom =
      static_cast<float>(freedom * trace * trace / trace_of_square);
  return reference;
}

SignalMonitor::SignalMonitor(int label_count, const SignalReference& reference)
    : reference_(reference), state_(kMean + static_cast<size_t>(label_count)) {}

// West's algorithm for weighted moments (1979), after all weights were scaled down.
void SignalMonitor::Observe(absl::Span<const double> log_p) {
  static const double kKeep = std::exp2(-1 / kSignalHalfLife);
  const auto k = static_cast<double>(log_p.size());
  state_[kRows] += 1;
  state_[kWeight] = kKeep * state_[kWeight] + 1;
  state_[kWeight2] = kKeep * kKeep * state_[kWeight2] + 1;
  double mean_of_row = 0;
  for (const double value : log_p) mean_of_row += value / k;
  double distance = 0;
  double square = 0;
  double* mean = state_.data() + kMean;
  for (size_t i = 0; i < log_p.size(); ++i) {
    const double x = log_p[i] - mean_of_row;
    const double before = x - mean[i];
    mean[i] += before / state_[kWeight];
    distance += before * before;
    square += before * (x - mean[i]);
  }
  state_[kSquares] = kKeep * state_[kSquares] + square;
  if (state_[kRows] <= kUnsettledRows) return;
  state_[kFirst] = kKeep * state_[kFirst] + distance;
  state_[kSecond] = kKeep * state_[kSecond] + distance * distance;
}

std::optional<SignalReport> SignalMonitor::Report() const {
  const size_t k = state_.size() - kMean;
  if (k < 2 || state_[kRows] < kFewestSignalRows) return std::nullopt;
  const double weight = state_[kWeight];
  const double rows = weight * weight / state_[kWeight2];  // as many of equal weight
  const double live =
      state_[kSquares] / weight * rows / ((rows - 1) * (static_cast<double>(k) - 1));
  const double freedom = std::max(reference_.row_count - 1, 0);
  const double fit = (freedom * reference_.variance + kUsualRows * kUsualVariance) /
                     (freedom + kUsualRows);
  SignalReport report;
  report.ratio = std::sqrt(std::max(live, 0.0) / fit);
  const double first = state_[kFirst];
  const double of_mean =
      first > 0
          ? std::max(state_[kSecond] / (first * first) * (rows - kUnsettledRows) - 1,
                     0.0) /
                (rows - kUnsettledRows)
          : 0;
  const double of_fit = 0.5 / (reference_.degrees_of_freedom + kUsualRows - 1);
  const double h = kDeviations * std::sqrt(of_mean / 4 + of_fit);
  report.lower = report.ratio * std::exp(-h);
  report.upper = report.ratio * std::exp(h);
  report.weak = report.ratio < kWeakSignal;
  return report;
}

bool SignalMonitor::Restore(absl::Span<const double> state) {
  const bool finite = std::all_of(state.begin(), state.end(),
                                  [](double value) { return std::isfinite(value); });
  if (state.size() != state_.size() || !finite) return false;
  const bool negative = std::any_of(state.begin(), state.begin() + kMean,
                                    [](double value) { return value < 0; });
  if (negative || (state[kRows] > 0 && state[kWeight] < 1)) return false;
  state_.assign(state.begin(), state.end());
  return true;
}

}  // namespace calibrd
