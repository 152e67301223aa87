// calibctl list [--parent models/MODEL] [--limit N]

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/pages.h"
#include "client/calibctl/commands/profile_output.h"
#include "client/calibctl/profile_text.h"

namespace calibrd::calibctl {
namespace {

struct Arguments {
  std::string parent;
  int64_t limit = std::numeric_limits<int64_t>::max();
};

absl::Status List(Session& session, const Arguments& arguments) {
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  calibration::v1::ListProfilesRequest request;
  request.set_parent(arguments.parent);
  const absl::StatusOr<std::vector<calibration::v1::Profile>> profiles =
      AllPages(*server, &Connection::Stub::ListProfiles, request, arguments.limit);
  if (!profiles.ok()) return profiles.status();
  return WriteProfiles(session, *profiles, ProfileTable);
}

}  // namespace

void AddList(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("list", "List the profiles");
  command->add_option("--parent", arguments->parent,
                      "Only the profiles of this model, models/MODEL");
  command->add_option("--limit", arguments->limit, "How many at most (all)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return List(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl
