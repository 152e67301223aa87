// The part of EvaluateProfile that compares methods and recommends one.
//
// Thread-safety: a pure function. Cost: six fits of each method; call it on a worker.

#ifndef CALIBRD_SERVER_SERVICE_METHOD_COMPARISON_H_
#define CALIBRD_SERVER_SERVICE_METHOD_COMPARISON_H_

#include <functional>

#include "absl/status/status.h"
#include "calibration/labelled_rows.h"
#include "calibration/transform.h"
#include "calibration/v1/evaluation.pb.h"

namespace calibrd::service {

namespace proto = ::calibration::v1;

// Adds candidates and the recommendation to `evaluation`. `transform` is what `profile`
// applies now; `options` have their defaults filled in. INVALID_OPTIONS for a method that
// does not suit; CANCELLED as soon as `cancelled` says so.
absl::Status CompareMethods(const proto::Profile& profile, const Transform& transform,
                            const LabelledRows& rows,
                            const proto::EvaluationOptions& options,
                            const std::function<bool()>& cancelled,
                            proto::Evaluation& evaluation);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_METHOD_COMPARISON_H_
