#include "server/store/format.h"

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/store/profile_keys.h"

namespace calibrd::store {
namespace {

absl::Status WrongVersion(const KeyValueStore& kv, absl::string_view what) {
  return Error(
      absl::StatusCode::kFailedPrecondition, reason::kStoreVersion,
      absl::StrCat("the store ", kv.Describe(), " ", what,
                   "; this calibrd knows version ", kFormatVersion,
                   ": run the calibrd that wrote it, or choose another --store"));
}

absl::Status CheckEmpty(KeyValueStore& kv) {
  const std::unique_ptr<Cursor> all = kv.Scan("");
  if (absl::Status status = all->status(); !status.ok()) return status;
  if (!all->Valid()) return absl::OkStatus();
  return WrongVersion(kv, "holds something, but no format version");
}

}  // namespace

absl::Status CheckFormat(KeyValueStore& kv) {
  const std::string key(kFormatKey);
  while (true) {
    const absl::StatusOr<std::optional<std::string>> found = kv.Get(key);
    if (!found.ok()) return found.status();
    if (found->has_value()) {
      if (**found == kFormatVersion) return absl::OkStatus();
      const std::string version = absl::CHexEscape((*found)->substr(0, 32));
      return WrongVersion(kv, absl::StrCat("has format version \"", version, "\""));
    }
    if (absl::Status status = CheckEmpty(kv); !status.ok()) return status;
    absl::Status written = kv.Apply({.expect = {{key, std::nullopt}},
                                     .puts = {{key, std::string(kFormatVersion)}},
                                     .deletes = {}});
    if (!IsConflict(written)) return written;  // otherwise another process wrote it
  }
}

}  // namespace calibrd::store
