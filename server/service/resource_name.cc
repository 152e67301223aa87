#include "server/service/resource_name.h"

#include <algorithm>

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

absl::Status CheckCharacters(absl::string_view name, absl::string_view field,
                             absl::string_view pattern) {
  if (name.empty()) return Invalid(field, name, "is empty", pattern);
  if (name.size() > kMaxProfileNameBytes) {
    return Invalid(
        field, name, absl::StrCat("has ", name.size(), " bytes"),
        absl::StrCat(pattern, " with at most ", kMaxProfileNameBytes, " bytes"));
  }
  const bool has_space = std::any_of(
      name.begin(), name.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
  if (has_space) {
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
