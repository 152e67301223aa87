// How many CPUs this process may use: those of its container, not those of the machine.

#ifndef CALIBRD_SERVER_CPUS_H_
#define CALIBRD_SERVER_CPUS_H_

#include "absl/strings/string_view.h"

namespace calibrd {

// The smaller of the CPU affinity and the quota of the cgroup (v2), rounded up; at
// least 1.
int AvailableCpus();

// The CPUs that a cgroup's `cpu.max` ("150000 100000") grants, rounded up; 0: no limit.
int CpusOfQuota(absl::string_view cpu_max);

}  // namespace calibrd

#endif  // CALIBRD_SERVER_CPUS_H_
