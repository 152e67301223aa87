// The profiles that are worst off, by what they have seen.
//
// Thread-safety: from any thread. Cost: a look at every profile in use.

#ifndef CALIBRD_SERVER_SERVICE_RANKING_H_
#define CALIBRD_SERVER_SERVICE_RANKING_H_

#include "absl/status/status.h"
#include "calibration/v1/calibration_service.pb.h"
#include "server/catalog/live_registry.h"

namespace calibrd::service {

// Fills `reply`. INVALID_ARGUMENT for an order that is not set and a negative limit.
absl::Status Rank(const ::calibration::v1::RankProfilesRequest& request,
                  catalog::LiveRegistry& registry,
                  ::calibration::v1::RankProfilesResponse& reply);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_RANKING_H_
