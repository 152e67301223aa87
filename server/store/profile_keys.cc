#include "server/store/profile_keys.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace calibrd::store {
namespace {

constexpr size_t kNumberSize = 8;

// Negative numbers do not occur; they would sort after the positive ones.
std::string BigEndian(int64_t number) {
  std::string bytes(kNumberSize, '\0');
  uint64_t rest = static_cast<uint64_t>(std::max<int64_t>(number, 0));
  for (size_t i = kNumberSize; i-- > 0; rest >>= 8) {
    bytes[i] = static_cast<char>(rest & 0xff);
  }
  return bytes;
}

int64_t FromBigEndian(absl::string_view bytes) {
  uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return static_cast<int64_t>(number);
}

}  // namespace

std::string HeadKey(absl::string_view name) {
  return absl::StrCat(kHeadPrefix, name);
}

std::string RevisionKey(absl::string_view name, int64_t revision) {
  return absl::StrCat(kRevisionPrefix, name, absl::string_view("\0", 1),
                      BigEndian(revision));
}

std::string LiveKey(absl::string_view name) {
  return absl::StrCat(kLivePrefix, name);
}

std::string RequestKey(absl::string_view request_id) {
  return absl::StrCat(kRequestPrefix, request_id);
}

std::string RequestTimeKey(int64_t unix_micros, absl::string_view request_id) {
  return absl::StrCat(kRequestTimePrefix, BigEndian(unix_micros), "/", request_id);
}

absl::string_view NameOfHeadKey(absl::string_view key) {
  return key.substr(kHeadPrefix.size());
}

std::optional<RequestTime> ParseRequestTimeKey(absl::string_view key) {
  const size_t id = kRequestTimePrefix.size() + kNumberSize + 1;
  if (key.size() < id) return std::nullopt;
  return RequestTime{FromBigEndian(key.substr(kRequestTimePrefix.size(), kNumberSize)),
                     std::string(key.substr(id))};
}

}  // namespace calibrd::store
