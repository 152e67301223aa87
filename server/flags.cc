#include "server/flags.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <limits>

#include "absl/flags/config.h"
#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/cpus.h"
#include "server/open_store.h"
#include "server/version.h"

ABSL_FLAG(
    std::vector<std::string>, listen, {"127.0.0.1:50051"},
    "Addresses to serve gRPC on: host:port (port 0 picks a free one) or unix:/path. A "
    "list with commas; on the command line the flag may also be repeated. There is no "
    "TLS "
    "yet: listen on loopback or behind a NetworkPolicy.");
ABSL_FLAG(
    std::string, metrics_listen, "127.0.0.1:9464",
    "Address to serve Prometheus metrics on, at /metrics: host:port (port 0 picks a free "
    "one). Empty: nowhere.");
ABSL_FLAG(
    std::string, store, "rocksdb:",
    "Where profiles are kept. rocksdb:DIRECTORY, embedded and durable; without a "
    "directory: calibrd in the user's state directory. memory: forgets all on exit.");
ABSL_FLAG(std::string, port_file, "",
          "File to write the ports that were taken to, one NAME=PORT a line (grpc, "
          "metrics), as "
          "soon as the server listens. Empty: none.");
ABSL_FLAG(int64_t, max_request_bytes, int64_t{16} << 20,
          "Largest request, in bytes: 1024 to 1073741824.");
ABSL_FLAG(int64_t, max_rows, 65'536, "Most rows in one call, at least 1.");
ABSL_FLAG(int64_t, max_labels, calibrd::kMaxLabels,
          "Most labels of a profile: 1 to 262144, a vocabulary.");
ABSL_FLAG(
    int, max_revisions, 20,
    "Revisions that are kept of a profile, at least 1. The oldest are dropped when more "
    "are made, the active one never.");
ABSL_FLAG(
    absl::Duration, request_id_retention, absl::Hours(24),
    "How long a request id is remembered, so that a repeated request gets the first "
    "answer.");
ABSL_FLAG(int, workers, 0,
          "Threads for work that waits for the store. 0: four for each CPU of the "
          "container, at "
          "least 8.");
ABSL_FLAG(int, max_waiting_calls, 1024,
          "Calls that may wait for a worker; more are refused as RESOURCE_EXHAUSTED.");
ABSL_FLAG(int64_t, max_waiting_bytes, int64_t{256} << 20,
          "Bytes of the requests that wait for a worker, at least 0; more are refused as "
          "RESOURCE_EXHAUSTED. One request may wait whatever its size.");
ABSL_FLAG(absl::Duration, statistics_interval, absl::Seconds(10),
          "How often it is written to the store what profiles have seen and learned: a "
          "crash loses what came after, at least 100ms.");
ABSL_FLAG(
    double, drift_threshold, 0.25,
    "A profile whose population stability index is larger counts as drifting, above "
    "0.");
ABSL_FLAG(int64_t, max_evaluation_bytes, int64_t{256} << 20,
          "Bytes of the rows of all evaluations at one time, at least 1024; more are "
          "refused as RESOURCE_EXHAUSTED. An evaluation needs several times its rows.");
ABSL_FLAG(int, max_streams_per_connection, 1000,
          "Calls in flight on one connection, at least 1; more wait in the client.");
ABSL_FLAG(absl::Duration, max_connection_age, absl::Minutes(30),
          "After this time a connection is closed gracefully, so that clients find new "
          "replicas. inf: never. Shorter than --drain_delay, no call is lost when one of "
          "several replicas stops.");
ABSL_FLAG(absl::Duration, drain_delay, absl::ZeroDuration(),
          "After SIGTERM: how long calls are still taken while the health service says "
          "NOT_SERVING, so that load balancers can notice.");
ABSL_FLAG(absl::Duration, drain_timeout, absl::Seconds(20),
          "After the drain delay: how long calls in flight may take before they are "
          "cancelled.");
ABSL_FLAG(std::string, log_format, "text",
          "Form of the logs on standard error: text or json.");
ABSL_FLAG(std::string, log_level, "info",
          "Least severe line that is logged: debug, info, warning or error.");

namespace calibrd {
namespace {

constexpr absl::string_view kEnvironmentPrefix = "CALIBRD_";
constexpr absl::string_view kOurFile = "server/flags.cc";
constexpr int64_t kMostRequestBytes = int64_t{1} << 30;

absl::Status BadFlag(absl::string_view flag, absl::string_view message) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, ": ", message, "; see calibrd --help"));
}

// Flags that this folder defines; Abseil brings some of its own.
bool IsOurs(const absl::CommandLineFlag& flag) {
  return absl::EndsWith(flag.Filename(), kOurFile);
}

// Sets each flag whose CALIBRD_NAME is in the environment.
absl::Status ReadEnvironment() {
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (!IsOurs(*flag)) continue;
    const std::string variable =
        absl::StrCat(kEnvironmentPrefix, absl::AsciiStrToUpper(name));
    const char* value = std::getenv(variable.c_str());
    std::string error;
    if (value == nullptr || flag->ParseFrom(value, &error)) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the environment variable ", variable, " cannot be read: ", error));
  }
  return absl::OkStatus();
}

// Abseil keeps the last of several equal flags; --listen may be repeated, so its values
// are joined to one. `kept` owns the joined argument.
std::vector<char*> JoinListenFlags(int argc, char** argv, std::string& kept) {
  std::vector<absl::string_view> addresses;
  std::vector<char*> arguments;
  size_t place = 0;  // of the last one, so that it beats a flag file before it
  for (int i = 0; i < argc; ++i) {
    absl::string_view argument = argv[i];
    const bool dashes =
        absl::ConsumePrefix(&argument, "--") || absl::ConsumePrefix(&argument, "-");
    if (dashes && absl::ConsumePrefix(&argument, "listen=")) {
      addresses.push_back(argument);
      place = arguments.size();
    } else if (dashes && argument == "listen" && i + 1 < argc) {
      addresses.emplace_back(argv[++i]);
      place = arguments.size();
    } else {
      arguments.push_back(argv[i]);
    }
  }
  if (!addresses.empty()) {
    kept = absl::StrCat("--listen=", absl::StrJoin(addresses, ","));
    arguments.insert(arguments.begin() + static_cast<ptrdiff_t>(place), kept.data());
  }
  return arguments;
}

void ConfigureHelp() {
  absl::SetProgramUsageMessage(
      "calibrd serves calibrated label probabilities over gRPC.\n\n"
      "  calibrd                                   # loopback, embedded store\n"
      "  calibrd --listen=0.0.0.0:50051 --store=rocksdb:/var/lib/calibrd "
      "--log_format=json\n\n"
      "Flags can also be given in a file (--flagfile=FILE) or in the environment "
      "(CALIBRD_STORE=…).\nSIGTERM and SIGINT drain the server; a second signal ends it "
      "at once.");
  absl::FlagsUsageConfig config;
  const auto ours = [](absl::string_view file) {
    return absl::EndsWith(file, kOurFile) || absl::EndsWith(file, "flags/parse.cc");
  };
  config.contains_helpshort_flags = ours;
  config.contains_help_flags = ours;
  config.version_string = [] { return absl::StrCat("calibrd ", kVersion, "\n"); };
  // Paths of the machine that built this are of no use to users. The folder stays, as
  // kOurFile is looked for in what this returns.
  config.normalize_filename = [](absl::string_view file) {
    const size_t folder_end = std::min(file.rfind('/'), file.size());
    return std::string(file.substr(file.substr(0, folder_end).rfind('/') + 1));
  };
  absl::SetFlagsUsageConfig(config);
}

// Abseil ends with 1 after --help, which a script takes for a failure.
void EndHelpWithSuccess(int argc, char** argv) {
  const bool asked = std::any_of(argv, argv + argc, [](absl::string_view argument) {
    return argument == "--help" || argument == "-help";
  });
  if (!asked) return;
  std::atexit([] {
    std::cout.flush();
    std::_Exit(0);
  });
}

// The flags as they were given, checked for nothing.
ServerOptions ReadFlags() {
  ServerOptions options;
  options.listen = absl::GetFlag(FLAGS_listen);
  options.metrics_listen = absl::GetFlag(FLAGS_metrics_listen);
  options.store = absl::GetFlag(FLAGS_store);
  options.port_file = absl::GetFlag(FLAGS_port_file);
  options.limits = {absl::GetFlag(FLAGS_max_request_bytes), absl::GetFlag(FLAGS_max_rows),
                    absl::GetFlag(FLAGS_max_labels),
                    absl::GetFlag(FLAGS_max_evaluation_bytes)};
  options.max_revisions = absl::GetFlag(FLAGS_max_revisions);
  options.request_id_retention = absl::GetFlag(FLAGS_request_id_retention);
  options.workers = absl::GetFlag(FLAGS_workers);
  if (options.workers == 0) options.workers = std::max(8, 4 * AvailableCpus());
  options.max_waiting_calls = absl::GetFlag(FLAGS_max_waiting_calls);
  options.max_waiting_bytes = absl::GetFlag(FLAGS_max_waiting_bytes);
  options.statistics_interval = absl::GetFlag(FLAGS_statistics_interval);
  options.drift_threshold = absl::GetFlag(FLAGS_drift_threshold);
  options.max_streams_per_connection = absl::GetFlag(FLAGS_max_streams_per_connection);
  options.max_connection_age = absl::GetFlag(FLAGS_max_connection_age);
  options.drain_delay = absl::GetFlag(FLAGS_drain_delay);
  options.drain_timeout = absl::GetFlag(FLAGS_drain_timeout);
  return options;
}

absl::Status CheckListen(const std::vector<std::string>& addresses) {
  if (addresses.empty()) return BadFlag("listen", "at least one address is needed");
  for (const std::string& address : addresses) {
    if (address.empty()) return BadFlag("listen", "an address is empty");
  }
  return absl::OkStatus();
}

absl::Status ReadLogFlags(ServerOptions& options) {
  const std::string format = absl::GetFlag(FLAGS_log_format);
  if (format != "text" && format != "json") {
    return BadFlag("log_format",
                   absl::StrCat("\"", format, "\" is neither text nor json"));
  }
  options.log_format =
      format == "json" ? telemetry::LogFormat::kJson : telemetry::LogFormat::kText;
  constexpr absl::string_view kLevels[] = {"debug", "info", "warning", "error"};
  const std::string level = absl::GetFlag(FLAGS_log_level);
  const auto* found = std::find(std::begin(kLevels), std::end(kLevels), level);
  if (found == std::end(kLevels)) {
    return BadFlag("log_level",
                   absl::StrCat("\"", level, "\" is not debug, info, warning or error"));
  }
  options.log_level = static_cast<telemetry::LogLevel>(found - std::begin(kLevels));
  return absl::OkStatus();
}

// One flag whose number has to lie in a range.
struct Range {
  absl::string_view flag;
  int64_t value;
  int64_t least;
  int64_t most;
};

absl::Status CheckRanges(const ServerOptions& o) {
  constexpr int64_t kMany = std::numeric_limits<int>::max();
  constexpr int64_t kManyBytes = std::numeric_limits<int64_t>::max();
  for (const Range& range : {
           Range{"max_request_bytes", o.limits.request_bytes, 1024, kMostRequestBytes},
           Range{"max_rows", o.limits.rows, 1, kMany},
           Range{"max_labels", o.limits.labels, 1, kMaxLabels},
           Range{"max_revisions", o.max_revisions, 1, kMany},
           Range{"workers", o.workers, 1, 1024},
           Range{"max_waiting_calls", o.max_waiting_calls, 1, kMany},
           Range{"max_waiting_bytes", o.max_waiting_bytes, 0, kManyBytes},
           Range{"max_evaluation_bytes", o.limits.evaluation_bytes, 1024, kManyBytes},
           Range{"max_streams_per_connection", o.max_streams_per_connection, 1, kMany},
       }) {
    if (range.value < range.least || range.value > range.most) {
      return BadFlag(range.flag, absl::StrCat(range.value, " is not in ", range.least,
                                              " … ", range.most));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDurations(const ServerOptions& o) {
  const absl::Duration zero;
  if (o.request_id_retention < zero)
    return BadFlag("request_id_retention", "is negative");
  if (o.drain_delay < zero) return BadFlag("drain_delay", "is negative");
  if (o.drain_timeout < zero) return BadFlag("drain_timeout", "is negative");
  if (o.statistics_interval < absl::Milliseconds(100) ||
      o.statistics_interval == absl::InfiniteDuration()) {
    return BadFlag("statistics_interval", "has to be at least 100ms, and finite");
  }
  if (o.max_connection_age < absl::Seconds(1)) {
    return BadFlag("max_connection_age", "has to be at least 1s, or inf");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ServerOptions> ParseFlags(int argc, char** argv) {
  ConfigureHelp();
  EndHelpWithSuccess(argc, argv);
  if (absl::Status s = ReadEnvironment(); !s.ok()) return s;
  std::string joined;
  std::vector<char*> arguments = JoinListenFlags(argc, argv, joined);
  const std::vector<char*> left =
      absl::ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
  if (left.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", left[1], "\" is not a flag; see calibrd --help"));
  }
  ServerOptions options = ReadFlags();
  if (absl::Status s = CheckListen(options.listen); !s.ok()) return s;
  if (absl::Status s = CheckStoreFlag(options.store); !s.ok()) return s;
  if (absl::Status s = ReadLogFlags(options); !s.ok()) return s;
  if (absl::Status s = CheckRanges(options); !s.ok()) return s;
  if (absl::Status s = CheckDurations(options); !s.ok()) return s;
  if (!(options.drift_threshold > 0)) {
    return BadFlag("drift_threshold", "has to be above 0");
  }
  return options;
}

}  // namespace calibrd
