// A KeyValueStore that tells how long each operation of another one took.
//
//   auto store = Observed(std::move(kv), [&](absl::string_view operation,
//                                            absl::Duration duration, bool ok) {
//     histogram.Observe(operation, duration, ok);
//   });
//
// Operations: "get", "apply", and "scan", which lasts from the making of a cursor to its
// destruction and is not ok if the cursor ended with an error.
//
// Thread-safety: as the store inside. `observer` is called from whichever thread calls
// the store, after the operation, and must not call the store.

#ifndef CALIBRD_SERVER_STORE_OBSERVED_STORE_H_
#define CALIBRD_SERVER_STORE_OBSERVED_STORE_H_

#include <functional>
#include <memory>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/store/key_value_store.h"

namespace calibrd::store {

using StoreObserver =
    std::function<void(absl::string_view operation, absl::Duration duration, bool ok)>;

// A clock that never goes back; its origin means nothing.
absl::Time SteadyNow();

std::unique_ptr<KeyValueStore> Observed(std::unique_ptr<KeyValueStore> store,
                                        StoreObserver observer,
                                        std::function<absl::Time()> now = SteadyNow);

}  // namespace calibrd::store

#endif  // CALIBRD_SERVER_STORE_OBSERVED_STORE_H_
