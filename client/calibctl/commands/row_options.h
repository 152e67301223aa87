// The options that say how rows are read, shared by the commands that read them.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_ROW_OPTIONS_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_ROW_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "client/calibctl/rows/row_reader.h"

namespace calibrd::calibctl {

struct RowOptions {
  std::vector<std::string> aliases;     // LABEL=ALIAS
  std::vector<std::string> selections;  // FIELD=VALUE
};

// Declares --alias and --select.
void AddRowOptions(CLI::App& command, RowOptions& options);

// Declares --label-field and --weight-field, for rows whose right labels are known.
void AddGoldOptions(CLI::App& command, GoldFields& fields);

// The filter that --select asks for; it keeps the fields id, text and input.
absl::StatusOr<RowFilter> FilterOf(const RowOptions& options);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_ROW_OPTIONS_H_
