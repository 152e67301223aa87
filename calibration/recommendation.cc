#include "calibration/recommendation.h"

#include <cmath>

#include "calibration/metrics.h"

namespace calibrd {

Advice Advise(const Evidence& evidence) {
  if (evidence.skill < evidence.least_skill) {
    const bool helps = evidence.temperature.mean > evidence.temperature.standard_error;
    return helps ? Advice::kTemperature : Advice::kUncalibrated;
  }
  if (evidence.current.mean > 0 && evidence.current.mean >= evidence.ensemble.mean) {
    return Advice::kCurrent;
  }
  return evidence.ensemble.mean > 0 ? Advice::kEnsemble : Advice::kUncalibrated;
}

Gain PairedGain(const Rows& after, const Rows& before, absl::Span<const int> labels) {
  // Welford's algorithm.
  Gain gain;
  double squares = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto row = static_cast<int64_t>(i);
    const double difference =
        LogLoss(before.row(row), labels[i]) - LogLoss(after.row(row), labels[i]);
    const double from_mean = difference - gain.mean;
    gain.mean += from_mean / static_cast<double>(i + 1);
    squares += from_mean * (difference - gain.mean);
  }
  const auto n = static_cast<double>(labels.size());
  gain.standard_error = std::sqrt(squares / (n - 1) / n);
  return gain;
}

}  // namespace calibrd
