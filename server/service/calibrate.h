// The arithmetic of the Calibrate RPC: a request and a profile in, an answer out.
//
// Thread-safety: a pure function. Cost: O(n K), or O(n K log top_k).

#ifndef CALIBRD_SERVER_SERVICE_CALIBRATE_H_
#define CALIBRD_SERVER_SERVICE_CALIBRATE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "server/catalog/served_profile.h"
#include "server/service/limits.h"

namespace calibrd::service {

// What a call did, for the metrics.
struct CalibrateCounts {
  int64_t rows = 0;
  int64_t decisions_changed = 0;
};

// Fills `response`. Errors: those of checks.h, with the path of the field.
absl::StatusOr<CalibrateCounts> Calibrate(
    const ::calibration::v1::CalibrateRequest& request,
    const catalog::ServedProfile& profile, const Limits& limits,
    ::calibration::v1::CalibrateResponse& response);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_CALIBRATE_H_
