// calibctl export NAME [--revision N] > profile.json

#include <cstdint>
#include <memory>
#include <string>

#include "client/calibctl/commands/command.h"
#include "client/calibctl/message_json.h"

namespace calibrd::calibctl {
namespace {

struct Arguments {
  std::string name;
  int64_t revision = 0;
};

absl::Status Export(Session& session, const Arguments& arguments) {
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  const absl::StatusOr<calibration::v1::Profile> profile =
      server->GetProfile(arguments.name, arguments.revision);
  if (!profile.ok()) return profile.status();
  const bool one_line = session.OutputOr(OutputFormat::kJson) == OutputFormat::kJsonLines;
  const absl::StatusOr<std::string> json =
      ToJson(ImportRequestOf(*profile),
             one_line ? JsonLayout::kOneLine : JsonLayout::kPretty, /*all_fields=*/false);
  if (!json.ok()) return json.status();
  session.out() << *json;
  return absl::OkStatus();
}

}  // namespace

void AddExport(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("export", "Write a profile's parameters as JSON for import");
  AddProfileName(*command, arguments->name);
  command->add_option("--revision", arguments->revision,
                      "The revision to write, in place of the active one");
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Export(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl
