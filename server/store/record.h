// The frame around every record: a version and a checksum, so that a record with a
// flipped bit, or one that belongs under another key, is refused and never served.
//
//   commit.puts.push_back({key, EncodeRecord(key, head)});
//   absl::Status status = DecodeRecord(key, *store.Get(key), &head);
//
// A frame is: version (one byte, 1), CRC-32 of key, version and payload (four bytes,
// little-endian; the polynomial of zlib), payload (a serialized protobuf message).
// RocksDB checksums its files too; this sum is checked end to end, from the moment a
// record is made to the moment it is used, whatever store, cache or network is between.
//
// Errors: DATA_LOSS (STORE_CORRUPTED), with the key in the message and as metadata.
// Thread-safety: functions of their arguments only.

#ifndef CALIBRD_SERVER_STORE_RECORD_H_
#define CALIBRD_SERVER_STORE_RECORD_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"

namespace calibrd::store {

// The bytes to store under `key`.
std::string EncodeRecord(absl::string_view key,
                         const google::protobuf::MessageLite& message);

// Checks the bytes found under `key` and parses them into `message`, whose content is
// unspecified after a failure.
absl::Status DecodeRecord(absl::string_view key, absl::string_view bytes,
                          google::protobuf::MessageLite* message);

// DATA_LOSS for the record under `key`: `what` is wrong with it.
absl::Status DamagedRecord(absl::string_view key, absl::string_view what);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_RECORD_H_
