// Between the transform of the numbers and the transform of the contract.

#ifndef CALIBRD_SERVER_CATALOG_TRANSFORM_PROTO_H_
#define CALIBRD_SERVER_CATALOG_TRANSFORM_PROTO_H_

#include "absl/status/statusor.h"
#include "calibration/transform.h"
#include "calibration/v1/profile.pb.h"

namespace calibrd::catalog {

// INVALID_ARGUMENT (INVALID_TRANSFORM) with the field `input`, `weights`, `weights[i]`,
// `bias` or `bias[i]` where the parameters do not fit K labels.
absl::StatusOr<Transform> TransformFromProto(const ::calibration::v1::Transform& proto,
                                             int label_count);

::calibration::v1::Transform TransformToProto(const Transform& transform);

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_TRANSFORM_PROTO_H_
