// calibctl get NAME [--revision N]

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/profile_output.h"
#include "client/calibctl/profile_text.h"

namespace calibrd::calibctl {
namespace {

struct Arguments {
  std::string name;
  int64_t revision = 0;
  int max_labels = 20;
};

absl::Status Get(Session& session, const Arguments& arguments) {
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  const absl::StatusOr<calibration::v1::Profile> profile =
      server->GetProfile(arguments.name, arguments.revision);
  if (!profile.ok()) return profile.status();
  return WriteProfile(session, *profile, [&] {
    return ProfileDetails(*profile, arguments.max_labels, absl::Now(), session.style());
  });
}

}  // namespace

void AddGet(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("get", "Show a profile");
  AddProfileName(*command, arguments->name);
  command->add_option("--revision", arguments->revision,
                      "The revision to show, in place of the active one");
  command
      ->add_option("--max-labels", arguments->max_labels,
                   "How many labels and rows are shown (20)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Get(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl
