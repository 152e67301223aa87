// What a fit tells of its rows, for live rows to be compared with: Profile.reference.
//
// Thread-safety: pure functions. Cost: O(n K); of at most 1,000 rows without content.

#ifndef CALIBRD_SERVER_SERVICE_REFERENCE_H_
#define CALIBRD_SERVER_SERVICE_REFERENCE_H_

#include "calibration/rows.h"
#include "calibration/transform.h"
#include "calibration/v1/profile.pb.h"

namespace calibrd::service {

// How rows without content vary, for the signal.
void AddContentFreeReference(const Rows& rows, ::calibration::v1::Profile& profile);

// How real rows are spread, before and after `transform`, for drift. Nothing where there
// are too few, or where the profile keeps no statistics.
void AddRowReference(const Rows& rows, const Transform& transform,
                     ::calibration::v1::Profile& profile);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_REFERENCE_H_
