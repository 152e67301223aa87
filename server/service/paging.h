// Pages of lists (AIP-158): sizes, opaque tokens, and what a list shows of a profile.
//
// A token holds the position to go on from and the list that it belongs to, so that it
// cannot be used for another list. Thread-safety: pure functions.

#ifndef CALIBRD_SERVER_SERVICE_PAGING_H_
#define CALIBRD_SERVER_SERVICE_PAGING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "calibration/v1/profile.pb.h"

namespace calibrd::service {

struct Page {
  int size;
  std::string position;
};

// Checks the paging fields of a request. `list` names what is listed: the parent or the
// profile. INVALID_ARGUMENT for a negative size and for a token that is not of this list.
absl::StatusOr<Page> PageOf(int page_size, const std::string& page_token,
                            absl::string_view list);

// The token to go on at `position`; empty on the last page.
std::string TokenOf(absl::string_view position, absl::string_view list);

// `profile` without what is K or n numbers long.
::calibration::v1::Profile Summary(::calibration::v1::Profile profile);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_PAGING_H_
