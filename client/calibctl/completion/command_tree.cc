#include "client/calibctl/completion/command_tree.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/calibctl/commands/command.h"

namespace calibrd::calibctl {
namespace {

// CLI11 keeps what a value may be in its type name only: "FILE", or
// "TEXT:{table,json}" after CLI::IsMember.
ValueKind ReadValueKind(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (absl::StartsWith(type, kFileValue)) return {ValueKind::Kind::kFile, {}};
  if (absl::StartsWith(type, kProfileValue)) return {ValueKind::Kind::kProfile, {}};
  const std::size_t open = type.find('{');
  const std::size_t close = type.find('}');
  if (open == std::string::npos || close == std::string::npos) return {};
  return {ValueKind::Kind::kChoice,
          absl::StrSplit(type.substr(open + 1, close - open - 1), ',')};
}

OptionEntry ReadOption(const CLI::Option& option) {
  OptionEntry entry;
  for (const std::string& name : option.get_lnames()) {
    entry.spellings.push_back(absl::StrCat("--", name));
  }
  for (const std::string& name : option.get_snames()) {
    entry.spellings.push_back(absl::StrCat("-", name));
  }
  entry.description = option.get_description();
  entry.takes_value = option.get_items_expected_max() > 0;
  if (entry.takes_value) entry.value = ReadValueKind(option);
  return entry;
}

void ReadOptions(const CLI::App& app, std::vector<OptionEntry>& options,
                 std::vector<PositionalEntry>* positionals) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) {
      options.push_back(ReadOption(*option));
    } else if (positionals != nullptr) {
      positionals->push_back(
          {option->get_name(/*positional=*/true), ReadValueKind(*option)});
    }
  }
}

}  // namespace

CommandTree ReadCommandTree(const CLI::App& app) {
  CommandTree tree;
  tree.program = app.get_name();
  ReadOptions(app, tree.options, nullptr);
  for (const CLI::App* command :
       app.get_subcommands([](const CLI::App*) { return true; })) {
    CommandEntry entry;
    entry.name = command->get_name();
    entry.description = command->get_description();
    ReadOptions(*command, entry.options, &entry.positionals);
    tree.commands.push_back(entry);
  }
  return tree;
}

}  // namespace calibrd::calibctl
