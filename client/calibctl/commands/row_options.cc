#include "client/calibctl/commands/row_options.h"

#include <utility>

namespace calibrd::calibctl {

void AddRowOptions(CLI::App& command, RowOptions& options) {
  // One value for each time the option is written: what follows is a positional.
  command
      .add_option("--alias", options.aliases,
                  "LABEL=ALIAS: in rows that name their labels, the probability of ALIAS "
                  "is added to LABEL's; repeatable")
      ->allow_extra_args(false);
  command
      .add_option("--select", options.selections,
                  "FIELD=VALUE: read only the lines whose field has this value; "
                  "repeatable, all have to hold")
      ->allow_extra_args(false);
}

void AddLabelField(CLI::App& command, GoldFields& fields) {
  command.add_option("--label-field", fields.label,
                     "The field with the right label of a row: its name, or its index "
                     "from 0 (label)");
}

void AddGoldOptions(CLI::App& command, GoldFields& fields) {
  AddLabelField(command, fields);
  command.add_option("--weight-field", fields.weight,
                     "The field that says how much a row counts (each counts 1)");
}

absl::StatusOr<LabelColumns> ColumnsOf(const calibration::v1::Profile& profile,
                                       const std::vector<std::string>& aliases) {
  std::vector<std::string> labels;
  for (const auto& label : profile.labels()) labels.push_back(label.name());
  return LabelColumns::Make(std::move(labels), profile.label_count(), aliases);
}

absl::StatusOr<RowFilter> FilterOf(const RowOptions& options) {
  RowFilter filter;
  for (const std::string& text : options.selections) {
    absl::StatusOr<Selection> selection = ParseSelection(text);
    if (!selection.ok()) return selection.status();
    filter.selections.push_back(std::move(*selection));
  }
  return filter;
}

}  // namespace calibrd::calibctl
