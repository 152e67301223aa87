#include "server/catalog/live_statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
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

// How often a row that cannot be counted is tried to be put down: some microseconds, when
// all that others do meanwhile is to copy a row.
constexpr int kTries = 100;

// Rows that are counted together where threads meet: one at a time, the statistics would
// go from one core to the next with every row.
constexpr size_t kBatch = 16;

// Numbers of all rows that wait: 512 rows of two labels, one of a thousand. Whoever
// counts them takes 0.1 ms at the most.
constexpr size_t kMostWaiting = 2048;

// As Kernel keeps factors: none smaller than this in nats under the largest.
constexpr double kWidestFactors = 60;

DriftMonitor StartDrift(int label_count, const LiveStart& start) {
  if (!start.drift) return DriftMonitor(label_count);
  const RowSummary none(label_count);
  return DriftMonitor({start.drift->input, none, none}, {start.drift->output, none, none},
                      true);
}

absl::InlinedVector<double, 4> BiasOf(const LiveStart& start) {
  if (!start.adaptive) return {};
  return {start.adaptive->bias.begin(), start.adaptive->bias.end()};
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
      log_prior_(start.adaptive ? start.adaptive->log_prior : std::vector<double>()),
      label_count_(label_count),
      bias_(BiasOf(start)),
      signal_(label_count, signal),
      drift_(StartDrift(label_count, start)) {
  if (!start.adaptive) return;
  const double k = label_count;
  adaptive_.emplace(log_prior_, signal.variance * (k - 1) / k, start.adaptive->options);
  factors_.emplace(std::vector<float>(bias_.size()));
  PublishFactors();
}

void LiveStatistics::Prefetch() const {
  if (contended_.load(std::memory_order_relaxed)) return;  // another core works on it
  constexpr std::ptrdiff_t kCacheLine = 64;
  const auto* const end = reinterpret_cast<const char*>(this + 1);
  for (const auto* line = reinterpret_cast<const char*>(&label_count_); line < end;
       line += kCacheLine) {
    __builtin_prefetch(line, 1);
  }
}

bool LiveStatistics::Observe(absl::Span<const float> row, Scale scale,
                             absl::Span<const float> q) {
  absl::InlinedVector<double, 64> p(row.size());
  Normalize(row, scale, absl::MakeSpan(p));
  if (!contended_.load(std::memory_order_relaxed) && mutex_.try_lock()) {
    CountWaiting();
    Count(p, q);
    PublishFactors();
    mutex_.unlock();
  } else if (!PutDown(p, q)) {
    return false;
  }
  if (!changed_.load(std::memory_order_relaxed)) changed_.store(true);
  return true;
}

bool LiveStatistics::PutDown(absl::Span<const double> p, absl::Span<const float> q) {
  if (!contended_.load(std::memory_order_relaxed)) contended_.store(true);
  const std::optional<size_t> waiting = AddWaiting(p, q);
  if (waiting.value_or(kBatch) >= kBatch && mutex_.try_lock()) {
    CountWaiting();
    PublishFactors();
    mutex_.unlock();
  }
  return waiting.has_value();
}

std::optional<size_t> LiveStatistics::AddWaiting(absl::Span<const double> p,
                                                 absl::Span<const float> q) {
  for (int i = 0; i < kTries; ++i) {
    if (!waiting_mutex_.try_lock()) continue;
    const bool room = waiting_.size() + p.size() + q.size() <= kMostWaiting;
    if (room) {
      waiting_.insert(waiting_.end(), p.begin(), p.end());
      waiting_.insert(waiting_.end(), q.begin(), q.end());
      any_waiting_.store(true, std::memory_order_relaxed);
    }
    const size_t rows = waiting_.size() / (p.size() + q.size());
    waiting_mutex_.unlock();
    return room ? std::optional<size_t>(rows) : std::nullopt;
  }
  return std::nullopt;
}

void LiveStatistics::CountWaiting() {
  if (!any_waiting_.load(std::memory_order_relaxed)) return;
  {
    MutexLock lock(waiting_mutex_);
    waiting_.swap(taken_);
    any_waiting_.store(false, std::memory_order_relaxed);
  }
  const auto k = static_cast<size_t>(label_count_);
  absl::InlinedVector<float, 64> q(k);
  for (size_t i = 0; i < taken_.size(); i += 2 * k) {
    const absl::Span<const double> row = absl::MakeConstSpan(taken_).subspan(i, 2 * k);
    std::copy(row.begin() + label_count_, row.end(), q.begin());
    Count(row.first(k), q);
  }
  taken_.clear();
}

void LiveStatistics::Count(absl::Span<const double> p, absl::Span<const float> q) {
  absl::InlinedVector<float, 64> rounded(p.begin(), p.end());
  absl::InlinedVector<double, 64> log_p(p.begin(), p.end());
  ++row_count_;
  drift_.Observe(rounded, q);
  for (double& x : log_p) x = std::log(std::max(x, kSmallestSignalProbability));
  signal_.Observe(log_p);
  if (adaptive_) adaptive_->Observe(log_p);
}

void LiveStatistics::PublishFactors() {
  if (!adaptive_) return;
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

proto::LiveStatistics LiveStatistics::Describe() {
  proto::LiveStatistics figures;
  MutexLock lock(mutex_);
  CountWaiting();
  PublishFactors();
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
  CountWaiting();
  PublishFactors();
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
