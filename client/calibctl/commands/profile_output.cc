#include "client/calibctl/commands/profile_output.h"

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "client/calibctl/message_json.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Profile;

absl::Status WriteJson(Session& session, const google::protobuf::Message& message,
                       JsonLayout layout) {
  const absl::StatusOr<std::string> json = ToJson(message, layout);
  if (!json.ok()) return json.status();
  session.out() << *json;
  return absl::OkStatus();
}

}  // namespace

absl::Status WriteProfile(Session& session, const Profile& profile,
                          const std::function<std::string()>& text) {
  switch (session.OutputOr(OutputFormat::kTable)) {
    case OutputFormat::kTable:
      session.out() << text();
      return absl::OkStatus();
    case OutputFormat::kJson:
      return WriteJson(session, profile, JsonLayout::kPretty);
    case OutputFormat::kJsonLines:
      return WriteJson(session, profile, JsonLayout::kOneLine);
    case OutputFormat::kNames:
      session.out() << profile.name() << "\n";
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status WriteProfiles(
    Session& session, const std::vector<Profile>& profiles,
    const std::function<Table(const std::vector<Profile>&)>& table) {
  const OutputFormat output = session.OutputOr(OutputFormat::kTable);
  if (output == OutputFormat::kTable) {
    session.out() << table(profiles).Render(session.style());
    return absl::OkStatus();
  }
  if (output == OutputFormat::kJson) {
    calibration::v1::ListProfilesResponse all;
    for (const Profile& profile : profiles) *all.add_profiles() = profile;
    return WriteJson(session, all, JsonLayout::kPretty);
  }
  for (const Profile& profile : profiles) {
    if (output == OutputFormat::kNames) {
      session.out() << profile.name() << "\n";
      continue;
    }
    absl::Status written = WriteJson(session, profile, JsonLayout::kOneLine);
    if (!written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace calibrd::calibctl
