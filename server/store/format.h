// The format version: what a store was written as, and whether this program knows it.
//
// Version 1 is the only one so far; what it means is docs/storage-format.md. A program
// refuses a store of another version rather than guess.

#ifndef CALIBRD_SERVER_STORE_FORMAT_H_
#define CALIBRD_SERVER_STORE_FORMAT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/store/key_value_store.h"

namespace calibrd::store {

// The value under kFormatKey, as text.
inline constexpr absl::string_view kFormatVersion = "1";

// Checks the version that `kv` holds; writes it where `kv` is empty.
// FAILED_PRECONDITION (STORE_VERSION) where it is not known, or is missing although there
// is something in the store.
absl::Status CheckFormat(KeyValueStore& kv);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_FORMAT_H_
