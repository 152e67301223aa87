#include "calibration/error.h"

#include <algorithm>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace calibrd {
namespace {

constexpr absl::string_view kReason = "calibrd/reason";
constexpr absl::string_view kField = "calibrd/field";
constexpr absl::string_view kMetaPrefix = "calibrd/meta/";

std::string PayloadOf(const absl::Status& status, absl::string_view url) {
  const absl::optional<absl::Cord> payload = status.GetPayload(url);
  return payload ? std::string(*payload) : std::string();
}

}  // namespace

Error::Error(absl::StatusCode code, absl::string_view reason, absl::string_view message)
    : status_(code, message) {
  status_.SetPayload(kReason, absl::Cord(reason));
}

Error& Error::Field(absl::string_view field) {
  status_.SetPayload(kField, absl::Cord(field));
  return *this;
}

Error& Error::Meta(absl::string_view key, absl::string_view value) {
  status_.SetPayload(absl::StrCat(kMetaPrefix, key), absl::Cord(value));
  return *this;
}

absl::Status InvalidField(absl::string_view reason, absl::string_view field,
                          absl::string_view message) {
  return Error(absl::StatusCode::kInvalidArgument, reason, message).Field(field);
}

std::string ReasonOf(const absl::Status& status) {
  return PayloadOf(status, kReason);
}

FieldViolation FieldViolationOf(const absl::Status& status) {
  return {PayloadOf(status, kField), std::string(status.message())};
}

std::vector<std::pair<std::string, std::string>> MetadataOf(const absl::Status& status) {
  std::vector<std::pair<std::string, std::string>> metadata;
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    if (absl::ConsumePrefix(&url, kMetaPrefix)) {
      metadata.emplace_back(url, std::string(payload));
    }
  });
  std::sort(metadata.begin(), metadata.end());
  return metadata;
}

absl::Status PrefixField(const absl::Status& status, absl::string_view prefix) {
  const std::string field = PayloadOf(status, kField);
  if (field.empty()) return status;
  absl::Status prefixed = status;
  prefixed.SetPayload(kField, absl::Cord(absl::StrCat(prefix, field)));
  return prefixed;
}

}  // namespace calibrd
