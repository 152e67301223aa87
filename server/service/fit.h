// From a request to the profile that it asks for: everything of FitProfile and
// ImportProfile but the storing.
//
// Thread-safety: pure functions. Cost: O(n K).

#ifndef CALIBRD_SERVER_SERVICE_FIT_H_
#define CALIBRD_SERVER_SERVICE_FIT_H_

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "server/service/limits.h"

namespace calibrd::service {

// The profile without what the store gives it (revision, etag, times). Errors: those of
// checks.h, with the path of the field.
// `current` is the active revision with what it has seen, or nullptr; only labelled and
// observed rows need it.
absl::StatusOr<::calibration::v1::Profile> Fit(
    const ::calibration::v1::FitProfileRequest& request,
    const ::calibration::v1::Profile* current, const Limits& limits);

absl::StatusOr<::calibration::v1::Profile> Import(
    const ::calibration::v1::ImportProfileRequest& request, const Limits& limits);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_FIT_H_
