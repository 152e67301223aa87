// The commands and options of a program, as shell completion needs them: read from the
// CLI11 app, so that completion always knows what the program knows.
//
//   CommandTree tree = ReadCommandTree(app);
//   out << BashCompletion(tree);
//
// Plain values; pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMPLETION_COMMAND_TREE_H_
#define CALIBRD_CLIENT_CALIBCTL_COMPLETION_COMMAND_TREE_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"

namespace calibrd::calibctl {

// What can be put in a place.
struct ValueKind {
  enum class Kind { kText, kFile, kProfile, kChoice };
  Kind kind = Kind::kText;
  std::vector<std::string> choices;  // of kChoice
};

struct OptionEntry {
  std::vector<std::string> spellings;  // "--output", "-o"
  std::string description;
  bool takes_value = false;
  ValueKind value;
};

struct PositionalEntry {
  std::string name;
  ValueKind value;
};

struct CommandEntry {
  std::string name;
  std::string description;
  std::vector<OptionEntry> options;
  std::vector<PositionalEntry> positionals;
};

struct CommandTree {
  std::string program;
  std::vector<OptionEntry> options;  // taken before and after every command
  std::vector<CommandEntry> commands;
};

CommandTree ReadCommandTree(const CLI::App& app);

// A script for each shell, each in a file of its own.
std::string BashCompletion(const CommandTree& tree);
std::string ZshCompletion(const CommandTree& tree);
std::string FishCompletion(const CommandTree& tree);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMPLETION_COMMAND_TREE_H_
