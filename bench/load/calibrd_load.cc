// A load on a server that runs already, and what it says of it.
//
//   calibrd_load --server=127.0.0.1:50051 [--pid=PID] [--profiles=100000] [--labels=2]
//                [--rows=1] [--channels=8] [--in_flight=1] [--seconds=10]
//
// First fits profiles of its own, models/bench/load-…, then calls Calibrate on them at
// random. Prints calls a second, percentiles, and with --pid the server's CPU time for
// each call.

#include <cstdint>
#include <cstdio>
#include <string>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bench/load/closed_loop.h"
#include "bench/load/process.h"
#include "bench/load/requests.h"

ABSL_FLAG(std::string, server, "127.0.0.1:50051", "The address of the server.");
ABSL_FLAG(int, pid, 0, "The process whose CPU time is counted; 0: none.");
ABSL_FLAG(int, profiles, 1, "How many profiles are called, at random.");
ABSL_FLAG(bool, adaptive, false, "Whether the profiles learn from the rows.");
ABSL_FLAG(bool, observe, true, "Whether rows count for drift, signal and learning.");
ABSL_FLAG(int, labels, 2, "Labels of a profile.");
ABSL_FLAG(int, rows, 1, "Rows of a call.");
ABSL_FLAG(int, channels, 8, "Connections.");
ABSL_FLAG(int, in_flight, 1, "Calls in flight on each connection.");
ABSL_FLAG(double, seconds, 10, "How long it is measured.");

namespace calibrd {
namespace {

absl::Duration CpuTime() {
  const int pid = absl::GetFlag(FLAGS_pid);
  return pid == 0 ? absl::ZeroDuration() : CpuTimeOf(pid).value_or(absl::ZeroDuration());
}

void Print(const LoadReport& report) {
  std::printf("%.0f calls/s", report.throughput());
  for (const double q : {0.5, 0.9, 0.99, 0.999}) {
    std::printf(", p%g %.0f us", 100 * q,
                absl::ToDoubleMicroseconds(report.latency.Percentile(q)));
  }
  if (absl::GetFlag(FLAGS_pid) != 0) {
    std::printf(", CPU of a call %.2f us",
                absl::ToDoubleMicroseconds(report.cpu_of_call()));
  }
  std::printf("\n");
}

absl::Status Run() {
  const std::string server = absl::GetFlag(FLAGS_server);
  const int profiles = absl::GetFlag(FLAGS_profiles);
  const int labels = absl::GetFlag(FLAGS_labels);
  if (const int pid = absl::GetFlag(FLAGS_pid); pid != 0) {
    if (absl::Status s = CpuTimeOf(pid).status(); !s.ok()) return s;
  }
  const ClosedLoop::Shape shape{absl::GetFlag(FLAGS_channels),
                                absl::GetFlag(FLAGS_in_flight)};
  ClosedLoop fits(server, Method("FitProfile"), shape);
  const FitShape fit{.labels = labels, .adaptive = absl::GetFlag(FLAGS_adaptive)};
  if (absl::Status s = fits.CallEach(FitRequests("load", profiles, fit)); !s.ok()) {
    return s;
  }
  ClosedLoop calls(server, Method("Calibrate"), shape);
  const LoadReport report =
      calls.Run(CalibrateRequests("load", profiles,
                                  {.labels = labels,
                                   .rows = absl::GetFlag(FLAGS_rows),
                                   .observe = absl::GetFlag(FLAGS_observe)}),
                {.time = absl::Seconds(absl::GetFlag(FLAGS_seconds))}, CpuTime);
  if (report.failures > 0) return absl::InternalError(report.first_failure);
  Print(report);
  return absl::OkStatus();
}

}  // namespace
}  // namespace calibrd

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("puts a load on a calibrd that runs already");
  absl::ParseCommandLine(argc, argv);
  const absl::Status status = calibrd::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "calibrd_load: %s\n", std::string(status.message()).c_str());
  return 1;
}
