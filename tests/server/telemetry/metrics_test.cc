#include "server/telemetry/metrics.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace calibrd::telemetry {
namespace {

class MetricsTest : public testing::Test {
 protected:
  // The value of the metric `name` whose labels hold all of `labels`; -1 where there is
  // none.
  double Value(const std::string& name,
               const std::vector<prometheus::ClientMetric::Label>& labels = {}) const {
    for (const prometheus::MetricFamily& family : metrics_.Collect()) {
      if (family.name != name) continue;
      for (const prometheus::ClientMetric& metric : family.metric) {
        bool matches = true;
        for (const auto& wanted : labels) {
          matches &= std::find(metric.label.begin(), metric.label.end(), wanted) !=
                     metric.label.end();
        }
        if (!matches) continue;
        if (family.type == prometheus::MetricType::Histogram) {
          return static_cast<double>(metric.histogram.sample_count);
        }
        return family.type == prometheus::MetricType::Counter ? metric.counter.value
                                                              : metric.gauge.value;
      }
    }
    return -1;
  }

  bool serving_ = true;
  Metrics metrics_{"1.2.3",
                   "memory",
                   {.profiles = [] { return 7; },
                    .revisions = [] { return 21; },
                    .serving = [this] { return serving_; }}};
};

TEST_F(MetricsTest, CountsCallsByMethodAndCode) {
  CallTimer call(metrics_, Method::kCalibrate);
  EXPECT_EQ(Value("grpc_server_started_total", {{"grpc_method", "Calibrate"}}), 1);
  EXPECT_EQ(Value("grpc_server_handled_total",
                  {{"grpc_method", "Calibrate"}, {"grpc_code", "OK"}}),
            0);
  call.Handled(0);
  CallTimer(metrics_, Method::kCalibrate).Handled(3);
  EXPECT_EQ(Value("grpc_server_handled_total",
                  {{"grpc_method", "Calibrate"}, {"grpc_code", "OK"}}),
            1);
  EXPECT_EQ(Value("grpc_server_handled_total",
                  {{"grpc_method", "Calibrate"}, {"grpc_code", "InvalidArgument"}}),
            1);
  EXPECT_EQ(Value("grpc_server_handling_seconds", {{"grpc_method", "Calibrate"}}), 2);
  EXPECT_EQ(Value("grpc_server_started_total", {{"grpc_method", "FitProfile"}}), 0);
}

TEST_F(MetricsTest, ShowsTheFiguresThatOthersKeep) {
  EXPECT_EQ(Value("calibrd_profiles"), 7);
  EXPECT_EQ(Value("calibrd_revisions"), 21);
  EXPECT_EQ(Value("calibrd_serving"), 1);
  serving_ = false;
  EXPECT_EQ(Value("calibrd_serving"), 0);
  EXPECT_EQ(Value("calibrd_build_info", {{"version", "1.2.3"}, {"store", "memory"}}), 1);
}

TEST_F(MetricsTest, CountsWhatCalibrateDid) {
  metrics_.rows_calibrated.Add(32);
  metrics_.decisions_changed.Add(5);
  EXPECT_EQ(Value("calibrd_rows_calibrated_total"), 32);
  EXPECT_EQ(Value("calibrd_decisions_changed_total"), 5);
}

TEST_F(MetricsTest, CountsFitsBySource) {
  metrics_.fits(FitSource::kDomain).Add();
  EXPECT_EQ(Value("calibrd_fits_total", {{"source", "domain"}}), 1);
  EXPECT_EQ(Value("calibrd_fits_total", {{"source", "content_free"}}), 0);
}

TEST_F(MetricsTest, CountsTimeAndErrorsOfTheStore) {
  metrics_.store(StoreOperation::kApply).seconds.Observe(absl::Milliseconds(2));
  metrics_.store(StoreOperation::kApply).errors.Add();
  EXPECT_EQ(Value("calibrd_store_operation_seconds", {{"operation", "apply"}}), 1);
  EXPECT_EQ(Value("calibrd_store_errors_total", {{"operation", "apply"}}), 1);
  EXPECT_EQ(Value("calibrd_store_errors_total", {{"operation", "get"}}), 0);
}

TEST_F(MetricsTest, ReadsTheFiguresOfTheProcess) {
  EXPECT_GT(Value("process_resident_memory_bytes"), 1e6);
  EXPECT_LT(Value("process_resident_memory_bytes"),
            Value("process_virtual_memory_bytes"));
  EXPECT_GE(Value("process_cpu_seconds_total"), 0);
  EXPECT_GE(Value("process_open_fds"), 3);
  EXPECT_GE(Value("process_max_fds"), Value("process_open_fds"));
  const double age = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch()) -
                     Value("process_start_time_seconds");
  EXPECT_GE(age, -2);
  EXPECT_LT(age, 600);
}

}  // namespace
}  // namespace calibrd::telemetry
