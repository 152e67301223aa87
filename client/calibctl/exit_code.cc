#include "client/calibctl/exit_code.h"

#include "client/calibctl/server_status.h"

namespace calibrd::calibctl {

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kOk;
  if (!FromServer(status)) return ExitCode::kLocal;
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return ExitCode::kInvalidArgument;
    case absl::StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return ExitCode::kConflict;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return ExitCode::kUnavailable;
    case absl::StatusCode::kResourceExhausted:
      return ExitCode::kResourceExhausted;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return ExitCode::kNotAllowed;
    default:
      return ExitCode::kOther;
  }
}

std::string ExitCodeTable() {
  return "Exit codes:\n"
         "  0  success\n"
         "  1  usage, or a local file or row that cannot be read\n"
         "  3  the server refused an argument\n"
         "  4  there is no such profile or revision\n"
         "  5  conflict: somebody else changed the profile (etag)\n"
         "  6  the server cannot be reached, or took longer than --timeout\n"
         "  7  over a limit of the server, or the server is overloaded\n"
         "  8  any other error of the server\n"
         "  9  not authenticated, or not allowed\n";
}

}  // namespace calibrd::calibctl
