// calibctl rollback NAME REVISION [--etag ETAG]

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/profile_output.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

struct Arguments {
  std::string name;
  int64_t revision = 0;
  std::string etag;
};

absl::Status Rollback(Session& session, const Arguments& arguments) {
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  calibration::v1::RollbackProfileRequest request;
  request.set_name(arguments.name);
  request.set_revision(arguments.revision);
  request.set_etag(arguments.etag);
  const absl::StatusOr<calibration::v1::Profile> profile =
      server->Call(&Connection::Stub::RollbackProfile, request);
  if (!profile.ok()) return profile.status();
  return WriteProfile(session, *profile, [&profile] {
    return absl::StrCat(Printable(profile->name()), "  revision ", profile->revision(),
                        " is active\n");
  });
}

}  // namespace

void AddRollback(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("rollback", "Make an older revision the active one again");
  AddProfileName(*command, arguments->name);
  command->add_option("REVISION", arguments->revision, "The revision to activate")
      ->required()
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  command->add_option("--etag", arguments->etag,
                      "Roll back only if the profile still has this etag");
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Rollback(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl
