// calibctl completion bash|zsh|fish

#include <memory>
#include <string>

#include "client/calibctl/commands/command.h"
#include "client/calibctl/completion/command_tree.h"

namespace calibrd::calibctl {

void AddCompletion(CLI::App& app, CommandLine& line) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "completion", "Write a completion script: source <(calibctl completion bash)");
  command->add_option("SHELL", *shell, "The shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&app, &line, shell] {
    line.action = [&app, shell](Session& session) {
      const CommandTree tree = ReadCommandTree(app);
      session.out() << (*shell == "bash"  ? BashCompletion(tree)
                        : *shell == "zsh" ? ZshCompletion(tree)
                                          : FishCompletion(tree));
      return absl::OkStatus();
    };
  });
}

}  // namespace calibrd::calibctl
