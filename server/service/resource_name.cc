#include "server/service/resource_name.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "calibration/error.h"
#include "server/service/limits.h"

namespace calibrd::service {
namespace {

constexpr absl::string_view kModels = "models/";
constexpr absl::string_view kPrompts = "/prompts/";
constexpr size_t kQuotedBytes = 80;

absl::Status Invalid(absl::string_view field, absl::string_view name,
                     absl::string_view problem, absl::string_view pattern) {
  return InvalidField(
      reason::kInvalidName, field,
      absl::StrCat("the name ", Quoted(name), " ", problem, "; it has to be ", pattern));
}

// ASCII, and what Unicode has beyond it: C1 controls, and the white space of U+00A0,
// U+1680, U+2000 … U+200A, U+2028, U+2029, U+202F, U+205F, U+3000.
bool HasSpaceOrControl(absl::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    const absl::string_view rest = name.substr(i);
    const auto byte = static_cast<unsigned char>(rest[0]);
    const auto second = static_cast<unsigned char>(rest.size() > 1 ? rest[1] : 0);
    const auto third = static_cast<unsigned char>(rest.size() > 2 ? rest[2] : 0);
    if (byte <= 0x20 || byte == 0x7f) return true;
    if (byte == 0xC2 && second >= 0x80 && second <= 0xA0) return true;
    const bool general_punctuation = byte == 0xE2 && second == 0x80;
    if (general_punctuation && ((third >= 0x80 && third <= 0x8A) || third == 0xA8 ||
                                third == 0xA9 || third == 0xAF)) {
      return true;
    }
    for (const absl::string_view space : {"\u1680", "\u205F", "\u3000"}) {
      if (absl::StartsWith(rest, space)) return true;
    }
  }
  return false;
}

absl::Status CheckCharacters(absl::string_view name, absl::string_view field,
                             absl::string_view pattern) {
  if (name.empty()) return Invalid(field, name, "is empty", pattern);
  if (name.size() > kMaxProfileNameBytes) {
    return Invalid(
        field, name, absl::StrCat("has ", name.size(), " bytes"),
        absl::StrCat(pattern, " with at most ", kMaxProfileNameBytes, " bytes"));
  }
  if (HasSpaceOrControl(name)) {
    return Invalid(field, name, "holds white space or control characters", pattern);
  }
  if (absl::StrContains(name, "//") || absl::EndsWith(name, "/")) {
    return Invalid(field, name, "has an empty part", pattern);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckProfileName(absl::string_view name, absl::string_view field) {
  constexpr absl::string_view kPattern = "models/{model}/prompts/{prompt}";
  if (absl::Status s = CheckCharacters(name, field, kPattern); !s.ok()) return s;
  absl::string_view rest = name;
  const bool has_models = absl::ConsumePrefix(&rest, kModels);
  const size_t divider = rest.rfind(kPrompts);
  if (!has_models || divider == absl::string_view::npos || divider == 0) {
    return Invalid(field, name, "is not of the pattern", kPattern);
  }
  return absl::OkStatus();
}

absl::Status CheckParent(absl::string_view parent, absl::string_view field) {
  constexpr absl::string_view kPattern = "models/{model}, or empty for all models";
  if (parent.empty()) return absl::OkStatus();
  if (absl::Status s = CheckCharacters(parent, field, kPattern); !s.ok()) return s;
  if (!absl::StartsWith(parent, kModels)) {
    return Invalid(field, parent, "is not of the pattern", kPattern);
  }
  return absl::OkStatus();
}

absl::string_view ParentOf(absl::string_view profile_name) {
  return profile_name.substr(0, profile_name.rfind(kPrompts));
}

std::string Quoted(absl::string_view text) {
  const bool cut = text.size() > kQuotedBytes;
  size_t end = std::min(text.size(), kQuotedBytes);
  // A character of UTF-8 is not cut in the middle.
  while (cut && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text.substr(0, end)), cut ? "…" : "",
                      "\"");
}

}  // namespace calibrd::service
