// calibctl delete NAME [--etag ETAG] [--yes]

#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "client/calibctl/commands/command.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

struct Arguments {
  std::string name;
  std::string etag;
  bool yes = false;
};

// Asks a person at a terminal; a script has said what it means.
bool Confirmed(Session& session, const Arguments& arguments) {
  if (arguments.yes || !session.console().in_is_terminal) return true;
  session.err() << "Delete " << Printable(arguments.name)
                << " with all its revisions? [y/N] " << std::flush;
  std::string answer;
  std::getline(session.console().in, answer);
  answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
  return answer == "y" || answer == "yes";
}

absl::Status Delete(Session& session, const Arguments& arguments) {
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  if (!Confirmed(session, arguments)) {
    return absl::CancelledError("nothing was deleted");
  }
  calibration::v1::DeleteProfileRequest request;
  request.set_name(arguments.name);
  request.set_etag(arguments.etag);
  const absl::StatusOr<google::protobuf::Empty> deleted =
      server->Call(&Connection::Stub::DeleteProfile, request);
  if (!deleted.ok()) return deleted.status();
  if (session.OutputOr(OutputFormat::kTable) == OutputFormat::kTable) {
    session.out() << "deleted " << Printable(arguments.name) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

void AddDelete(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      app.add_subcommand("delete", "Delete a profile with all its revisions");
  AddProfileName(*command, arguments->name);
  command->add_option("--etag", arguments->etag,
                      "Delete only if the profile still has this etag");
  command->add_flag("--yes,-y", arguments->yes, "Do not ask, even at a terminal");
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Delete(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl
