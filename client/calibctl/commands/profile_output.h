// Writes profiles the way --output asks for.
//
//   return WriteProfile(session, profile, [&] { return ProfileDetails(profile, …); });

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_PROFILE_OUTPUT_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_PROFILE_OUTPUT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "calibration/v1/profile.pb.h"
#include "client/calibctl/session.h"
#include "client/calibctl/terminal/table.h"

namespace calibrd::calibctl {

// One profile: `text` for people, otherwise JSON or the name.
absl::Status WriteProfile(Session& session, const calibration::v1::Profile& profile,
                          const std::function<std::string()>& text);

// Several: `table` for people, {"profiles": […]} as JSON, one a line as JSON lines,
// or the names.
absl::Status WriteProfiles(
    Session& session, const std::vector<calibration::v1::Profile>& profiles,
    const std::function<Table(const std::vector<calibration::v1::Profile>&)>& table);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_PROFILE_OUTPUT_H_
