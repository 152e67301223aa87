// A server that a benchmark starts: its address, what it costs, and its end.
//
//   absl::StatusOr<std::unique_ptr<Process>> server =
//       Process::Start("build/release/bin/calibrd", {"--store=memory:"}, directory);
//   (*server)->address();                       // 127.0.0.1:PORT
//   absl::Duration cpu = (*server)->CpuTime();  // of all its threads, so far
//   int64_t memory = (*server)->ResidentBytes();
//
// The program has to understand --listen, --metrics_listen and --port_file as calibrd
// does. It listens on a free port of loopback. Thread-safety: none. The destructor ends
// it with SIGTERM and waits.

#ifndef CALIBRD_BENCH_LOAD_PROCESS_H_
#define CALIBRD_BENCH_LOAD_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace calibrd {

// The CPU time, user and system, that a process has taken, also in threads that ended.
absl::StatusOr<absl::Duration> CpuTimeOf(pid_t pid);

class Process {
 public:
  // Returns when the port file is there. Its log goes to DIRECTORY/NAME.log. Errors say
  // where to look.
  static absl::StatusOr<std::unique_ptr<Process>> Start(
      const std::string& program, const std::vector<std::string>& flags,
      const std::string& directory);
  ~Process();

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  const std::string& address() const { return address_; }
  absl::Duration CpuTime() const;
  int64_t ResidentBytes() const;

 private:
  Process(pid_t pid, std::string log) : pid_(pid), log_(std::move(log)) {}
  absl::Status AwaitPort(const std::string& port_file);

  const pid_t pid_;
  const std::string log_;
  std::string address_;
  bool ended_ = false;
};

}  // namespace calibrd

#endif  // CALIBRD_BENCH_LOAD_PROCESS_H_
