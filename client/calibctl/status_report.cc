#include "client/calibctl/status_report.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/calibctl/server_status.h"
#include "client/calibctl/terminal/text.h"
#include "google/rpc/error_details.pb.h"

namespace calibrd::calibctl {
namespace {

void AddErrorInfo(const google::rpc::ErrorInfo& error, std::string& report) {
  absl::StrAppend(&report, "  reason: ", Printable(error.reason()), "\n");
  const std::map<std::string, std::string> sorted(error.metadata().begin(),
                                                  error.metadata().end());
  for (const auto& [key, value] : sorted) {
    absl::StrAppend(&report, "  ", Printable(key), ": ", Printable(value), "\n");
  }
}

void AddFieldViolations(const google::rpc::BadRequest& request, std::string& report) {
  for (const auto& violation : request.field_violations()) {
    absl::StrAppend(&report, "  field ", Printable(violation.field()), ": ",
                    Printable(violation.description()), "\n");
  }
}

void AddRetry(const google::rpc::RetryInfo& retry, std::string& report) {
  const absl::Duration delay = absl::Seconds(retry.retry_delay().seconds()) +
                               absl::Nanoseconds(retry.retry_delay().nanos());
  absl::StrAppend(&report, "  try again after ", absl::FormatDuration(delay), "\n");
}

void AddDetails(const google::rpc::Status& details, std::string& report) {
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo error;
    google::rpc::BadRequest request;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&error)) AddErrorInfo(error, report);
    if (detail.UnpackTo(&request)) AddFieldViolations(request, report);
    if (detail.UnpackTo(&retry)) AddRetry(retry, report);
  }
}

// gRPC wraps the cause several times; the innermost is what helps.
std::string Cause(absl::string_view message) {
  for (const absl::string_view cause :
       {"Connection refused", "No such file or directory", "Permission denied",
        "Name or service not known", "Connection reset by peer", "No route to host",
        "Network is unreachable", "Socket closed"}) {
    if (absl::StrContains(message, cause)) return std::string(cause);
  }
  return std::string(message);
}

std::string Unreachable(const absl::Status& status) {
  const std::string server = Printable(ServerOf(status));
  return absl::StrCat("calibctl: UNAVAILABLE: no server answers at ", server, " (",
                      Printable(Cause(status.message())), ")\n",
                      "  start one:       calibrd --listen=", server, "\n",
                      "  or name another: calibctl --server=HOST:PORT, or ",
                      "CALIBCTL_SERVER\n");
}

}  // namespace

std::string StatusReport(const absl::Status& status) {
  if (status.ok()) return "";
  const std::string message = Printable(status.message());
  if (!FromServer(status)) return absl::StrCat("calibctl: ", message, "\n");
  const google::rpc::Status details = ServerDetails(status);
  // A server that says UNAVAILABLE itself (loading, draining) gives its reason; without
  // one it is gRPC that found nobody.
  if (status.code() == absl::StatusCode::kUnavailable && details.details().empty()) {
    return Unreachable(status);
  }
  std::string report = absl::StrCat("calibctl: ", absl::StatusCodeToString(status.code()),
                                    ": ", message, "\n");
  AddDetails(details, report);
  if (status.code() == absl::StatusCode::kDeadlineExceeded) {
    absl::StrAppend(&report, "  --timeout says how long calibctl waits for ",
                    Printable(ServerOf(status)), "\n");
  }
  return report;
}

}  // namespace calibrd::calibctl
