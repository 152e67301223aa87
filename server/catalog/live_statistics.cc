#include "server/catalog/live_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "calibration/prior.h"
#include "server/store/timestamp.h"

namespace calibrd::catalog {

namespace proto = ::calibration::v1;

using store::DriftSideRecord;
using store::LiveRecord;
using store::RowSummaryRecord;

namespace {

// How often Observe tries to be the only one: about a microsecond.
constexpr int kTries = 50;

// As Kernel keeps factors: none smaller than this in nats under the largest.
constexpr double kWidestFactors = 60;

DriftMonitor StartDrift(int label_count, const LiveStart& start) {
  if (!start.drift) return DriftMonitor(label_count);
  const RowSummary none(label_count);
  return DriftMonitor({start.drift->input, none, none}, {start.drift->output, none, none},
                      true);
}

void Keep(const RowSummary& summary, RowSummaryRecord& record) {
  record.set_count(summary.count());
  record.mutable_numbers()->Add(summary.numbers().begin(), summary.numbers().end());
}

void Keep(const DriftSide& side, DriftSideRecord& record) {
  Keep(side.reference, *record.mutable_reference());
  Keep(side.previous, *record.mutable_previous());
  Keep(side.current, *record.mutable_current());
}

std::optional<DriftSide> SideOf(const DriftSideRecord& record, int label_count) {
  const auto summary = [label_count](const RowSummaryRecord& r) {
    return RowSummary::Restore(label_count, r.count(), r.numbers());
  };
  auto reference = summary(record.reference());
  auto previous = summary(record.previous());
  auto current = summary(record.current());
  if (!reference || !previous || !current) return std::nullopt;
  return DriftSide{*std::move(reference), *std::move(previous), *std::move(current)};
}

void Describe(const DriftDistance& distance, proto::Drift::Distance& out) {
  out.set_population_stability_index(distance.population_stability_index);
  out.set_total_variation(distance.total_variation);
}

void Describe(const DriftReport& report, proto::Drift& out) {
  Describe(report.input, *out.mutable_input());
  Describe(report.output, *out.mutable_output());
  out.set_window_rows(report.window_rows);
  out.set_reference_rows(report.reference_rows);
}

void Describe(const SignalReport& report, proto::Signal& out) {
  out.set_ratio(report.ratio);
  out.set_lower(report.lower);
  out.set_upper(report.upper);
  out.set_weak(report.weak);
}

}  // namespace

LiveStatistics::LiveStatistics(std::string name, int64_t revision, int label_count,
                               const LiveStart& start, const SignalReference& signal)
    : name_(std::move(name)),
      revision_(revision),
      label_count_(label_count),
      bias_(start.adaptive ? start.adaptive->bias : std::vector<double>()),
      log_prior_(start.adaptive ? start.adaptive->log_prior : std::vector<double>()),
      drift_(StartDrift(label_count, start)),
      signal_(label_count, signal) {
  if (!start.adaptive) return;
  const double k = label_count;
  adaptive_.emplace(log_prior_, signal.variance * (k - 1) / k, start.adaptive->options);
  factors_ = std::make_unique<PublishedFactors>(std::vector<float>(bias_.size()));
  PublishFactors();
}

bool LiveStatistics::Observe(absl::Span<const float> row, Scale scale,
                             absl::Span<const float> q) {
  for (int i = 0; i < kTries; ++i) {
    if (!mutex_.try_lock()) continue;
    Count(row, scale, q);
    mutex_.unlock();
    changed_.store(true, std::memory_order_relaxed);
    return true;
  }
  return false;
}

void LiveStatistics::Count(absl::Span<const float> row, Scale scale,
                           absl::Span<const float> q) {
  absl::InlinedVector<double, 64> p(row.size());
  absl::InlinedVector<float, 64> rounded(row.size());
  Normalize(row, scale, absl::MakeSpan(p));
  std::copy(p.begin(), p.end(), rounded.begin());
  ++row_count_;
  drift_.Observe(rounded, q);
  for (double& value : p) value = std::log(std::max(value, kSmallestSignalProbability));
  signal_.Observe(p);
  if (!adaptive_) return;
  adaptive_->Observe(p);
  PublishFactors();
}

void LiveStatistics::PublishFactors() {
  absl::InlinedVector<double, 64> bias(bias_.begin(), bias_.end());
  for (size_t k = 0; k < bias.size(); ++k) bias[k] -= adaptive_->shift()[k];
  const double largest = *std::max_element(bias.begin(), bias.end());
  absl::InlinedVector<float, 64> factors(bias.size());
  for (size_t k = 0; k < bias.size(); ++k) {
    factors[k] =
        static_cast<float>(std::exp(std::max(bias[k] - largest, -kWidestFactors)));
  }
  factors_->Publish(factors);
}

void LiveStatistics::DescribeAdaptive(proto::AdaptivePrior& out) const {
  std::vector<double> prior(log_prior_);
  int favored = 0;
  double most = -std::numeric_limits<double>::infinity();
  double least = -most;
  for (size_t k = 0; k < prior.size(); ++k) {
    prior[k] += adaptive_->shift()[k];
    // ln of prior over target prior, up to a constant.
    const double ratio = adaptive_->shift()[k] - bias_[k];
    if (ratio > most) favored = static_cast<int>(k);
    most = std::max(most, ratio);
    least = std::min(least, ratio);
  }
  const double largest = *std::max_element(prior.begin(), prior.end());
  double sum = 0;
  for (double& p : prior) sum += p = std::exp(p - largest);
  for (const double p : prior) out.add_prior(static_cast<float>(p / sum));
  out.set_favored_label(most - least > kNoBias ? favored : -1);
  out.set_shift(adaptive_->LargestShift());
  out.set_effective_rows(adaptive_->effective_rows());
  out.set_at_max_shift(adaptive_->at_max_shift());
}

proto::LiveStatistics LiveStatistics::Describe() const {
  proto::LiveStatistics figures;
  MutexLock lock(mutex_);
  figures.set_row_count(row_count_);
  if (start_time_ != absl::InfinitePast()) {
    *figures.mutable_start_time() = store::ToTimestamp(start_time_);
    *figures.mutable_update_time() = store::ToTimestamp(update_time_);
  }
  if (adaptive_) DescribeAdaptive(*figures.mutable_adaptive());
  if (const std::optional<DriftReport> drift = drift_.Report()) {
    catalog::Describe(*drift, *figures.mutable_drift());
  }
  if (const std::optional<SignalReport> signal = signal_.Report()) {
    catalog::Describe(*signal, *figures.mutable_signal());
  }
  return figures;
}

LiveStatistics::Condition LiveStatistics::condition() const {
  Condition condition{.adaptive = adaptive()};
  MutexLock lock(mutex_);
  if (const std::optional<DriftReport> drift = drift_.Report()) {
    condition.drift = std::max(drift->input.population_stability_index,
                               drift->output.population_stability_index);
  }
  const std::optional<SignalReport> signal = signal_.Report();
  condition.weak_signal = signal && signal->weak;
  return condition;
}

std::optional<LiveRecord> LiveStatistics::TakeChanges(absl::Time now) {
  if (!changed_.exchange(false)) return std::nullopt;
  LiveRecord record;
  record.set_name(name_);
  record.set_revision(revision_);
  MutexLock lock(mutex_);
  if (start_time_ == absl::InfinitePast()) start_time_ = now;
  update_time_ = now;
  record.set_row_count(row_count_);
  *record.mutable_start_time() = store::ToTimestamp(start_time_);
  *record.mutable_update_time() = store::ToTimestamp(update_time_);
  if (adaptive_) {
    record.mutable_adaptive()->Add(adaptive_->state().begin(), adaptive_->state().end());
  }
  record.mutable_signal()->Add(signal_.state().begin(), signal_.state().end());
  Keep(drift_.input(), *record.mutable_drift_input());
  Keep(drift_.output(), *record.mutable_drift_output());
  record.set_drift_reference_is_complete(drift_.reference_is_complete());
  return record;
}

bool LiveStatistics::Restore(const LiveRecord& record) {
  if (record.revision() != revision_) return false;
  auto input = SideOf(record.drift_input(), label_count_);
  auto output = SideOf(record.drift_output(), label_count_);
  if (!input || !output) return false;
  MutexLock lock(mutex_);
  std::optional<AdaptivePrior> adaptive = adaptive_;
  SignalMonitor signal = signal_;
  if (adaptive && !adaptive->Restore(record.adaptive())) return false;
  if (!signal.Restore(record.signal())) return false;
  adaptive_ = std::move(adaptive);
  signal_ = std::move(signal);
  drift_ = DriftMonitor(*std::move(input), *std::move(output),
                        record.drift_reference_is_complete());
  row_count_ = record.row_count();
  start_time_ = store::FromTimestamp(record.start_time());
  update_time_ = store::FromTimestamp(record.update_time());
  if (adaptive_) PublishFactors();
  return true;
}

}  // namespace calibrd::catalog
