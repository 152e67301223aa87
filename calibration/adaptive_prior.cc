#include "calibration/adaptive_prior.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd {
namespace {

// See the header; chosen on two tasks at a time and shown on the third.
constexpr double kMostSkewness = 2;
constexpr double kSkewnessStrength = 20;
constexpr double kDistrust = 8;
constexpr double kMostTrusted = 0.6;
constexpr double kTail = 0.5;
constexpr double kDeadband = 0.2;
constexpr double kEscape = 2.4;
constexpr double kEscapeSlope = 2;

// Rows whose variance is a smaller part of that of the fit's rows teach less.
constexpr double kInformative = 0.5;

// Rows that are all alike have no shape.
constexpr double kLeastVariance = 1e-4;

constexpr double kMostRows = 1e9;
constexpr double kMostShift = 100;

absl::Status OutOfRange(absl::string_view field, double value, absl::string_view range) {
  return InvalidField(reason::kInvalidOptions, field,
                      absl::StrCat(field, " is ", value, "; it has to be ", range));
}

double MeanOf(absl::Span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Towards 0 by kDeadband.
double Shrunk(double a) {
  return std::copysign(std::max(std::abs(a) - kDeadband, 0.0), a);
}

// What the rows say of one label.
struct Movement {
  double shift;     // s a of the header
  double variance;  // s^2
};

// `sums` are those of u, u^2 and u^3 over rows of the weight n.
Movement MovementOf(const double* sums, double n, double escape) {
  const double m = sums[0] / n;
  const double q = sums[1] / n;
  const double variance = std::max(q - m * m, kLeastVariance);
  const double s = std::sqrt(variance);
  const double third = sums[2] / n - 3 * m * q + 2 * m * m * m;
  const double g = std::clamp(third / (variance * s), -kMostSkewness, kMostSkewness) * n /
                   (n + kSkewnessStrength);
  const double t = std::abs(m / s);
  const double sign = std::copysign(1.0, m);
  const double distrust = 1 + kDistrust * std::max(-g * sign, 0.0);
  double a = Shrunk(sign * std::min(t / distrust, kMostTrusted) + kTail * g);
  a += sign * kEscapeSlope * std::max(t - escape, 0.0) / distrust;
  const double most = t + kTail * std::abs(g);
  return {s * std::clamp(a, -most, most), std::max(q - m * m, 0.0)};
}

}  // namespace

absl::Status CheckAdaptiveOptions(const AdaptiveOptions& o) {
  if (!(o.prior_strength > 0 && o.prior_strength <= kMostRows)) {
    return OutOfRange("prior_strength", o.prior_strength, "above 0, at most 1e9");
  }
  if (!(o.half_life_rows >= 10 && o.half_life_rows <= kMostRows)) {
    return OutOfRange("half_life_rows", o.half_life_rows, "10 to 1e9");
  }
  if (!(o.min_rows >= 0 && static_cast<double>(o.min_rows) <= kMostRows)) {
    return OutOfRange("min_rows", static_cast<double>(o.min_rows), "0 to 1e9");
  }
  if (!(o.max_shift > 0 && o.max_shift <= kMostShift)) {
    return OutOfRange("max_shift", o.max_shift, "above 0, at most 100 nats");
  }
  return absl::OkStatus();
}

AdaptivePrior::AdaptivePrior(absl::Span<const double> log_prior, double spread,
                             const AdaptiveOptions& options)
    : options_(options),
      spread_(std::max(spread, kLeastSpread)),
      keep_(std::exp2(-1 / options.half_life_rows)),
      log_prior_(log_prior.begin(), log_prior.end()),
      state_(kSums + 3 * log_prior.size()),
      shift_(log_prior.size()) {
  const double mean = MeanOf(log_prior_);
  for (double& value : log_prior_) value -= mean;
}

void AdaptivePrior::Observe(absl::Span<const double> log_p) {
  if (options_.paused) return;
  state_[kWeight] = keep_ * state_[kWeight] + 1;
  state_[kRows] += 1;
  const double mean = MeanOf(log_p);
  double* sums = state_.data() + kSums;
  for (size_t k = 0; k < log_p.size(); ++k, sums += 3) {
    const double u = log_p[k] - mean - log_prior_[k];
    sums[0] = keep_ * sums[0] + u;
    sums[1] = keep_ * sums[1] + u * u;
    sums[2] = keep_ * sums[2] + u * u * u;
  }
  Move();
}

void AdaptivePrior::Move() {
  const double rows = state_[kRows];
  if (rows < 2 || rows < static_cast<double>(options_.min_rows)) return;
  const double n = state_[kWeight];
  const double escape = kEscape * (1 - 1 / static_cast<double>(shift_.size()));
  const double* sums = state_.data() + kSums;
  double variance = 0;
  for (size_t k = 0; k < shift_.size(); ++k, sums += 3) {
    const Movement movement = MovementOf(sums, n, escape);
    shift_[k] = movement.shift;
    variance += movement.variance / static_cast<double>(shift_.size());
  }
  const double mean = MeanOf(shift_);
  const double share = n / (n + options_.prior_strength) *
                       std::min(1.0, variance / (kInformative * spread_));
  for (double& value : shift_) value = share * (value - mean);
  const double largest = LargestShift();
  at_max_shift_ = largest > options_.max_shift;
  if (!at_max_shift_) return;
  for (double& value : shift_) value *= options_.max_shift / largest;
}

double AdaptivePrior::LargestShift() const {
  double largest = 0;
  for (const double value : shift_) largest = std::max(largest, std::abs(value));
  return largest;
}

bool AdaptivePrior::Restore(absl::Span<const double> state) {
  const bool finite = std::all_of(state.begin(), state.end(),
                                  [](double value) { return std::isfinite(value); });
  if (state.size() != state_.size() || !finite) return false;
  const bool empty = state[kRows] == 0;
  if (state[kRows] < 0 || state[kWeight] < 0 || empty != (state[kWeight] == 0)) {
    return false;
  }
  state_.assign(state.begin(), state.end());
  std::fill(shift_.begin(), shift_.end(), 0.0);
  at_max_shift_ = false;
  Move();
  return true;
}

}  // namespace calibrd
