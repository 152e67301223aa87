// How text is dressed for the terminal that reads it: colours, bars, width.
//
//   const Style style = ChooseStyle(ColorChoice::kAuto, stdout_is_terminal, no_color,
//   80); out << Painted(style, Paint::kBold, "NAME");
//
// A Style is a value; functions here are pure and safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_TERMINAL_STYLE_H_
#define CALIBRD_CLIENT_CALIBCTL_TERMINAL_STYLE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

// What --color says.
enum class ColorChoice { kAuto, kAlways, kNever };

struct Style {
  bool color = false;  // write ANSI colour sequences
  bool bars = false;   // draw Unicode bars beside numbers
  int width = 80;      // columns of the terminal
};

// Colours and bars are for a terminal, or for whoever asks with --color=always.
// The environment's NO_COLOR takes colours away, not bars; --color wins over it.
Style ChooseStyle(ColorChoice choice, bool is_terminal, bool no_color_environment,
                  int width);

enum class Paint { kBold, kFaint, kBefore, kAfter, kWarning };

// `text` in that paint; `text` itself where the style has no colour.
std::string Painted(const Style& style, Paint paint, absl::string_view text);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_TERMINAL_STYLE_H_
