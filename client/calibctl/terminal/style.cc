#include "client/calibctl/terminal/style.h"

#include "absl/strings/str_cat.h"

namespace calibrd::calibctl {
namespace {

absl::string_view AnsiCode(Paint paint) {
  switch (paint) {
    case Paint::kBold:
      return "1";
    case Paint::kFaint:
      return "2";
    case Paint::kBefore:
      return "33";
    case Paint::kAfter:
      return "32";
    case Paint::kWarning:
      return "1;33";
  }
  return "0";
}

}  // namespace

Style ChooseStyle(ColorChoice choice, bool is_terminal, bool no_color_environment,
                  int width) {
  Style style;
  style.width = width;
  style.bars = is_terminal || choice == ColorChoice::kAlways;
  style.color = choice == ColorChoice::kAlways ||
                (choice == ColorChoice::kAuto && is_terminal && !no_color_environment);
  return style;
}

std::string Painted(const Style& style, Paint paint, absl::string_view text) {
  if (!style.color || text.empty()) return std::string(text);
  return absl::StrCat("\x1b[", AnsiCode(paint), "m", text, "\x1b[0m");
}

}  // namespace calibrd::calibctl
