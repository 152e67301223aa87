// calibctl version

#include "client/calibctl/commands/command.h"

namespace calibrd::calibctl {

void AddVersion(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand("version", "Show the version of calibctl");
  command->callback([&line] {
    line.action = [](Session& session) {
      session.out() << "calibctl " CALIBRD_VERSION "\n";
      return absl::OkStatus();
    };
  });
}

}  // namespace calibrd::calibctl
