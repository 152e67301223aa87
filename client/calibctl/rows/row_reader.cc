#include "client/calibctl/rows/row_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

namespace calibrd::calibctl {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A string's text, any other value as JSON.
std::string Text(const nlohmann::json& value) {
  return value.is_string()
             ? value.get<std::string>()
             : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::string> InputOf(const nlohmann::json& value) {
  for (const char* field : {"text", "input"}) {
    const auto found = value.find(field);
    if (found != value.end() && found->is_string()) return found->get<std::string>();
  }
  return std::nullopt;
}

bool IsBlank(absl::string_view line) {
  return absl::StripAsciiWhitespace(line).empty();
}

}  // namespace

absl::StatusOr<Selection> ParseSelection(absl::string_view text) {
  const std::size_t at = text.find('=');
  if (at == absl::string_view::npos || at == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--select ", text, ": the form is FIELD=VALUE"));
  }
  return Selection{std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

RowReader::RowReader(std::istream& stream, std::string name, const LabelColumns& columns,
                     RowFilter filter)
    : stream_(stream),
      name_(std::move(name)),
      columns_(columns),
      filter_(std::move(filter)) {}

absl::StatusOr<std::optional<LabelRow>> RowReader::Next() {
  while (true) {
    absl::StatusOr<std::optional<nlohmann::json>> value = NextValue();
    if (!value.ok()) return value.status();
    if (!value->has_value()) {
      if (absl::Status end = CheckEnd(); !end.ok()) return end;
      return std::optional<LabelRow>();
    }
    ++values_seen_;
    if (!Selected(**value)) continue;
    absl::StatusOr<LabelRow> row = ReadRow(**value);
    if (!row.ok()) return AtPlace(row.status());
    ++rows_read_;
    return std::optional<LabelRow>(std::move(*row));
  }
}

absl::StatusOr<std::optional<nlohmann::json>> RowReader::NextValue() {
  if (!document_) {
    absl::StatusOr<std::optional<nlohmann::json>> line = NextLine();
    if (!document_) return line;
    if (!line.ok()) return line.status();
  }
  if (next_in_document_ == document_->size()) return std::optional<nlohmann::json>();
  place_ = absl::StrCat(name_, ": row ", next_in_document_);
  return std::optional<nlohmann::json>(std::move((*document_)[next_in_document_++]));
}

// One line's value. Where the first line opens an array of rows, the whole stream is
// read into `document_`, and nothing is returned.
absl::StatusOr<std::optional<nlohmann::json>> RowReader::NextLine() {
  std::string line;
  do {
    if (!ReadLine(line)) return std::optional<nlohmann::json>();
  } while (IsBlank(line));
  place_ = absl::StrCat(name_, ":", line_);
  if (values_seen_ == 0 && StartsDocument(line)) {
    if (absl::Status read = ReadDocument(std::move(line)); !read.ok()) return read;
    return std::optional<nlohmann::json>();
  }
  absl::StatusOr<nlohmann::json> value = Parse(line, line_);
  if (!value.ok()) return value.status();
  return std::optional<nlohmann::json>(std::move(*value));
}

bool RowReader::ReadLine(std::string& line) {
  if (!std::getline(stream_, line)) return false;
  bytes_ += static_cast<int64_t>(line.size()) + 1;
  if (++line_ == 1 && absl::StartsWith(line, kByteOrderMark)) {
    line.erase(0, kByteOrderMark.size());
  }
  return true;
}

// Whether `line` opens an array of rows: "[" followed by "[" or "{". An array that is
// broken over lines is put together in `line` as far as needed to tell.
bool RowReader::StartsDocument(std::string& line) {
  absl::string_view rest = absl::StripLeadingAsciiWhitespace(line);
  if (!absl::ConsumePrefix(&rest, "[")) return false;
  std::string next;
  while (IsBlank(rest) && ReadLine(next)) {
    absl::StrAppend(&line, "\n", next);
    rest = absl::string_view(line).substr(line.find('[') + 1);
  }
  rest = absl::StripLeadingAsciiWhitespace(rest);
  return absl::StartsWith(rest, "[") || absl::StartsWith(rest, "{");
}

absl::Status RowReader::ReadDocument(std::string text) {
  // The lines that `text` already holds were counted by ReadLine.
  const int64_t first_line = line_ - std::count(text.begin(), text.end(), '\n');
  std::string line;
  while (ReadLine(line)) absl::StrAppend(&text, "\n", line);
  absl::StatusOr<nlohmann::json> value = Parse(text, first_line);
  if (!value.ok()) return value.status();
  document_ = std::move(*value);
  return absl::OkStatus();
}

absl::StatusOr<nlohmann::json> RowReader::Parse(const std::string& text,
                                                int64_t first_line) const {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    const auto* where = dynamic_cast<const nlohmann::json::parse_error*>(&error);
    const std::size_t byte =
        where == nullptr || where->byte == 0 ? 0 : std::min(where->byte - 1, text.size());
    const auto before = text.begin() + static_cast<std::ptrdiff_t>(byte);
    const int64_t line = first_line + std::count(text.begin(), before, '\n');
    const std::size_t newline =
        byte == 0 ? std::string::npos : text.rfind('\n', byte - 1);
    const std::size_t column = newline == std::string::npos ? byte + 1 : byte - newline;
    const bool infinite =
        absl::StrContains(text, "Infinity") || absl::StrContains(text, "NaN");
    if (where == nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(name_, ":", line, ": a number is too large for a double"));
    }
    return absl::InvalidArgumentError(absl::StrCat(
        name_, ":", line, ": not JSON, at column ", column,
        infinite ? " (JSON has no NaN or Infinity; \"-Infinity\" in quotes is the "
                   "logarithm of zero)"
                 : " (a row takes one line, unless the input is one array of rows)"));
  }
}

bool RowReader::Selected(const nlohmann::json& value) const {
  return std::all_of(filter_.selections.begin(), filter_.selections.end(),
                     [&value](const Selection& selection) {
                       if (!value.is_object()) return false;
                       const auto found = value.find(selection.field);
                       return found != value.end() && Text(*found) == selection.value;
                     });
}

absl::StatusOr<LabelRow> RowReader::ReadRow(const nlohmann::json& value) {
  const absl::StatusOr<RowNumbers> numbers = FindNumbers(value);
  if (!numbers.ok()) return numbers.status();
  if (!format_) format_ = numbers->format;
  if (*format_ != numbers->format) {
    return absl::InvalidArgumentError(
        absl::StrCat("this row is ", Describe(numbers->format), ", the rows before it ",
                     "are each ", Describe(*format_)));
  }
  absl::StatusOr<std::vector<float>> values = ReadNumbers(*numbers, columns_);
  if (!values.ok()) return values.status();
  LabelRow row;
  row.values = std::move(*values);
  row.place = place_;
  row.kept = nlohmann::ordered_json::object();
  if (filter_.gold) {
    const absl::StatusOr<GoldLabel> gold = ReadGoldLabel(value, *filter_.gold, columns_);
    if (!gold.ok()) return gold.status();
    row.gold = *gold;
  }
  if (!value.is_object()) return row;
  row.input = InputOf(value);
  for (const std::string& field : filter_.keep) {
    if (const auto found = value.find(field); found != value.end()) {
      row.kept[field] = *found;
    }
  }
  return row;
}

absl::Status RowReader::AtPlace(const absl::Status& status) const {
  return {status.code(), absl::StrCat(place_, ": ", status.message())};
}

absl::Status RowReader::CheckEnd() const {
  if (stream_.bad()) return absl::DataLossError(absl::StrCat(name_, ": cannot be read"));
  if (rows_read_ > 0) return absl::OkStatus();
  if (filter_.selections.empty() || values_seen_ == 0) {
    return absl::InvalidArgumentError(absl::StrCat(name_, ": there are no rows"));
  }
  const std::string conditions = absl::StrJoin(
      filter_.selections, " ", [](std::string* out, const Selection& selection) {
        absl::StrAppend(out, "--select ", selection.field, "=", selection.value);
      });
  return absl::InvalidArgumentError(
      absl::StrCat(name_, ": none of ", values_seen_, " rows meets ", conditions));
}

}  // namespace calibrd::calibctl
