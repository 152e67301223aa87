#include "server/cpus.h"

#include <sched.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace calibrd {

int CpusOfQuota(absl::string_view cpu_max) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(cpu_max, absl::ByAnyChar(" \n"), absl::SkipEmpty());
  int64_t quota = 0;
  int64_t period = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &quota) ||
      !absl::SimpleAtoi(parts[1], &period) || quota <= 0 || period <= 0) {
    return 0;
  }
  return static_cast<int>((quota + period - 1) / period);
}

int AvailableCpus() {
  cpu_set_t affinity;
  CPU_ZERO(&affinity);
  int cpus = 1;
  if (sched_getaffinity(0, sizeof(affinity), &affinity) == 0) cpus = CPU_COUNT(&affinity);
  std::ifstream file("/sys/fs/cgroup/cpu.max");
  std::string line;
  std::getline(file, line);
  if (const int quota = CpusOfQuota(line); quota > 0) cpus = std::min(cpus, quota);
  return std::max(cpus, 1);
}

}  // namespace calibrd
