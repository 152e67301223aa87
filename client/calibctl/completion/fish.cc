// Completion for fish: one `complete` for each command and option.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/calibctl/completion/command_tree.h"

namespace calibrd::calibctl {
namespace {

constexpr char kScript[] =
    R"(# fish completion for @program@; made by `@program@ completion fish`.

function __@program@_profiles
    set -l server (commandline -opc | string match -r -- '^--server=.+')
    @program@ $server --timeout=2s --output=names list 2>/dev/null
end

complete -c @program@ -f
@lines@)";

std::string Quoted(const std::string& text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}),
                      "'");
}

// The arguments of `complete` that say what a value may be.
std::string Values(const std::string& program, const ValueKind& value) {
  switch (value.kind) {
    case ValueKind::Kind::kText:
      return "";
    case ValueKind::Kind::kFile:
      return " -F";
    case ValueKind::Kind::kProfile:
      return absl::StrCat(" -a '(__", program, "_profiles)'");
    case ValueKind::Kind::kChoice:
      return absl::StrCat(" -a ", Quoted(absl::StrJoin(value.choices, " ")));
  }
  return "";
}

std::string OptionLine(const CommandTree& tree, const std::string& condition,
                       const OptionEntry& option) {
  std::string line = absl::StrCat("complete -c ", tree.program, condition);
  for (const std::string& spelling : option.spellings) {
    const bool is_long = spelling.size() > 2;
    absl::StrAppend(&line, is_long ? " -l " : " -s ", spelling.substr(is_long ? 2 : 1));
  }
  if (option.takes_value) {
    // -r: a value is required; -x: and it is no file.
    const bool file = option.value.kind == ValueKind::Kind::kFile;
    absl::StrAppend(&line, file ? " -r" : " -x", Values(tree.program, option.value));
  }
  absl::StrAppend(&line, " -d ", Quoted(option.description), "\n");
  return line;
}

}  // namespace

std::string FishCompletion(const CommandTree& tree) {
  std::string lines;
  for (const OptionEntry& option : tree.options) {
    absl::StrAppend(&lines, OptionLine(tree, "", option));
  }
  for (const CommandEntry& command : tree.commands) {
    absl::StrAppend(&lines, "\ncomplete -c ", tree.program,
                    " -n __fish_use_subcommand -a ", command.name, " -d ",
                    Quoted(command.description), "\n");
    const std::string condition =
        absl::StrCat(" -n '__fish_seen_subcommand_from ", command.name, "'");
    for (const PositionalEntry& positional : command.positionals) {
      const std::string values = Values(tree.program, positional.value);
      if (values.empty()) continue;
      absl::StrAppend(&lines, "complete -c ", tree.program, condition, values, "\n");
    }
    for (const OptionEntry& option : command.options) {
      absl::StrAppend(&lines, OptionLine(tree, condition, option));
    }
  }
  return absl::StrReplaceAll(kScript, {{"@program@", tree.program}, {"@lines@", lines}});
}

}  // namespace calibrd::calibctl
