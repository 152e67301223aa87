// From absl::Status to gRPC: the one place where gRPC statuses are made.
//
// Every error carries google.rpc.ErrorInfo (reason, domain "calibrd", metadata); one that
// names a field also carries google.rpc.BadRequest; one that asks to come back later
// carries google.rpc.RetryInfo. They travel as google.rpc.Status in
// `grpc-status-details-bin` (AIP-193).
//
// Thread-safety: a pure function.

#ifndef CALIBRD_SERVER_SERVICE_GRPC_STATUS_H_
#define CALIBRD_SERVER_SERVICE_GRPC_STATUS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace calibrd::service {

grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_GRPC_STATUS_H_
