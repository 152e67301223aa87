// The options that say how rows are read, shared by the commands that read them.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_ROW_OPTIONS_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_ROW_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "calibration/v1/profile.pb.h"
#include "client/calibctl/rows/label_columns.h"
#include "client/calibctl/rows/row_reader.h"

namespace calibrd::calibctl {

struct RowOptions {
  std::vector<std::string> aliases;     // LABEL=ALIAS
  std::vector<std::string> selections;  // FIELD=VALUE
};

// Declares --alias and --select.
void AddRowOptions(CLI::App& command, RowOptions& options);

// Declares --label-field, for rows whose right labels are known; the second
// --weight-field too.
void AddLabelField(CLI::App& command, GoldFields& fields);
void AddGoldOptions(CLI::App& command, GoldFields& fields);

// The columns of rows for `profile`. Each of `aliases` is LABEL=ALIAS.
absl::StatusOr<LabelColumns> ColumnsOf(const calibration::v1::Profile& profile,
                                       const std::vector<std::string>& aliases);

// The filter that --select asks for; it keeps the fields id, text and input.
absl::StatusOr<RowFilter> FilterOf(const RowOptions& options);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_ROW_OPTIONS_H_
