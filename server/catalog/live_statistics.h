// What one revision of a profile has seen since it was fitted: what an adaptive prior has
// learned, drift, and signal.
//
//   LiveStatistics live(name, revision, label_count, start, signal);
//   if (live.adaptive()) live.ReadFactors(factors);       // what to multiply rows with
//   live.Observe(row, Scale::kProbability, q);            // after the row was answered
//   proto::LiveStatistics figures = live.Describe();      // for GetProfile
//
// Observe never waits, so that a row costs the same whatever others do. Rows that come
// one after the other are counted at once, and the next one is answered with them. Once
// threads have met at a profile, rows are put down and counted sixteen at a time, until
// the statistics are next written, which counts the rest of them. A row is left out,
// which Observe tells, where too many lie there, or others put theirs down for too long.
//
// Shapes: rows of K labels; factors K numbers in 0 … 1, exp(b) up to a constant.
// Thread-safety: all methods, from any thread.

#ifndef CALIBRD_SERVER_CATALOG_LIVE_STATISTICS_H_
#define CALIBRD_SERVER_CATALOG_LIVE_STATISTICS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "calibration/adaptive_prior.h"
#include "calibration/drift.h"
#include "calibration/rows.h"
#include "calibration/signal.h"
#include "calibration/v1/profile.pb.h"
#include "server/catalog/published_factors.h"
#include "server/mutex.h"
#include "server/store/record.pb.h"

namespace calibrd::catalog {

// Above this K nothing is kept: it would cost more than the answer.
inline constexpr int kMaxLiveLabels = 1024;

// What a revision starts from, as it was fitted, besides a SignalReference.
struct LiveStart {
  // With an adaptive profile: how to learn, b, and ln c, K numbers in nats.
  struct Adaptive {
    AdaptiveOptions options;
    std::vector<double> bias;
    std::vector<double> log_prior;
  };
  std::optional<Adaptive> adaptive;
  // Of the rows of the fit, where they were real ones: before and after.
  struct Compared {
    RowSummary input;
    RowSummary output;
  };
  std::optional<Compared> drift;
};

class LiveStatistics {
 public:
  LiveStatistics(std::string name, int64_t revision, int label_count,
                 const LiveStart& start, const SignalReference& signal);

  const std::string& name() const { return name_; }
  int64_t revision() const { return revision_; }
  bool adaptive() const { return factors_.has_value(); }

  // Asks for the memory that a row needs, all at once, as it is seldom in a cache where
  // there are many profiles.
  void Prefetch() const;

  // Only where adaptive().
  void ReadFactors(absl::Span<float> factors) const { factors_->Read(factors); }

  // Counts a row, which must pass CheckRows, and its answer, now or when the next one is
  // counted. False where it was left out.
  bool Observe(absl::Span<const float> row, Scale scale, absl::Span<const float> q);

  // Of all rows that were not left out.
  ::calibration::v1::LiveStatistics Describe();

  // What operators want to count.
  struct Condition {
    bool adaptive = false;
    double drift = 0;  // the larger population stability index of input and output
    bool weak_signal = false;
  };
  Condition condition() const;

  // What is to be stored, if rows came since the last call; `now` becomes the time of the
  // last row.
  std::optional<store::LiveRecord> TakeChanges(absl::Time now);
  // Rows that came since then will be taken again: they could not be stored.
  void KeepChanges() { changed_.store(true); }
  // Goes on with what was stored. False, and nothing is changed, where the record is of
  // another revision or does not fit.
  bool Restore(const store::LiveRecord& record);

  // Nobody will observe any more: the profile was replaced or deleted.
  void Retire() { retired_.store(true); }
  bool retired() const { return retired_.load(); }

 private:
  // One thread at a time. `p` is normalised.
  void Count(absl::Span<const double> p, absl::Span<const float> q)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False where the row was left out.
  bool PutDown(absl::Span<const double> p, absl::Span<const float> q);
  // How many rows wait then.
  std::optional<size_t> AddWaiting(absl::Span<const double> p, absl::Span<const float> q);
  void CountWaiting() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PublishFactors() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DescribeAdaptive(::calibration::v1::AdaptivePrior& out) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string name_;
  const int64_t revision_;
  const std::vector<double> log_prior_;  // of the fit; empty: not adaptive
  std::atomic<bool> retired_{false};
  absl::Time start_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time update_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();

  Mutex waiting_mutex_;  // held for moments; taken after mutex_ where both are
  // Rows that were put down, p and q one after the other.
  std::vector<double> waiting_ ABSL_GUARDED_BY(waiting_mutex_);
  std::vector<double> taken_ ABSL_GUARDED_BY(mutex_);  // its memory, to be used again

  // What a row needs lies together from here on.
  const int label_count_;
  const absl::InlinedVector<double, 4> bias_;  // of the fit; empty: not adaptive
  std::optional<PublishedFactors> factors_;    // nullopt: not adaptive
  std::atomic<bool> changed_{false};
  std::atomic<bool> contended_{false};  // rows are put down
  std::atomic<bool> any_waiting_{false};
  mutable Mutex mutex_;
  int64_t row_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<AdaptivePrior> adaptive_ ABSL_GUARDED_BY(mutex_);
  SignalMonitor signal_ ABSL_GUARDED_BY(mutex_);
  DriftMonitor drift_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_LIVE_STATISTICS_H_
