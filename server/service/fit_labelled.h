// FitProfile from labelled rows: the labelled methods, and prediction sets.
//
// Thread-safety: pure functions. Cost: see calibration/labelled.h; call it on a worker.

#ifndef CALIBRD_SERVER_SERVICE_FIT_LABELLED_H_
#define CALIBRD_SERVER_SERVICE_FIT_LABELLED_H_

#include <vector>

#include "absl/status/status.h"
#include "calibration/labelled.h"
#include "calibration/v1/calibration_service.pb.h"
#include "server/service/checks.h"
#include "server/service/limits.h"

namespace calibrd::service {

// Fits `request.labelled` into `profile`, which has its name and labels. `current` is the
// active revision, or nullptr. Errors: INVALID_OPTIONS, INVALID_ROWS and those of
// checks.h with the path of the field; FAILED_PRECONDITION (PROFILE_NOT_FOUND) for
// METHOD_CURRENT without a profile.
absl::Status FitLabelledRows(const proto::FitProfileRequest& request,
                             const Labels& labels, const proto::Profile* current,
                             const Limits& limits, proto::Profile& profile);

// What the server says of a warning of calibration/labelled.h.
proto::Warning WarningOf(const LabelledFit& fit, LabelledWarning warning,
                         const Labels& labels, int label);

// Adds the warnings of `fit`.
void AddWarnings(const LabelledFit& fit, const Labels& labels,
                 google::protobuf::RepeatedPtrField<proto::Warning>& warnings);

// c of LINEAR_PROBE: the prior that `profile` was fitted with; empty where it has none.
std::vector<double> PriorOf(const proto::Profile& profile);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_FIT_LABELLED_H_
