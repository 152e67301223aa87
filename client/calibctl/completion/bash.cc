// Completion for bash.
//
// bash splits words at ":" and "=", which profile names and options hold. The script
// therefore reads the line itself, and takes off the part of an answer that bash has
// already passed.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/calibctl/completion/command_tree.h"

namespace calibrd::calibctl {
namespace {

constexpr char kScript[] =
    R"bash(# bash completion for @program@; made by `@program@ completion bash`.

# Prints the kind of value that OPTION of COMMAND takes; fails where it takes none.
_@program@_value_of() {
  case "$1 $2" in
@values@    *) return 1 ;;
  esac
}

# Prints the kind of the INDEXth argument of COMMAND.
_@program@_argument_of() {
  case "$1 $2" in
@arguments@    *) return 1 ;;
  esac
}

# Prints the options of COMMAND.
_@program@_options_of() {
  echo '@options@'
  case "$1" in
@command_options@  esac
}

_@program@_profiles() {
  local server=()
  if [[ $COMP_LINE =~ --server[=\ ]+([^\ ]+) ]]; then
    server=(--server "${BASH_REMATCH[1]}")
  fi
  @program@ "${server[@]}" --timeout=2s --output=names list 2>/dev/null
}

# Completes WORD to a value of KIND; PASSED is what bash has already passed of it.
_@program@_complete_value() {
  local kind=$1 word=$2 passed=$3 candidate
  case "$kind" in
    @file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return ;;
    @text) return ;;
    @profile) mapfile -t COMPREPLY < <(compgen -W "$(_@program@_profiles)" -- "$word") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$kind" -- "$word") ;;
  esac
  for candidate in "${!COMPREPLY[@]}"; do
    COMPREPLY[candidate]=${COMPREPLY[candidate]#"$passed"}
  done
}

_@program@() {
  local line=${COMP_LINE:0:COMP_POINT} words=() word command='' awaited='' index=0 kind i
  COMPREPLY=()
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  local current=${words[${#words[@]} - 1]}
  for ((i = 1; i < ${#words[@]} - 1; i++)); do
    word=${words[i]}
    if [[ -n $awaited ]]; then
      awaited=''
    elif [[ $word == -?* ]]; then
      if [[ $word != *=* ]] && _@program@_value_of "$command" "$word" > /dev/null; then
        awaited=$word
      fi
    elif [[ -z $command ]]; then
      command=$word
    else
      ((index += 1))
    fi
  done
  local value=${current#--*=} passed=''
  [[ $value == *:* && $COMP_WORDBREAKS == *:* ]] && passed=${value%:*}:
  if [[ -n $awaited ]]; then
    kind=$(_@program@_value_of "$command" "$awaited")
    _@program@_complete_value "$kind" "$current" "$passed"
  elif [[ $current == --*=* ]]; then
    kind=$(_@program@_value_of "$command" "${current%%=*}") || return
    _@program@_complete_value "$kind" "$value" "$passed"
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_@program@_options_of "$command")" -- "$current")
  elif [[ -z $command ]]; then
    mapfile -t COMPREPLY < <(compgen -W '@commands@' -- "$current")
  elif kind=$(_@program@_argument_of "$command" "$index"); then
    _@program@_complete_value "$kind" "$current" "$passed"
  fi
}

complete -F _@program@ @program@
)bash";

std::string KindWord(const ValueKind& value) {
  switch (value.kind) {
    case ValueKind::Kind::kText:
      return "@text";
    case ValueKind::Kind::kFile:
      return "@file";
    case ValueKind::Kind::kProfile:
      return "@profile";
    case ValueKind::Kind::kChoice:
      return absl::StrJoin(value.choices, " ");
  }
  return "";
}

// The lines of a case for the options that take a value. An empty `command` stands for
// all commands.
std::string ValueCases(const std::string& command,
                       const std::vector<OptionEntry>& options) {
  std::string text;
  for (const OptionEntry& option : options) {
    if (!option.takes_value) continue;
    for (const std::string& spelling : option.spellings) {
      absl::StrAppend(&text, "    ",
                      command.empty() ? absl::StrCat("*' ", spelling, "'")
                                      : absl::StrCat("'", command, " ", spelling, "'"),
                      ") echo '", KindWord(option.value), "' ;;\n");
    }
  }
  return text;
}

std::string Spellings(const std::vector<OptionEntry>& options) {
  std::vector<std::string> all;
  for (const OptionEntry& option : options) {
    all.insert(all.end(), option.spellings.begin(), option.spellings.end());
  }
  return absl::StrJoin(all, " ");
}

}  // namespace

std::string BashCompletion(const CommandTree& tree) {
  std::string values;
  std::string arguments;
  std::string command_options;
  std::vector<std::string> commands;
  for (const CommandEntry& command : tree.commands) {
    commands.push_back(command.name);
    absl::StrAppend(&values, ValueCases(command.name, command.options));
    for (std::size_t i = 0; i < command.positionals.size(); ++i) {
      absl::StrAppend(&arguments, "    '", command.name, " ", i, "') echo '",
                      KindWord(command.positionals[i].value), "' ;;\n");
    }
    absl::StrAppend(&command_options, "    '", command.name, "') echo '",
                    Spellings(command.options), "' ;;\n");
  }
  absl::StrAppend(&values, ValueCases("", tree.options));
  return absl::StrReplaceAll(kScript, {{"@program@", tree.program},
                                       {"@values@", values},
                                       {"@arguments@", arguments},
                                       {"@options@", Spellings(tree.options)},
                                       {"@command_options@", command_options},
                                       {"@commands@", absl::StrJoin(commands, " ")}});
}

}  // namespace calibrd::calibctl
