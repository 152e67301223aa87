// The options of a fit, from the contract to the numbers and back. What a request leaves
// at its zero value becomes the default.
//
// Errors: INVALID_OPTIONS with a field below `options`. Thread-safety: pure functions.

#ifndef CALIBRD_SERVER_SERVICE_FIT_OPTIONS_H_
#define CALIBRD_SERVER_SERVICE_FIT_OPTIONS_H_

#include <optional>

#include "absl/status/statusor.h"
#include "calibration/adaptive_prior.h"
#include "calibration/labelled.h"
#include "calibration/prior.h"
#include "calibration/v1/profile.pb.h"

namespace calibrd::service {

namespace proto = ::calibration::v1;

// Of METHOD_PRIOR.
absl::StatusOr<PriorOptions> PriorOptionsFromProto(const proto::FitOptions& options,
                                                   int label_count);
proto::FitOptions PriorOptionsToProto(const PriorOptions& options);

// `options.adaptive`, nullopt where it is not set.
absl::StatusOr<std::optional<AdaptiveOptions>> AdaptiveOptionsFromProto(
    const proto::FitOptions& options, const PriorOptions& prior, int label_count);
proto::Adaptive AdaptiveOptionsToProto(const AdaptiveOptions& options);

// The methods of the labelled family; nullopt for the others.
std::optional<LabelledMethod> LabelledMethodOf(proto::Method method);
proto::Method MethodOf(LabelledMethod method);

// Of a labelled method.
absl::StatusOr<LabelledOptions> LabelledOptionsFromProto(const proto::FitOptions& options,
                                                         LabelledMethod method,
                                                         int label_count);

// An error about LabelledOptions with the field's path in the contract.
absl::Status InContract(const absl::Status& status);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_FIT_OPTIONS_H_
