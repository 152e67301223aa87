#include "server/telemetry/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace calibrd::telemetry {
namespace {

using prometheus::MetricType;

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// When the machine booted, in seconds since 1970; 0 where it cannot be read.
double BootTime() {
  for (absl::string_view line : absl::StrSplit(ReadFile("/proc/stat"), '\n')) {
    double seconds = 0;
    if (absl::ConsumePrefix(&line, "btime ") && absl::SimpleAtod(line, &seconds)) {
      return seconds;
    }
  }
  return 0;
}

}  // namespace

std::vector<ProcessMetric> ReadProcessMetrics() {
  std::vector<ProcessMetric> metrics;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));

  // proc(5): fields are counted from 3 behind the command in brackets, which may hold
  // spaces.
  const std::string stat = ReadFile("/proc/self/stat");
  const size_t bracket = stat.rfind(')');
  if (bracket != std::string::npos) {
    const std::vector<absl::string_view> fields =
        absl::StrSplit(absl::string_view(stat).substr(bracket + 2), ' ');
    const auto field = [&fields](size_t number) {
      double value = 0;
      return number - 3 < fields.size() && absl::SimpleAtod(fields[number - 3], &value)
                 ? value
                 : 0;
    };
    metrics.push_back({"process_cpu_seconds_total", "User and system CPU time.",
                       MetricType::Counter, (field(14) + field(15)) / ticks});
    metrics.push_back({"process_virtual_memory_bytes", "Virtual memory.",
                       MetricType::Gauge, field(23)});
    metrics.push_back({"process_resident_memory_bytes", "Resident memory.",
                       MetricType::Gauge, field(24) * page});
    metrics.push_back({"process_start_time_seconds", "Start of the process since 1970.",
                       MetricType::Gauge, BootTime() + field(22) / ticks});
  }
  std::error_code error;
  const std::filesystem::directory_iterator open_files("/proc/self/fd", error);
  if (!error) {
    metrics.push_back(
        {"process_open_fds", "Open file descriptors.", MetricType::Gauge,
         static_cast<double>(std::distance(begin(open_files), end(open_files)))});
  }
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    metrics.push_back({"process_max_fds", "The limit of open file descriptors.",
                       MetricType::Gauge, static_cast<double>(limit.rlim_cur)});
  }
  return metrics;
}

}  // namespace calibrd::telemetry
