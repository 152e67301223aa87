// Every metric of calibrd, and their Prometheus form. The names are pinned by
// tests/golden/metrics.txt and explained in docs/operations.md.
//
//   auto metrics = std::make_shared<Metrics>(gauges);
//   metrics->rows_calibrated.Add(32);
//   CallTimer timer(*metrics, Method::kCalibrate);   // counts the call as started
//   timer.Handled(0);                                // …and as handled, with its code
//   exposer.RegisterCollectable(metrics);
//
// No metric has a label per profile: their number has no bound.
//
// Thread-safety: all of it, from any thread; see counters.h.

#ifndef CALIBRD_SERVER_TELEMETRY_METRICS_H_
#define CALIBRD_SERVER_TELEMETRY_METRICS_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "server/mutex.h"
#include "server/telemetry/counters.h"

namespace calibrd::telemetry {

// The methods of calibration.v1.CalibrationService.
enum class Method : uint8_t {
  kFitProfile,
  kCalibrate,
  kGetProfile,
  kBatchGetProfiles,
  kListProfiles,
  kDeleteProfile,
  kListProfileRevisions,
  kRollbackProfile,
  kImportProfile,
  kEvaluateProfile,
  kRankProfiles,
};
inline constexpr std::array<absl::string_view, 11> kMethodNames = {
    "FitProfile",    "Calibrate",       "GetProfile",           "BatchGetProfiles",
    "ListProfiles",  "DeleteProfile",   "ListProfileRevisions", "RollbackProfile",
    "ImportProfile", "EvaluateProfile", "RankProfiles"};

// Where a fit's rows came from.
enum class FitSource : uint8_t {
  kContentFree,
  kDomain,
  kUnlabelled,
  kLabelled,
  kObserved
};
inline constexpr std::array<absl::string_view, 5> kFitSourceNames = {
    "content_free", "domain", "unlabelled", "labelled", "observed"};

enum class StoreOperation : uint8_t { kGet, kScan, kApply };
inline constexpr std::array<absl::string_view, 3> kStoreOperationNames = {"get", "scan",
                                                                          "apply"};

inline constexpr size_t kStatusCodes = 17;

// What one method did.
struct MethodMetrics {
  Counter started;
  std::array<Counter, kStatusCodes> handled;
  Histogram seconds;
};

// What one store operation did.
struct StoreMetrics {
  Histogram seconds;
  Counter errors;
};

class Metrics : public prometheus::Collectable {
 public:
  // Figures that others keep, read at scrape.
  struct Gauges {
    std::function<int64_t()> profiles;
    std::function<int64_t()> revisions;
    std::function<bool()> serving;
  };
  Metrics(std::string version, std::string store, Gauges gauges);

  std::vector<prometheus::MetricFamily> Collect() const override;

  MethodMetrics& method(Method method) { return methods_[static_cast<size_t>(method)]; }
  StoreMetrics& store(StoreOperation operation) {
    return store_[static_cast<size_t>(operation)];
  }
  Counter& fits(FitSource source) { return fits_[static_cast<size_t>(source)]; }

  Counter rows_calibrated;
  Counter decisions_changed;  // rows whose best label differs after calibration
  Counter imports;
  Counter rollbacks;
  Counter deletions;
  Counter fit_warnings;
  Counter calls_shed;  // refused as OVERLOADED
  Counter rows_observed;
  Counter rows_left_out;  // of what was to be observed

  // How many profiles have statistics, and how many of them are in which state.
  struct LiveCounts {
    int64_t observed = 0;
    int64_t adaptive = 0;
    int64_t drifting = 0;
    int64_t weak_signal = 0;
  };
  void SetLiveCounts(const LiveCounts& counts) {
    MutexLock lock(live_mutex_);
    live_counts_ = counts;
  }

 private:
  // What the server did, and what it is now.
  void CollectWork(std::vector<prometheus::MetricFamily>& families) const;
  void CollectState(std::vector<prometheus::MetricFamily>& families) const;

  const std::string version_;
  const std::string store_kind_;
  const Gauges gauges_;
  std::array<MethodMetrics, kMethodNames.size()> methods_;
  std::array<Counter, kFitSourceNames.size()> fits_;
  std::array<StoreMetrics, kStoreOperationNames.size()> store_;
  mutable Mutex live_mutex_;
  LiveCounts live_counts_ ABSL_GUARDED_BY(live_mutex_);
};

// Times one call.
class CallTimer {
 public:
  CallTimer(Metrics& metrics, Method method)
      : metrics_(&metrics.method(method)), start_(std::chrono::steady_clock::now()) {
    metrics_->started.Add();
  }
  // `code` is a canonical status code, 0 … 16.
  void Handled(int code) {
    metrics_->handled[static_cast<size_t>(code)].Add();
    metrics_->seconds.Observe(
        absl::FromChrono(std::chrono::steady_clock::now() - start_));
  }

 private:
  MethodMetrics* metrics_;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace calibrd::telemetry

#endif  // CALIBRD_SERVER_TELEMETRY_METRICS_H_
