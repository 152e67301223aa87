// calibctl revisions NAME [--limit N]

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
  std::string name;
  int64_t limit = std::numeric_limits<int64_t>::max();
};

absl::Status Revisions(Session& session, const Arguments& arguments) {
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  calibration::v1::ListProfileRevisionsRequest request;
  request.set_name(arguments.name);
  const absl::StatusOr<std::vector<calibration::v1::Profile>> revisions = AllPages(
      *server, &Connection::Stub::ListProfileRevisions, request, arguments.limit);
  if (!revisions.ok()) return revisions.status();
  return WriteProfiles(session, *revisions, RevisionTable);
}

}  // namespace

void AddRevisions(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("revisions", "List the revisions of a profile, newest first");
  AddProfileName(*command, arguments->name);
  command->add_option("--limit", arguments->limit, "How many at most (all)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) {
      return Revisions(session, *arguments);
    };
  });
}

}  // namespace calibrd::calibctl
