#include "client/calibctl/rows/gold_label.h"

#include <cmath>
#include <limits>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace calibrd::calibctl {
namespace {

std::string Dump(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<const nlohmann::json*> Find(const nlohmann::json& value,
                                           const std::string& field, const char* option) {
  const auto found = value.is_object() ? value.find(field) : value.end();
  if (found != value.end()) return &*found;
  return absl::InvalidArgumentError(
      absl::StrCat("the field \"", field, "\" is missing (", option, ")"));
}

absl::StatusOr<int32_t> LabelOf(const nlohmann::json& value,
                                const LabelColumns& columns) {
  if (value.is_string()) {
    if (const std::optional<int> named = columns.Find(value.get<std::string>())) {
      return *named;
    }
    return absl::InvalidArgumentError(absl::StrCat(
        Dump(value),
        columns.labels().empty()
            ? " is a name, but the profile has only the number of its labels"
            : " is no label (--alias LABEL=ALIAS gives a label another name)"));
  }
  // Larger numbers than an int64_t holds are floating-point numbers here, or unsigned.
  const bool index = value.is_number_integer() && value >= 0 && value < columns.count();
  if (!index) {
    return absl::InvalidArgumentError(
        absl::StrCat(Dump(value), " is neither a label's name nor an index from 0 to ",
                     columns.count() - 1));
  }
  const auto label = value.get<int32_t>();
  const std::optional<int> named = columns.Find(Dump(value));
  if (named && *named != label) {
    return absl::InvalidArgumentError(absl::StrCat(
        label, " may be the index of ", columns.Describe(label), " or the name of ",
        columns.Describe(*named), "; write the name, in quotes"));
  }
  return label;
}

absl::StatusOr<float> WeightOf(const nlohmann::json& value) {
  const double weight = value.is_number() ? value.get<double>() : -1;
  if (weight >= 0 && weight <= std::numeric_limits<float>::max()) {
    return static_cast<float>(weight);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Dump(value), " is no weight: a number from 0 is needed"));
}

absl::Status Named(const std::string& field, const absl::Status& status) {
  return {status.code(), absl::StrCat("field \"", field, "\": ", status.message())};
}

}  // namespace

absl::StatusOr<GoldLabel> ReadGoldLabel(const nlohmann::json& value,
                                        const GoldFields& fields,
                                        const LabelColumns& columns) {
  GoldLabel gold;
  const auto label_value = Find(value, fields.label, "--label-field");
  if (!label_value.ok()) return label_value.status();
  const absl::StatusOr<int32_t> label = LabelOf(**label_value, columns);
  if (!label.ok()) return Named(fields.label, label.status());
  gold.label = *label;
  if (fields.weight.empty()) return gold;
  const auto weight_value = Find(value, fields.weight, "--weight-field");
  if (!weight_value.ok()) return weight_value.status();
  const absl::StatusOr<float> weight = WeightOf(**weight_value);
  if (!weight.ok()) return Named(fields.weight, weight.status());
  gold.weight = *weight;
  return gold;
}

}  // namespace calibrd::calibctl
