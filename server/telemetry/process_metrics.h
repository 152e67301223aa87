// The figures of this process that Prometheus clients of other languages export under the
// same names: CPU time, memory, open files, start time. Read from /proc, at scrape.
//
// Thread-safety: a pure function of the state of the process.

#ifndef CALIBRD_SERVER_TELEMETRY_PROCESS_METRICS_H_
#define CALIBRD_SERVER_TELEMETRY_PROCESS_METRICS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "prometheus/metric_type.h"

namespace calibrd::telemetry {

struct ProcessMetric {
  absl::string_view name;
  absl::string_view help;
  prometheus::MetricType type;
  double value;
};

// What could not be read is left out.
std::vector<ProcessMetric> ReadProcessMetrics();

}  // namespace calibrd::telemetry

#endif  // CALIBRD_SERVER_TELEMETRY_PROCESS_METRICS_H_
