#include "client/calibctl/terminal/text.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace calibrd::calibctl {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

struct Range {
  char32_t first;
  char32_t last;
};

// Marks that join the character before them.
constexpr std::array<Range, 11> kZeroWidth = {{{0x0300, 0x036F},
                                               {0x0483, 0x0489},
                                               {0x0591, 0x05BD},
                                               {0x064B, 0x065F},
                                               {0x093C, 0x093C},
                                               {0x1AB0, 0x1AFF},
                                               {0x200B, 0x200D},
                                               {0x20D0, 0x20FF},
                                               {0x3099, 0x309A},
                                               {0xFE00, 0xFE0F},
                                               {0xE0100, 0xE01EF}}};

// East Asian Wide and Fullwidth (Unicode Annex 11), and emoji.
constexpr std::array<Range, 13> kDoubleWidth = {{{0x1100, 0x115F},
                                                 {0x2E80, 0x303E},
                                                 {0x3041, 0x33FF},
                                                 {0x3400, 0x4DBF},
                                                 {0x4E00, 0x9FFF},
                                                 {0xA000, 0xA4CF},
                                                 {0xAC00, 0xD7A3},
                                                 {0xF900, 0xFAFF},
                                                 {0xFE30, 0xFE6F},
                                                 {0xFF00, 0xFF60},
                                                 {0xFFE0, 0xFFE6},
                                                 {0x1F300, 0x1FAFF},
                                                 {0x20000, 0x3FFFD}}};

template <std::size_t N>
bool Within(const std::array<Range, N>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [code](const Range& range) {
    return range.first <= code && code <= range.last;
  });
}

// Overlong forms, surrogates and codes above U+10FFFF are not UTF-8.
bool IsScalar(char32_t code, std::size_t bytes) {
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kSmallest[bytes] && code <= 0x10FFFF &&
         !(0xD800 <= code && code <= 0xDFFF);
}

Character First(absl::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = lead & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  return IsScalar(code, bytes) ? Character{code, bytes, true} : Character{};
}

int ColumnsOf(const Character& character) {
  if (!character.valid) return 1;
  if (Within(kZeroWidth, character.code)) return 0;
  return Within(kDoubleWidth, character.code) ? 2 : 1;
}

// C0, DEL, C1, line separators and the bidirectional controls.
bool IsControl(char32_t code) {
  return code < 0x20 || (0x7F <= code && code <= 0x9F) || code == 0x200E ||
         code == 0x200F || (0x2028 <= code && code <= 0x202E) ||
         (0x2066 <= code && code <= 0x2069);
}

std::string Escape(char32_t code) {
  if (code == '\n') return "\\n";
  if (code == '\t') return "\\t";
  if (code == '\r') return "\\r";
  const auto number = static_cast<unsigned>(code);
  if (code < 0x100) return absl::StrFormat("\\x%02x", number);
  return absl::StrFormat("\\u%04x", number);
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const Character character = First(text);
    columns += ColumnsOf(character);
    text.remove_prefix(character.bytes);
  }
  return columns;
}

std::string Printable(absl::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const Character character = First(text);
    if (!character.valid) {
      printable += "\uFFFD";
    } else if (IsControl(character.code)) {
      printable += Escape(character.code);
    } else {
      absl::StrAppend(&printable, text.substr(0, character.bytes));
    }
    text.remove_prefix(character.bytes);
  }
  return printable;
}

std::string PadRight(absl::string_view text, int width) {
  const int missing = std::max(0, width - DisplayWidth(text));
  return absl::StrCat(text, std::string(static_cast<std::size_t>(missing), ' '));
}

std::string PadLeft(absl::string_view text, int width) {
  const int missing = std::max(0, width - DisplayWidth(text));
  return absl::StrCat(std::string(static_cast<std::size_t>(missing), ' '), text);
}

std::string Shorten(absl::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  std::size_t kept = 0;
  int columns = 0;
  while (kept < text.size()) {
    const Character character = First(text.substr(kept));
    columns += ColumnsOf(character);
    if (columns > width - 1) break;
    kept += character.bytes;
  }
  return absl::StrCat(text.substr(0, kept), "…");
}

std::string WithThousands(int64_t number) {
  const std::string digits = absl::StrCat(number);
  const std::size_t start = number < 0 ? 1 : 0;
  std::string grouped;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > start && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace calibrd::calibctl
