#include "client/calibctl/calibrated_rows.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::CalibrateResponse;
using nlohmann::ordered_json;

// More label columns than this do not fit a terminal.
constexpr std::size_t kMostLabelColumns = 8;
constexpr int kTextWidth = 40;

std::string Dump(const ordered_json& value) {
  return value.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// As a double, 0.1F would read 0.10000000149011612.
void AppendNumber(float number, std::string& text) {
  if (!std::isfinite(number)) {  // never sent; JSON could not hold it
    text += "null";
    return;
  }
  std::array<char, 32> digits = {};
  const std::to_chars_result end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number);
  text.append(digits.data(), end.ptr);
}

std::string Text(const ordered_json& value) {
  return value.is_string() ? value.get<std::string>() : Dump(value);
}

std::string Number(float number) {
  return absl::StrFormat("%.4f", number);
}

}  // namespace

absl::Status CheckResponse(const CalibrateResponse& response, std::size_t rows,
                           std::size_t width) {
  const auto size = [](const auto& field) {
    return static_cast<std::size_t>(field.size());
  };
  int64_t set_labels = 0;
  bool sizes_hold = true;
  for (const int32_t set_size : response.set_sizes()) {
    set_labels += set_size;
    sizes_hold = sizes_hold && set_size >= 0;
  }
  const bool complete =
      sizes_hold && set_labels == response.set_labels_size() &&
      (response.set_sizes().empty() || size(response.set_sizes()) == rows) &&
      size(response.probabilities()) == rows * width && size(response.best()) == rows &&
      (response.best_names().empty() || size(response.best_names()) == rows) &&
      (response.indices().empty() || size(response.indices()) == rows * width);
  if (complete) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("the server sent ",
                                          response.probabilities_size(), " numbers for ",
                                          rows, " rows of ", width));
}

std::string CalibratedRowJson(const ordered_json& kept, const CalibrateResponse& response,
                              std::size_t row, std::size_t width,
                              const ordered_json& set) {
  std::string text = kept.empty() ? "{" : Dump(kept);
  if (!kept.empty()) text.back() = ',';  // in place of the closing brace
  text += "\"probabilities\":[";
  const auto first = static_cast<int>(row * width);
  const int last = first + static_cast<int>(width);
  for (int i = first; i < last; ++i) {
    if (i > first) text += ',';
    AppendNumber(response.probabilities(i), text);
  }
  text += ']';
  if (!response.indices().empty()) {
    text += ",\"indices\":[";
    for (int i = first; i < last; ++i) {
      absl::StrAppend(&text, i > first ? "," : "", response.indices(i));
    }
    text += ']';
  }
  const auto index = static_cast<int>(row);
  absl::StrAppend(&text, ",\"best\":", response.best(index));
  if (!response.best_names().empty()) {
    absl::StrAppend(&text, ",\"best_name\":", Dump(response.best_names(index)));
  }
  if (!set.is_null()) absl::StrAppend(&text, ",\"set\":", Dump(set));
  text += '}';
  return text;
}

CalibratedRowWriter::CalibratedRowWriter(std::ostream& out, OutputFormat output,
                                         std::vector<std::string> labels,
                                         const Style& style)
    : out_(out), output_(output), labels_(std::move(labels)), style_(style) {}

void CalibratedRowWriter::Write(const std::vector<ordered_json>& kept,
                                const CalibrateResponse& response) {
  const std::size_t rows = kept.size();
  const std::size_t width =
      static_cast<std::size_t>(response.probabilities_size()) / rows;
  const LabelSets sets(response);
  // Sets hold names where the best labels are named.
  const bool names = !response.best_names().empty();
  for (std::size_t row = 0; row < rows; ++row) {
    if (output_ == OutputFormat::kTable) {
      if (!table_) {
        set_column_ = !sets.empty();
        StartTable(kept[row], response.indices().empty() ? width : 0);
      }
      AddToTable(kept[row], response, row, width, sets);
    } else {
      const ordered_json set =
          sets.empty() ? ordered_json() : SetJson(sets.Of(row), names);
      WriteJson(CalibratedRowJson(kept[row], response, row, width, set));
    }
    ++rows_;
  }
}

std::string CalibratedRowWriter::NameOf(int32_t label) const {
  const bool known = label >= 0 && static_cast<std::size_t>(label) < labels_.size();
  return known ? labels_[static_cast<std::size_t>(label)] : absl::StrCat(label);
}

ordered_json CalibratedRowWriter::SetJson(absl::Span<const int32_t> set,
                                          bool names) const {
  ordered_json json = ordered_json::array();
  for (const int32_t label : set) {
    json.push_back(names ? ordered_json(NameOf(label)) : ordered_json(label));
  }
  return json;
}

void CalibratedRowWriter::WriteJson(const std::string& row) {
  if (output_ == OutputFormat::kJsonLines) {
    out_ << row << '\n';
  } else {
    out_ << (rows_ == 0 ? "[\n" : ",\n") << row;
  }
}

// `width` is 0 where the numbers of a row do not stand in label order.
void CalibratedRowWriter::StartTable(const ordered_json& first_row, std::size_t width) {
  text_column_ = first_row.contains("text") || first_row.contains("input");
  label_columns_ = width == labels_.size() && width <= kMostLabelColumns;
  std::vector<Column> columns = {
      {first_row.contains("id") ? "ID" : "ROW",
       first_row.contains("id") ? Align::kLeft : Align::kRight}};
  if (text_column_) columns.push_back({"TEXT", Align::kLeft});
  columns.push_back({"BEST", Align::kLeft});
  columns.push_back({"PROBABILITY", Align::kRight});
  if (set_column_) columns.push_back({"SET", Align::kLeft});
  if (label_columns_) {
    for (const std::string& label : labels_) {
      columns.push_back({Printable(label), Align::kRight});
    }
  }
  table_.emplace(std::move(columns));
}

void CalibratedRowWriter::AddToTable(const ordered_json& kept,
                                     const CalibrateResponse& response, std::size_t row,
                                     std::size_t width, const LabelSets& sets) {
  std::vector<std::string> cells = {kept.contains("id") ? Text(kept["id"])
                                                        : absl::StrCat(rows_)};
  if (text_column_) {
    const auto text = kept.contains("text") ? kept.find("text") : kept.find("input");
    cells.push_back(text == kept.end() ? ""
                                       : Shorten(Printable(Text(*text)), kTextWidth));
  }
  const auto first = static_cast<int>(row * width);
  const int best = response.best(static_cast<int>(row));
  const bool known = best >= 0 && static_cast<std::size_t>(best) < labels_.size();
  cells.push_back(NameOf(best));
  // With top_k the best label comes first.
  const int of_best = response.indices().empty() && known ? first + best : first;
  cells.push_back(Number(response.probabilities(of_best)));
  if (set_column_) {
    cells.push_back(
        absl::StrJoin(sets.Of(row), ", ", [this](std::string* out, int32_t label) {
          absl::StrAppend(out, NameOf(label));
        }));
  }
  if (label_columns_) {
    for (int i = first; i < first + static_cast<int>(width); ++i) {
      cells.push_back(Number(response.probabilities(i)));
    }
  }
  table_->Add(std::move(cells));
}

void CalibratedRowWriter::Finish() {
  if (output_ == OutputFormat::kJson) out_ << (rows_ == 0 ? "[]\n" : "\n]\n");
  if (table_) out_ << table_->Render(style_);
}

}  // namespace calibrd::calibctl
