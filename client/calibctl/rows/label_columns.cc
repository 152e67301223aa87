#include "client/calibctl/rows/label_columns.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"

namespace calibrd::calibctl {

absl::StatusOr<LabelColumns> LabelColumns::Make(std::vector<std::string> labels,
                                                int label_count,
                                                const std::vector<std::string>& aliases) {
  LabelColumns columns;
  columns.labels_ = std::move(labels);
  columns.count_ = label_count;
  if (!columns.labels_.empty()) {
    columns.count_ = static_cast<int>(columns.labels_.size());
    if (label_count != 0 && label_count != columns.count_) {
      return absl::InvalidArgumentError(absl::StrCat("the label count is ", label_count,
                                                     ", but there are ", columns.count_,
                                                     " labels"));
    }
  }
  if (columns.count_ < 1) {
    return absl::InvalidArgumentError("--labels or --label-count is needed");
  }
  for (int i = 0; i < static_cast<int>(columns.labels_.size()); ++i) {
    const std::string& label = columns.labels_[static_cast<std::size_t>(i)];
    if (!columns.columns_.emplace(label, i).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("label \"", label, "\" is there twice"));
    }
  }
  for (const std::string& alias : aliases) {
    if (absl::Status added = columns.AddAlias(alias); !added.ok()) return added;
  }
  return columns;
}

absl::Status LabelColumns::AddAlias(absl::string_view alias) {
  // Labels may hold "=": the first one that ends the name of a label divides.
  for (std::size_t at = alias.find('='); at != absl::string_view::npos;
       at = alias.find('=', at + 1)) {
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      if (labels_[i] != alias.substr(0, at)) continue;
      const absl::string_view name = alias.substr(at + 1);
      if (columns_.emplace(name, static_cast<int>(i)).second) return absl::OkStatus();
      return absl::InvalidArgumentError(absl::StrCat(
          "--alias ", alias, ": \"", name, "\" already is a label or an alias"));
    }
  }
  if (!absl::StrContains(alias, "=")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--alias ", alias, ": the form is LABEL=ALIAS"));
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--alias ", alias, ": there is no such label"));
}

std::optional<int> LabelColumns::Find(absl::string_view name) const {
  const auto found = columns_.find(name);
  if (found == columns_.end()) return std::nullopt;
  return found->second;
}

std::string LabelColumns::Describe(int column) const {
  if (labels_.empty()) return absl::StrCat("label ", column);
  return absl::StrCat("label ", column, " (\"", labels_[static_cast<std::size_t>(column)],
                      "\")");
}

absl::StatusOr<std::vector<std::string>> ParseLabelNames(absl::string_view text) {
  if (text.empty()) return std::vector<std::string>();
  if (text.front() != '[') return std::vector<std::string>(absl::StrSplit(text, ','));
  const nlohmann::json names = nlohmann::json::parse(text.begin(), text.end(), nullptr,
                                                     /*allow_exceptions=*/false);
  std::vector<std::string> labels;
  if (names.is_array()) {
    for (const nlohmann::json& name : names) {
      if (name.is_string()) labels.push_back(name.get<std::string>());
    }
  }
  if (!names.is_array() || labels.size() != names.size()) {
    return absl::InvalidArgumentError(
        "--labels begins with \"[\" but is not a JSON array of strings");
  }
  return labels;
}

}  // namespace calibrd::calibctl
