// The arithmetic of the Calibrate RPC: a request and a profile in, an answer out.
//
// Thread-safety: from any thread. Cost: O(n K), or O(n K log top_k).

#ifndef CALIBRD_SERVER_SERVICE_CALIBRATE_H_
#define CALIBRD_SERVER_SERVICE_CALIBRATE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "server/catalog/live_registry.h"
#include "server/catalog/served_profile.h"
#include "server/service/limits.h"

namespace calibrd::service {

// What a call did, for the metrics.
struct CalibrateCounts {
  int64_t rows = 0;
  int64_t decisions_changed = 0;
  int64_t rows_observed = 0;
  int64_t rows_left_out = 0;
};

// Fills `response`. `registry` has what active revisions have seen: an adaptive profile
// answers with it, and unless the request says otherwise the rows are observed. nullptr
// for a revision that is not the active one. Errors: those of checks.h, with the path of
// the field; FAILED_PRECONDITION (NO_PREDICTION_SETS) where the request wants sets and
// the profile has none.
absl::StatusOr<CalibrateCounts> Calibrate(
    const ::calibration::v1::CalibrateRequest& request,
    const catalog::ServedProfile& profile, catalog::LiveRegistry* registry,
    const Limits& limits, ::calibration::v1::CalibrateResponse& response);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_CALIBRATE_H_
