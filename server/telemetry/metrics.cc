#include "server/telemetry/metrics.h"

#include <utility>

#include "absl/status/status.h"
#include "server/telemetry/process_metrics.h"

namespace calibrd::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr absl::string_view kService = "calibration.v1.CalibrationService";

// The names that every gRPC library gives to the codes in metrics.
constexpr std::array<absl::string_view, kStatusCodes> kCodeNames = {"OK",
                                                                    "Canceled",
                                                                    "Unknown",
                                                                    "InvalidArgument",
                                                                    "DeadlineExceeded",
                                                                    "NotFound",
                                                                    "AlreadyExists",
                                                                    "PermissionDenied",
                                                                    "ResourceExhausted",
                                                                    "FailedPrecondition",
                                                                    "Aborted",
                                                                    "OutOfRange",
                                                                    "Unimplemented",
                                                                    "Internal",
                                                                    "Unavailable",
                                                                    "DataLoss",
                                                                    "Unauthenticated"};

MetricFamily Family(absl::string_view name, absl::string_view help, MetricType type) {
  return {std::string(name), std::string(help), type, {}};
}

void AddCounter(MetricFamily& family, Labels labels, const Counter& counter) {
  ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  metric.counter.value = static_cast<double>(counter.Value());
}

void AddGauge(MetricFamily& family, Labels labels, double value) {
  ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  metric.gauge.value = value;
}

void AddHistogram(MetricFamily& family, Labels labels, const Histogram& histogram) {
  ClientMetric& metric = family.metric.emplace_back();
  metric.label = std::move(labels);
  metric.histogram = histogram.Value();
}

MetricFamily CounterFamily(absl::string_view name, absl::string_view help,
                           const Counter& counter) {
  MetricFamily family = Family(name, help, MetricType::Counter);
  AddCounter(family, {}, counter);
  return family;
}

MetricFamily GaugeFamily(absl::string_view name, absl::string_view help, double value) {
  MetricFamily family = Family(name, help, MetricType::Gauge);
  AddGauge(family, {}, value);
  return family;
}

Labels MethodLabels(size_t method) {
  return {{"grpc_type", static_cast<Method>(method) == Method::kEvaluateProfile
                            ? "client_stream"
                            : "unary"},
          {"grpc_service", std::string(kService)},
          {"grpc_method", std::string(kMethodNames[method])}};
}

// The family that gRPC servers of other languages export, under the same names.
void CollectCalls(const std::array<MethodMetrics, kMethodNames.size()>& methods,
                  std::vector<MetricFamily>& families) {
  MetricFamily started =
      Family("grpc_server_started_total", "RPCs that were started on the server.",
             MetricType::Counter);
  MetricFamily handled =
      Family("grpc_server_handled_total",
             "RPCs that were completed on the server, by code.", MetricType::Counter);
  MetricFamily seconds =
      Family("grpc_server_handling_seconds",
             "Time from the arrival of a request to its answer.", MetricType::Histogram);
  for (size_t m = 0; m < methods.size(); ++m) {
    AddCounter(started, MethodLabels(m), methods[m].started);
    AddHistogram(seconds, MethodLabels(m), methods[m].seconds);
    for (size_t code = 0; code < kStatusCodes; ++code) {
      // Codes that have not been seen are left out, OK excepted.
      if (code != 0 && methods[m].handled[code].Value() == 0) continue;
      Labels labels = MethodLabels(m);
      labels.push_back({"grpc_code", std::string(kCodeNames[code])});
      AddCounter(handled, std::move(labels), methods[m].handled[code]);
    }
  }
  families.push_back(std::move(started));
  families.push_back(std::move(handled));
  families.push_back(std::move(seconds));
}

void CollectStore(const std::array<StoreMetrics, kStoreOperationNames.size()>& store,
                  std::vector<MetricFamily>& families) {
  MetricFamily seconds =
      Family("calibrd_store_operation_seconds", "Time that operations of the store took.",
             MetricType::Histogram);
  MetricFamily errors =
      Family("calibrd_store_errors_total", "Operations of the store that failed.",
             MetricType::Counter);
  for (size_t i = 0; i < store.size(); ++i) {
    const Labels labels = {{"operation", std::string(kStoreOperationNames[i])}};
    AddHistogram(seconds, labels, store[i].seconds);
    AddCounter(errors, labels, store[i].errors);
  }
  families.push_back(std::move(seconds));
  families.push_back(std::move(errors));
}

void CollectProcess(std::vector<MetricFamily>& families) {
  for (const ProcessMetric& metric : ReadProcessMetrics()) {
    MetricFamily family = Family(metric.name, metric.help, metric.type);
    ClientMetric& value = family.metric.emplace_back();
    (metric.type == MetricType::Counter ? value.counter.value : value.gauge.value) =
        metric.value;
    families.push_back(std::move(family));
  }
}

}  // namespace

Metrics::Metrics(std::string version, std::string store, Gauges gauges)
    : version_(std::move(version)),
      store_kind_(std::move(store)),
      gauges_(std::move(gauges)) {}

std::vector<MetricFamily> Metrics::Collect() const {
  std::vector<MetricFamily> families;
  CollectCalls(methods_, families);
  CollectWork(families);
  CollectState(families);
  CollectStore(store_, families);
  CollectProcess(families);
  return families;
}

void Metrics::CollectWork(std::vector<MetricFamily>& families) const {
  const auto add = [&](absl::string_view name, absl::string_view help,
                       const Counter& counter) {
    families.push_back(CounterFamily(name, help, counter));
  };
  add("calibrd_rows_calibrated_total", "Rows that Calibrate corrected.", rows_calibrated);
  add("calibrd_decisions_changed_total",
      "Rows whose best label after calibration differs from the one before.",
      decisions_changed);
  add("calibrd_rows_observed_total",
      "Rows that were counted for adaptive priors, drift and signal.", rows_observed);
  add("calibrd_rows_left_out_total",
      "Rows that were answered but not counted, as too many of the same profile came at "
      "one moment.",
      rows_left_out);
  MetricFamily fits =
      Family("calibrd_fits_total",
             "Revisions that were fitted and stored, by the source of their rows.",
             MetricType::Counter);
  for (size_t i = 0; i < fits_.size(); ++i) {
    AddCounter(fits, {{"source", std::string(kFitSourceNames[i])}}, fits_[i]);
  }
  families.push_back(std::move(fits));
  add("calibrd_fit_warnings_total", "Warnings that fits gave.", fit_warnings);
  add("calibrd_imports_total", "Revisions that were imported and stored.", imports);
  add("calibrd_rollbacks_total", "Rollbacks that changed the active revision.",
      rollbacks);
  add("calibrd_deletions_total", "Profiles that were deleted.", deletions);
  add("calibrd_calls_shed_total",
      "Calls that were refused because too many were waiting.", calls_shed);
}

void Metrics::CollectState(std::vector<MetricFamily>& families) const {
  const auto add = [&](absl::string_view name, absl::string_view help, double value) {
    families.push_back(GaugeFamily(name, help, value));
  };
  add("calibrd_profiles", "Profiles that are served.",
      static_cast<double>(gauges_.profiles()));
  add("calibrd_revisions", "Revisions that are kept.",
      static_cast<double>(gauges_.revisions()));
  LiveCounts live;
  {
    MutexLock lock(live_mutex_);
    live = live_counts_;
  }
  add("calibrd_profiles_observed", "Profiles that have seen rows since they were fitted.",
      static_cast<double>(live.observed));
  add("calibrd_profiles_adaptive", "Of these, profiles that learn from them.",
      static_cast<double>(live.adaptive));
  add("calibrd_profiles_drifting",
      "Of these, profiles whose rows, or answers, drift more than --drift_threshold.",
      static_cast<double>(live.drifting));
  add("calibrd_profiles_weak_signal",
      "Of these, profiles whose answers hardly depend on the input.",
      static_cast<double>(live.weak_signal));
  add("calibrd_serving", "1 while calls are served, 0 while loading or draining.",
      gauges_.serving() ? 1 : 0);
  MetricFamily build =
      Family("calibrd_build_info", "1, with the version and the kind of store.",
             MetricType::Gauge);
  AddGauge(build, {{"version", version_}, {"store", store_kind_}}, 1);
  families.push_back(std::move(build));
}

}  // namespace calibrd::telemetry
