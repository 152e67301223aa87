// Text as a terminal shows it: how many columns it takes, made safe to print,
// padded and shortened. Everything is UTF-8.
//
//   PadRight("感情", 6)        "感情  "   two characters, four columns
//   Printable("a\x1b[2Jb")     "a\\x1b[2Jb"
//
// Names and texts come from models and from other people: a control character in
// one must not reach the terminal, where it could clear the screen or lie.
//
// All functions are pure and safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_TERMINAL_TEXT_H_
#define CALIBRD_CLIENT_CALIBCTL_TERMINAL_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

// The columns that `text` takes: 2 for East Asian wide characters and emoji, 0 for
// combining marks, 1 for the rest.
int DisplayWidth(absl::string_view text);

// `text` with control characters (and the marks that reorder text) written as
// escapes, and each byte that is not UTF-8 replaced by U+FFFD.
std::string Printable(absl::string_view text);

// `text` with spaces added up to `width` columns; never cut.
std::string PadRight(absl::string_view text, int width);
std::string PadLeft(absl::string_view text, int width);

// `text` cut to `width` columns, the last of which is then "…".
std::string Shorten(absl::string_view text, int width);

// 1234567 as "1,234,567".
std::string WithThousands(int64_t number);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_TERMINAL_TEXT_H_
