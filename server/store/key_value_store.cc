#include "server/store/key_value_store.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"

namespace calibrd::store {

absl::Status ConflictOn(absl::string_view key) {
  return Error(absl::StatusCode::kAborted, reason::kStoreConflict,
               absl::StrCat("somebody else changed \"", absl::Utf8SafeCHexEscape(key),
                            "\" at the same time: try again"));
}

bool IsConflict(const absl::Status& status) {
  return absl::IsAborted(status) && ReasonOf(status) == reason::kStoreConflict;
}

}  // namespace calibrd::store
