#include "server/store/record.h"

#include <zlib.h>

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd::store {
namespace {

constexpr char kVersion = 1;
constexpr size_t kPayload = 5;  // where the payload starts

uint32_t Checksum(absl::string_view key, char version, absl::string_view payload) {
  const auto add = [](uLong sum, absl::string_view bytes) {
    return crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  };
  uLong sum = crc32_z(0, nullptr, 0);
  sum = add(sum, key);
  sum = add(sum, absl::string_view(&version, 1));
  return static_cast<uint32_t>(add(sum, payload));
}

}  // namespace

std::string EncodeRecord(absl::string_view key,
                         const google::protobuf::MessageLite& message) {
  std::string bytes(kPayload, '\0');
  message.AppendToString(&bytes);
  bytes[0] = kVersion;
  const uint32_t sum = Checksum(key, kVersion, absl::string_view(bytes).substr(kPayload));
  for (int i = 0; i < 4; ++i) bytes[1 + i] = static_cast<char>(sum >> (8 * i) & 0xff);
  return bytes;
}

absl::Status DecodeRecord(absl::string_view key, absl::string_view bytes,
                          google::protobuf::MessageLite* message) {
  if (bytes.size() < kPayload) return DamagedRecord(key, "it is shorter than its frame");
  if (bytes[0] != kVersion) {
    return DamagedRecord(
        key, absl::StrCat("its record version is ", static_cast<uint8_t>(bytes[0]),
                          ", and only 1 is known"));
  }
  uint32_t sum = 0;
  for (int i = 0; i < 4; ++i) {
    sum |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[1 + i])) << (8 * i);
  }
  const absl::string_view payload = bytes.substr(kPayload);
  if (Checksum(key, kVersion, payload) != sum) {
    return DamagedRecord(key, "its checksum does not match");
  }
  if (!message->ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return DamagedRecord(key, "its checksum matches, but it cannot be parsed");
  }
  return absl::OkStatus();
}

absl::Status DamagedRecord(absl::string_view key, absl::string_view what) {
  const std::string printable = absl::Utf8SafeCHexEscape(key);
  return Error(
             absl::StatusCode::kDataLoss, reason::kStoreCorrupted,
             absl::StrCat("the record under key \"", printable, "\" is damaged: ", what))
      .Meta("key", printable);
}

}  // namespace calibrd::store
