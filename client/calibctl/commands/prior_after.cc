#include "client/calibctl/commands/prior_after.h"

#include "calibration/v1/calibration_service.pb.h"

namespace calibrd::calibctl {

absl::StatusOr<std::vector<double>> PriorAfter(const Connection& server,
                                               const calibration::v1::Profile& profile) {
  calibration::v1::CalibrateRequest request;
  request.set_name(profile.name());
  request.set_revision(profile.revision());
  request.set_do_not_observe(true);  // an adaptive profile would learn from it
  auto& row = *request.mutable_rows()->mutable_probabilities();
  for (const float share : profile.bias().prior()) {
    row.add_values(share);
  }
  const absl::StatusOr<calibration::v1::CalibrateResponse> response =
      server.Call(&Connection::Stub::Calibrate, request);
  if (!response.ok()) return response.status();
  return std::vector<double>(response->probabilities().begin(),
                             response->probabilities().end());
}

}  // namespace calibrd::calibctl
