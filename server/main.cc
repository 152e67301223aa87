// calibrd: parses the flags, starts the server, and drains it on SIGTERM or SIGINT.

#include <pthread.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "grpc/support/log.h"
#include "server/flags.h"
#include "server/server.h"
#include "server/telemetry/log.h"

namespace calibrd {
namespace {

// Exit codes: 0 after a drain, 1 for wrong flags or a failed start, 130 after a second
// signal.
constexpr int kFailed = 1;
constexpr int kInterrupted = 130;

// Waits for signals on a thread of its own, so that a signal needs no handler, which PID
// 1 of a container would not have.
class StopSignal {
 public:
  // Must be made before any other thread, as threads inherit which signals are blocked.
  explicit StopSignal(const telemetry::Logger& log) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([this, signals, &log] {
      int signal = 0;
      sigwait(&signals, &signal);
      log.Info("signal received", {{"signal", strsignal(signal)}});
      received_.Notify();
      sigwait(&signals, &signal);
      log.Warning("second signal received, stopping at once");
      _exit(kInterrupted);
    }).detach();
  }
  void Wait() const { received_.WaitForNotification(); }

 private:
  absl::Notification received_;
};

// Sends what gRPC logs through our logger, so that every line has the same form.
void LogGrpcWith(const telemetry::Logger& log) {
  static const telemetry::Logger* logger = nullptr;
  logger = &log;
  gpr_set_log_function([](gpr_log_func_args* line) {
    if (line->severity == GPR_LOG_SEVERITY_ERROR) {
      logger->Warning("grpc", {{"detail", line->message}});
    } else {
      logger->Debug("grpc", {{"detail", line->message}});
    }
  });
}

int Main(int argc, char** argv) {
  absl::StatusOr<ServerOptions> options = ParseFlags(argc, argv);
  if (!options.ok()) {
    std::fprintf(stderr, "calibrd: %s\n",
                 std::string(options.status().message()).c_str());
    return kFailed;
  }
  // As long as the process, like the threads that log at its end.
  const auto& log = *new telemetry::Logger(options->log_format, options->log_level);
  std::signal(SIGPIPE, SIG_IGN);
  const auto* stop = new StopSignal(log);
  LogGrpcWith(log);
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Listen(*options, log);
  if (!server.ok()) {
    log.Error("the server cannot start", {{"error", server.status().message()}});
    return kFailed;
  }
  if (absl::Status loaded = (*server)->Load(); !loaded.ok()) {
    (*server)->Drain();
    // Last, for this is the line that people have to see.
    log.Error("the store cannot be used",
              {{"store", options->store}, {"error", loaded.message()}});
    return kFailed;
  }
  stop->Wait();
  (*server)->Drain();
  return 0;
}

}  // namespace
}  // namespace calibrd

int main(int argc, char** argv) {
  return calibrd::Main(argc, argv);
}
