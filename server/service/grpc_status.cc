#include "server/service/grpc_status.h"

#include <string>

#include "calibration/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace calibrd::service {
namespace {

// After how long a call is worth another try; 0: not by waiting alone.
int RetryAfterMilliseconds(absl::string_view error_reason) {
  if (error_reason == reason::kOverloaded) return 200;
  if (error_reason == reason::kLoading) return 1000;
  if (error_reason == reason::kStoreUnavailable) return 1000;
  return 0;
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;

  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));

  std::string error_reason = ReasonOf(status);
  if (error_reason.empty()) error_reason = absl::StatusCodeToString(status.code());
  google::rpc::ErrorInfo info;
  info.set_reason(error_reason);
  info.set_domain("calibrd");
  for (const auto& [key, value] : MetadataOf(status))
    (*info.mutable_metadata())[key] = value;
  details.add_details()->PackFrom(info);

  if (const FieldViolation violation = FieldViolationOf(status);
      !violation.field.empty()) {
    google::rpc::BadRequest bad_request;
    google::rpc::BadRequest::FieldViolation* field = bad_request.add_field_violations();
    field->set_field(violation.field);
    field->set_description(violation.description);
    details.add_details()->PackFrom(bad_request);
  }
  if (const int wait = RetryAfterMilliseconds(error_reason); wait > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(wait / 1000);
    retry.mutable_retry_delay()->set_nanos(wait % 1000 * 1'000'000);
    details.add_details()->PackFrom(retry);
  }
  // The canonical codes have the same numbers in both worlds.
  return {static_cast<grpc::StatusCode>(status.code()), details.message(),
          details.SerializeAsString()};
}

}  // namespace calibrd::service
