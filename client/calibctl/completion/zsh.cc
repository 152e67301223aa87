// Completion for zsh, by way of _arguments.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/calibctl/completion/command_tree.h"

namespace calibrd::calibctl {
namespace {

constexpr char kScript[] = R"zsh(#compdef @program@
# zsh completion for @program@; made by `@program@ completion zsh`.

_@program@_profiles() {
  local -a names server
  [[ -n ${opt_args[--server]} ]] && server=(--server ${opt_args[--server]})
  names=(${(f)"$(@program@ $server --timeout=2s --output=names list 2>/dev/null)"})
  compadd -a names
}

_@program@() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands global own
  commands=(
@commands@  )
  global=(
@global@  )
  _arguments -C $global '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe command commands ;;
    arguments)
      case $words[1] in
@cases@      esac
      _arguments $global $own ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _@program@ "$@"
else
  compdef _@program@ @program@
fi
)zsh";

// Text between single quotes, inside the […] of _arguments.
std::string InBrackets(const std::string& text) {
  return absl::StrReplaceAll(text, {{"'", "'\\''"}, {"[", "\\["}, {"]", "\\]"}});
}

// Text between single quotes, in a part that ":" ends.
std::string BeforeColon(const std::string& text) {
  return absl::StrReplaceAll(text, {{"'", "'\\''"}, {":", "\\:"}});
}

std::string Action(const std::string& program, const ValueKind& value) {
  switch (value.kind) {
    case ValueKind::Kind::kText:
      return " ";
    case ValueKind::Kind::kFile:
      return "_files";
    case ValueKind::Kind::kProfile:
      return absl::StrCat("_", program, "_profiles");
    case ValueKind::Kind::kChoice:
      return absl::StrCat("(", absl::StrJoin(value.choices, " "), ")");
  }
  return "";
}

std::string OptionSpecs(const std::string& program,
                        const std::vector<OptionEntry>& options,
                        const std::string& indent) {
  std::string text;
  for (const OptionEntry& option : options) {
    for (const std::string& spelling : option.spellings) {
      // "=": the value of a long option is the next word or follows a "=".
      const absl::string_view joint = spelling.size() > 2 ? "=" : "+";
      absl::StrAppend(&text, indent, "'*", spelling, option.takes_value ? joint : "", "[",
                      InBrackets(option.description), "]");
      if (option.takes_value) {
        absl::StrAppend(&text, ":value:", Action(program, option.value));
      }
      absl::StrAppend(&text, "'\n");
    }
  }
  return text;
}

std::string CommandCase(const std::string& program, const CommandEntry& command) {
  const std::string indent(12, ' ');
  std::string text = absl::StrCat("        ", command.name, ")\n          own=(\n",
                                  OptionSpecs(program, command.options, indent));
  for (std::size_t i = 0; i < command.positionals.size(); ++i) {
    absl::StrAppend(&text, indent, "'", i + 1, ":",
                    BeforeColon(command.positionals[i].name), ":",
                    Action(program, command.positionals[i].value), "'\n");
  }
  absl::StrAppend(&text, "          ) ;;\n");
  return text;
}

}  // namespace

std::string ZshCompletion(const CommandTree& tree) {
  std::string commands;
  std::string cases;
  for (const CommandEntry& command : tree.commands) {
    absl::StrAppend(&commands, "    '", command.name, ":",
                    BeforeColon(command.description), "'\n");
    absl::StrAppend(&cases, CommandCase(tree.program, command));
  }
  return absl::StrReplaceAll(
      kScript, {{"@program@", tree.program},
                {"@commands@", commands},
                {"@global@", OptionSpecs(tree.program, tree.options, "    ")},
                {"@cases@", cases}});
}

}  // namespace calibrd::calibctl
