// From --store to a store.

#ifndef CALIBRD_SERVER_OPEN_STORE_H_
#define CALIBRD_SERVER_OPEN_STORE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/store/key_value_store.h"
#include "server/telemetry/log.h"

namespace calibrd {

// The part of --store before the colon, such as "rocksdb".
std::string StoreKind(absl::string_view flag);

// INVALID_ARGUMENT where `flag` is of no kind that there is.
absl::Status CheckStoreFlag(absl::string_view flag);

// Opens what `flag` names. `rocksdb:` alone means $XDG_STATE_HOME/calibrd, or else
// $HOME/.local/state/calibrd, which is made with its parents; any other directory needs
// an existing parent. Errors: those of CheckStoreFlag and of
// rocksdb_store.h.
// What the store has to say meanwhile goes to `log`, which must outlive it.
absl::StatusOr<std::unique_ptr<store::KeyValueStore>> OpenStore(
    absl::string_view flag, const telemetry::Logger& log);

}  // namespace calibrd

#endif  // CALIBRD_SERVER_OPEN_STORE_H_
