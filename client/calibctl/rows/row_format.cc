#include "client/calibctl/rows/row_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace calibrd::calibctl {
namespace {

constexpr double kLogZero = -std::numeric_limits<double>::infinity();

struct Field {
  const char* name;
  RowUnit unit;
};

constexpr std::array<Field, 3> kFields = {
    {{"probabilities", RowUnit::kProbability},
     {"logprobs", RowUnit::kLogProbability},
     {"log_probabilities", RowUnit::kLogProbability}}};

absl::Status NoNumbers(const nlohmann::json& object) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : object.items()) names.push_back(name);
  return absl::InvalidArgumentError(absl::StrCat(
      "neither \"probabilities\" nor \"logprobs\" is there, only: ",
      absl::StrJoin(names, ", "), " (--select FIELD=VALUE chooses among lines)"));
}

std::string Quoted(absl::string_view name) {
  return absl::StrCat("\"", name, "\"");
}

// One number, checked. Errors do not say which number: the caller does, as naming
// each of a vocabulary's labels in advance would take longer than reading them.
absl::StatusOr<double> ReadNumber(const nlohmann::json& value, RowUnit unit) {
  if (unit == RowUnit::kLogProbability && value.is_string() &&
      (value == "-Infinity" || value == "-inf")) {
    return kLogZero;
  }
  const auto text = [&value] {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  if (!value.is_number()) {
    return absl::InvalidArgumentError(absl::StrCat(text(), " is not a number"));
  }
  const auto number = value.get<double>();
  if (!std::isfinite(number) || std::abs(number) > std::numeric_limits<float>::max()) {
    return absl::InvalidArgumentError(absl::StrCat(text(), " is too large for a float"));
  }
  if (unit == RowUnit::kProbability && number < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        text(), " is negative; logarithms go in a field called \"logprobs\""));
  }
  return number;
}

absl::Status Named(absl::string_view what, const absl::Status& status) {
  return {status.code(), absl::StrCat(what, ": ", status.message())};
}

// The probabilities of two names of one label, added up.
double Add(double a, double b, RowUnit unit) {
  if (unit == RowUnit::kProbability) return a + b;
  const double larger = std::max(a, b);
  if (larger == kLogZero) return kLogZero;
  return larger + std::log1p(std::exp(std::min(a, b) - larger));
}

absl::StatusOr<std::vector<double>> ReadArray(const RowNumbers& row,
                                              const LabelColumns& columns) {
  if (row.numbers->size() != static_cast<std::size_t>(columns.count())) {
    return absl::InvalidArgumentError(absl::StrCat("the row has ", row.numbers->size(),
                                                   " numbers, the profile has ",
                                                   columns.count(), " labels"));
  }
  std::vector<double> values;
  for (const nlohmann::json& value : *row.numbers) {
    const absl::StatusOr<double> number = ReadNumber(value, row.format.unit);
    if (!number.ok()) {
      return Named(columns.Describe(static_cast<int>(values.size())), number.status());
    }
    values.push_back(*number);
  }
  return values;
}

absl::StatusOr<std::vector<double>> ReadMap(const RowNumbers& row,
                                            const LabelColumns& columns) {
  if (columns.labels().empty()) {
    return absl::InvalidArgumentError(
        "the row names its labels, but the profile has only their number");
  }
  std::vector<std::optional<double>> found(static_cast<std::size_t>(columns.count()));
  for (const auto& [name, value] : row.numbers->items()) {
    const std::optional<int> column = columns.Find(name);
    if (!column) {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown label ", Quoted(name),
                       " (--alias LABEL=ALIAS adds it to another label)"));
    }
    const absl::StatusOr<double> number = ReadNumber(value, row.format.unit);
    if (!number.ok()) return Named(absl::StrCat("label ", Quoted(name)), number.status());
    std::optional<double>& sum = found[static_cast<std::size_t>(*column)];
    sum = sum ? Add(*sum, *number, row.format.unit) : *number;
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!found[i]) {
      return absl::InvalidArgumentError(
          absl::StrCat("label ", Quoted(columns.labels()[i]), " is missing"));
    }
    values.push_back(*found[i]);
  }
  return values;
}

}  // namespace

std::string Describe(const RowFormat& format) {
  const absl::string_view unit =
      format.unit == RowUnit::kProbability ? "probabilities" : "log-probabilities";
  switch (format.shape) {
    case RowShape::kBareArray:
      return absl::StrCat("a bare array of ", unit);
    case RowShape::kArray:
      return absl::StrCat("an object with an array of ", unit);
    case RowShape::kMap:
      return absl::StrCat("an object with a map of ", unit);
  }
  return "";
}

absl::StatusOr<RowNumbers> FindNumbers(const nlohmann::json& value) {
  if (value.is_array()) {
    return RowNumbers{{RowUnit::kProbability, RowShape::kBareArray}, &value};
  }
  if (!value.is_object()) {
    return absl::InvalidArgumentError("a row is a JSON array or a JSON object");
  }
  std::optional<RowNumbers> found;
  for (const Field& field : kFields) {
    const auto numbers = value.find(field.name);
    if (numbers == value.end()) continue;
    if (found) {
      return absl::InvalidArgumentError(
          "the row has both probabilities and log-probabilities");
    }
    if (!numbers->is_structured()) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", field.name, "\" is neither an array nor a map of labels"));
    }
    const RowShape shape = numbers->is_array() ? RowShape::kArray : RowShape::kMap;
    found = RowNumbers{{field.unit, shape}, &*numbers};
  }
  if (!found) return NoNumbers(value);
  return *found;
}

absl::StatusOr<std::vector<float>> ReadNumbers(const RowNumbers& row,
                                               const LabelColumns& columns) {
  const absl::StatusOr<std::vector<double>> values = row.format.shape == RowShape::kMap
                                                         ? ReadMap(row, columns)
                                                         : ReadArray(row, columns);
  if (!values.ok()) return values.status();
  std::vector<float> numbers(values->begin(), values->end());
  const float zero =
      row.format.unit == RowUnit::kProbability ? 0.0F : static_cast<float>(kLogZero);
  if (std::all_of(numbers.begin(), numbers.end(),
                  [zero](float number) { return number == zero; })) {
    return absl::InvalidArgumentError("every probability of the row is zero");
  }
  return numbers;
}

}  // namespace calibrd::calibctl
