#include "client/calibctl/page/html_table.h"

#include "absl/strings/str_cat.h"
#include "client/calibctl/page/markup.h"

namespace calibrd::calibctl {

HtmlTable::HtmlTable(absl::string_view caption, const std::vector<std::string>& headers)
    : head_(Element("caption", "", Escaped(caption))) {
  std::string line;
  for (const std::string& header : headers) {
    absl::StrAppend(&line, "<th scope=\"col\">", Escaped(header), "</th>");
  }
  absl::StrAppend(&head_, "\n<thead>", Element("tr", "", line), "</thead>\n");
}

void HtmlTable::Add(const std::vector<std::string>& cells, absl::string_view css_class) {
  std::string line;
  for (const std::string& cell : cells) {
    absl::StrAppend(&line, line.empty()
                               ? absl::StrCat("<th scope=\"row\">", cell, "</th>")
                               : Element("td", "", cell));
  }
  absl::StrAppend(&body_, Element("tr", css_class, line), "\n");
}

std::string HtmlTable::Text() const {
  return absl::StrCat("<div class=\"scroll\" tabindex=\"0\"><table>\n", head_,
                      "<tbody>\n", body_, "</tbody>\n</table></div>\n");
}

std::string HtmlTable::Folded(absl::string_view summary) const {
  return absl::StrCat("<details>", Element("summary", "", Escaped(summary)), "\n", Text(),
                      "</details>\n");
}

}  // namespace calibrd::calibctl
