// A table of a page.
//
//   HtmlTable table("Measures before and after", {"measure", "before", "after"});
//   table.Add({Escaped(name), Datum(0.52, "0.520"), Datum(0.77, "0.770")});
//   page += table.Text();
//
// Cells are markup; captions and headers are text. The first cell of a line names it;
// all others are numbers, aligned to the right. Not safe to change from two threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_HTML_TABLE_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_HTML_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

class HtmlTable {
 public:
  HtmlTable(absl::string_view caption, const std::vector<std::string>& headers);

  // A line; `css_class` may be empty.
  void Add(const std::vector<std::string>& cells, absl::string_view css_class = "");

  // The table, in a box of its own that scrolls where it is too wide, by keys too.
  std::string Text() const;

  // The same, closed until a reader opens it by its `summary`.
  std::string Folded(absl::string_view summary) const;

 private:
  std::string head_;
  std::string body_;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_HTML_TABLE_H_
