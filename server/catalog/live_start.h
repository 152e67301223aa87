// From a stored profile to what its statistics start from.
//
// Thread-safety: a pure function.

#ifndef CALIBRD_SERVER_CATALOG_LIVE_START_H_
#define CALIBRD_SERVER_CATALOG_LIVE_START_H_

#include <memory>

#include "calibration/v1/profile.pb.h"
#include "server/catalog/live_statistics.h"

namespace calibrd::catalog {

// nullptr where there is nothing to start from, as for most profiles.
std::unique_ptr<const LiveStart> LiveStartOf(const ::calibration::v1::Profile& profile);

SignalReference SignalReferenceOf(const ::calibration::v1::Profile& profile);

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_LIVE_START_H_
