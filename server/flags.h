// The flags of calibrd. `calibrd --help` prints them with their defaults; the list is
// pinned by tests/golden/flags.txt.
//
// Each can also be given in a file (--flagfile=FILE, one `--name=value` a line) or in the
// environment (CALIBRD_NAME in capitals, such as CALIBRD_STORE). The command line beats
// the environment.

#ifndef CALIBRD_SERVER_FLAGS_H_
#define CALIBRD_SERVER_FLAGS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/service/limits.h"
#include "server/telemetry/log.h"

namespace calibrd {

// What the flags say, checked.
struct ServerOptions {
  std::vector<std::string> listen;
  std::string metrics_listen;  // empty: no metrics
  std::string store;
  std::string port_file;  // empty: none
  service::Limits limits;
  int max_revisions = 0;
  absl::Duration request_id_retention;
  int workers = 0;
  int max_waiting_calls = 0;
  int64_t max_waiting_bytes = 0;
  absl::Duration statistics_interval;
  double drift_threshold = 0;
  int max_streams_per_connection = 0;
  absl::Duration max_connection_age;
  absl::Duration drain_delay;
  absl::Duration drain_timeout;
  telemetry::LogFormat log_format = telemetry::LogFormat::kText;
  telemetry::LogLevel log_level = telemetry::LogLevel::kInfo;
};

// Reads environment and command line. Handles --help and --version, and ends the process
// where a flag is not known or cannot be read, as Abseil's flags do. INVALID_ARGUMENT
// names the flag whose value makes no sense.
absl::StatusOr<ServerOptions> ParseFlags(int argc, char** argv);

}  // namespace calibrd

#endif  // CALIBRD_SERVER_FLAGS_H_
