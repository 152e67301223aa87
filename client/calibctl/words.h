// Words and lines that the texts about profiles share.
//
//   Fact("source", "content-free, 5 rows")          "source          content-free, 5
//   rows\n" EnumWord("SOURCE_CONTENT_FREE", "SOURCE_")      "content-free"
//   EnumOf<Method>("histogram-binning", "METHOD_")  METHOD_HISTOGRAM_BINNING
//
// Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_WORDS_H_
#define CALIBRD_CLIENT_CALIBCTL_WORDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "client/calibctl/terminal/style.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/timestamp.pb.h"

namespace calibrd::calibctl {

// A line that says one thing; `value` is made printable.
std::string Fact(absl::string_view name, absl::string_view value);

// A line that warns; `message` is made printable.
std::string WarningLine(absl::string_view message, const Style& style);

// The name of an enum's value as users write it, and the other way round.
std::string EnumWord(absl::string_view name, absl::string_view prefix);
std::string EnumName(absl::string_view word, absl::string_view prefix);

// The value that `word` stands for; the zero value for a word that stands for none.
template <typename Enum>
Enum EnumOf(absl::string_view word, absl::string_view prefix) {
  const google::protobuf::EnumValueDescriptor* value =
      google::protobuf::GetEnumDescriptor<Enum>()->FindValueByName(
          EnumName(word, prefix));
  return static_cast<Enum>(value == nullptr ? 0 : value->number());
}

// "1,234 rows", "1 row".
std::string RowCount(int64_t count);

// "2023-11-14 22:13:20Z".
std::string When(const google::protobuf::Timestamp& timestamp);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_WORDS_H_
