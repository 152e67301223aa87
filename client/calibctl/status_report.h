// A failed status as people read it on stderr:
//
//   calibctl: NOT_FOUND: there is no profile models/gpt2/prompts/sst2
//     reason: PROFILE_NOT_FOUND
//
//   calibctl: INVALID_ARGUMENT: row 0, label 1: the value is NaN
//     reason: VALUE_NOT_FINITE
//     field rows.probabilities.values[1]: the value is NaN
//
//   calibctl: UNAVAILABLE: no server answers at 127.0.0.1:50051 (Connection refused)
//     start one:       calibrd --listen=127.0.0.1:50051
//     or name another: calibctl --server=HOST:PORT, or CALIBCTL_SERVER
//
// Local errors have no code and no reason. Pure, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_STATUS_REPORT_H_
#define CALIBRD_CLIENT_CALIBCTL_STATUS_REPORT_H_

#include <string>

#include "absl/status/status.h"

namespace calibrd::calibctl {

// The report of `status`, each line ended by a newline; empty for OK. What the server
// sent is made printable.
std::string StatusReport(const absl::Status& status);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_STATUS_REPORT_H_
