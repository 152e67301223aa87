// FNV-1a, 64 bit (Fowler, Noll, Vo): the same in every process and on every machine,
// unlike absl::Hash, so that its values can be stored.
//
//   StableHash hash;
//   hash.Add("models/m/prompts/p");
//   hash.Add(int64_t{3});
//   uint64_t value = hash.value();
//
// Not for secrets. A value type.

#ifndef CALIBRD_SERVER_STORE_STABLE_HASH_H_
#define CALIBRD_SERVER_STORE_STABLE_HASH_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace calibrd::store {

class StableHash {
 public:
  void Add(absl::string_view bytes) {
    for (const char byte : bytes) AddByte(static_cast<uint8_t>(byte));
  }
  // As 8 bytes, little-endian.
  void Add(int64_t number) {
    for (int i = 0; i < 8; ++i) AddByte(static_cast<uint8_t>(number >> (8 * i)));
  }
  uint64_t value() const { return value_; }

 private:
  void AddByte(uint8_t byte) { value_ = (value_ ^ byte) * 0x100000001b3; }

  uint64_t value_ = 0xcbf29ce484222325;
};

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_STABLE_HASH_H_
