// What a profile makes of the prior that it was fitted to.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_PRIOR_AFTER_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_PRIOR_AFTER_H_

#include <vector>

#include "absl/status/statusor.h"
#include "calibration/v1/profile.pb.h"
#include "client/calibctl/connection.h"

namespace calibrd::calibctl {

// The distribution of answers that is left once the bias is removed: the prior of
// `profile`, K numbers, sent to its revision as a row that nothing is learned from.
absl::StatusOr<std::vector<double>> PriorAfter(const Connection& server,
                                               const calibration::v1::Profile& profile);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_PRIOR_AFTER_H_
