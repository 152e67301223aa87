#include "client/calibctl/terminal/table.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  for (const Column& column : columns_) widths_.push_back(DisplayWidth(column.header));
}

void Table::Add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = Printable(cells[i]);
    widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
  }
  lines_.push_back(std::move(cells));
}

std::string Table::RenderLine(const std::vector<std::string>& cells) const {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += "  ";
    line += columns_[i].align == Align::kRight ? PadLeft(cells[i], widths_[i])
                                               : PadRight(cells[i], widths_[i]);
  }
  absl::StripTrailingAsciiWhitespace(&line);
  return line;
}

std::string Table::Render(const Style& style) const {
  std::vector<std::string> headers;
  for (const Column& column : columns_) headers.push_back(column.header);
  std::string text =
      absl::StrCat(Painted(style, Paint::kBold, RenderLine(headers)), "\n");
  for (const std::vector<std::string>& line : lines_) {
    absl::StrAppend(&text, RenderLine(line), "\n");
  }
  return text;
}

}  // namespace calibrd::calibctl
