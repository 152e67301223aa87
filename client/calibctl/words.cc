#include "client/calibctl/words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

constexpr int kFactWidth = 15;

}  // namespace

std::string Fact(absl::string_view name, absl::string_view value) {
  return absl::StrCat(PadRight(name, kFactWidth), " ", Printable(value), "\n");
}

std::string WarningLine(absl::string_view message, const Style& style) {
  return absl::StrCat(Painted(style, Paint::kWarning, "warning:"), " ",
                      Printable(message), "\n");
}

std::string EnumWord(absl::string_view name, absl::string_view prefix) {
  return absl::AsciiStrToLower(
      absl::StrReplaceAll(absl::StripPrefix(name, prefix), {{"_", "-"}}));
}

std::string EnumName(absl::string_view word, absl::string_view prefix) {
  return absl::StrCat(prefix,
                      absl::AsciiStrToUpper(absl::StrReplaceAll(word, {{"-", "_"}})));
}

std::string RowCount(int64_t count) {
  return absl::StrCat(WithThousands(count), count == 1 ? " row" : " rows");
}

std::string When(const google::protobuf::Timestamp& timestamp) {
  const absl::Time time = absl::FromUnixSeconds(timestamp.seconds());
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace calibrd::calibctl
