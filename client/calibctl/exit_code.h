// The exit codes of calibctl. Scripts depend on them: a number is never given another
// meaning. docs/calibctl.md lists them.

#ifndef CALIBRD_CLIENT_CALIBCTL_EXIT_CODE_H_
#define CALIBRD_CLIENT_CALIBCTL_EXIT_CODE_H_

#include <string>

#include "absl/status/status.h"

namespace calibrd::calibctl {

// 2 stays free: shells and many programs use it for errors of their own.
enum class ExitCode : int {
  kOk = 0,
  kLocal = 1,              // usage, a local file, a row that cannot be read
  kInvalidArgument = 3,    // INVALID_ARGUMENT, OUT_OF_RANGE
  kNotFound = 4,           // NOT_FOUND
  kConflict = 5,           // ABORTED (an etag), ALREADY_EXISTS, FAILED_PRECONDITION
  kUnavailable = 6,        // UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED
  kResourceExhausted = 7,  // RESOURCE_EXHAUSTED
  kOther = 8,              // every other code of the server
  kNotAllowed = 9,         // UNAUTHENTICATED, PERMISSION_DENIED
};

// The exit code of a status: kLocal unless it is the outcome of a call.
ExitCode ExitCodeOf(const absl::Status& status);

// The table for --help.
std::string ExitCodeTable();

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_EXIT_CODE_H_
