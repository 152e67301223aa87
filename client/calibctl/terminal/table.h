// A plain table: aligned columns, no lines, nothing behind the last column, so that
// it reads well and still splits with awk.
//
//   Table table({{"NAME", Align::kLeft}, {"ROWS", Align::kRight}});
//   table.Add({"models/gpt2/prompts/sst2", "5"});
//   out << table.Render(style);
//
// Cells are made printable when they are added (see text.h) and aligned by display
// width. Not safe to change from two threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_TERMINAL_TABLE_H_
#define CALIBRD_CLIENT_CALIBCTL_TERMINAL_TABLE_H_

#include <string>
#include <vector>

#include "client/calibctl/terminal/style.h"

namespace calibrd::calibctl {

enum class Align { kLeft, kRight };

struct Column {
  std::string header;
  Align align = Align::kLeft;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // Adds a line: as many cells as there are columns; missing ones stay empty.
  void Add(std::vector<std::string> cells);

  // Header and lines, each ended by a newline.
  std::string Render(const Style& style) const;

 private:
  std::string RenderLine(const std::vector<std::string>& cells) const;

  std::vector<Column> columns_;
  std::vector<int> widths_;
  std::vector<std::vector<std::string>> lines_;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_TERMINAL_TABLE_H_
