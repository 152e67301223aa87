#include "bench/load/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace calibrd {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

absl::Status Failed(absl::string_view what, int error) {
  return absl::InternalError(absl::StrCat(what, ": ", std::strerror(error)));
}

absl::StatusOr<pid_t> Spawn(const std::string& program,
                            const std::vector<std::string>& flags,
                            const std::string& log) {
  std::vector<char*> arguments{const_cast<char*>(program.c_str())};
  for (const std::string& flag : flags) {
    arguments.push_back(const_cast<char*>(flag.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return Failed(absl::StrCat("cannot start ", program), error);
  return pid;
}

}  // namespace

absl::StatusOr<absl::Duration> CpuTimeOf(pid_t pid) {
  clockid_t clock = 0;
  if (const int error = clock_getcpuclockid(pid, &clock); error != 0) {
    return Failed(absl::StrCat("no CPU clock of process ", pid), error);
  }
  timespec time{};
  if (clock_gettime(clock, &time) != 0) {
    return Failed(absl::StrCat("cannot read the CPU clock of process ", pid), errno);
  }
  return absl::DurationFromTimespec(time);
}

absl::StatusOr<std::unique_ptr<Process>> Process::Start(
    const std::string& program, const std::vector<std::string>& flags,
    const std::string& directory) {
  const std::string name = std::filesystem::path(program).filename();
  const std::string port_file = absl::StrCat(directory, "/", name, ".ports");
  const std::string log = absl::StrCat(directory, "/", name, ".log");
  std::filesystem::remove(port_file);
  std::vector<std::string> all{"--listen=127.0.0.1:0", "--metrics_listen=",
                               absl::StrCat("--port_file=", port_file)};
  all.insert(all.end(), flags.begin(), flags.end());
  const absl::StatusOr<pid_t> pid = Spawn(program, all, log);
  if (!pid.ok()) return pid.status();
  std::unique_ptr<Process> process(new Process(*pid, log));
  if (absl::Status s = process->AwaitPort(port_file); !s.ok()) return s;
  return process;
}

// The file is renamed into place, so that it is whole as soon as it is there.
absl::Status Process::AwaitPort(const std::string& port_file) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (!std::filesystem::exists(port_file)) {
    ended_ = waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (ended_ || absl::Now() > deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("the server took no port; its log is ", log_));
    }
    absl::SleepFor(absl::Milliseconds(1));
  }
  std::ifstream file(port_file);
  for (std::string line; std::getline(file, line);) {
    if (absl::StartsWith(line, "grpc=")) {
      address_ = absl::StrCat("127.0.0.1:", line.substr(5));
      return absl::OkStatus();
    }
  }
  return absl::InternalError(absl::StrCat(port_file, " names no gRPC port"));
}

Process::~Process() {
  if (ended_) return;
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
}

absl::Duration Process::CpuTime() const {
  return CpuTimeOf(pid_).value_or(absl::ZeroDuration());
}

int64_t Process::ResidentBytes() const {
  std::ifstream file(absl::StrCat("/proc/", pid_, "/statm"));
  int64_t total = 0;
  int64_t resident = 0;
  file >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace calibrd
