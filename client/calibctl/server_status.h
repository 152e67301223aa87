// The status of a call, with what the server said about it.
//
//   absl::Status status = StatusFromServer(call, "127.0.0.1:50051");
//   FromServer(status)   // true: a call failed; false: the fault is local
//   ServerDetails(status)   // google.rpc.Status with ErrorInfo, BadRequest, RetryInfo
//
// Everything in calibctl speaks absl::Status. What came from a call carries the
// server's address and google.rpc.Status as payloads, so it can be passed on by
// functions that do not know of them. Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_SERVER_STATUS_H_
#define CALIBRD_CLIENT_CALIBCTL_SERVER_STATUS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/status.h"

namespace calibrd::calibctl {

// `call` as an absl::Status that remembers `server`.
absl::Status StatusFromServer(const grpc::Status& call, absl::string_view server);

// Whether `status` is the outcome of a call.
bool FromServer(const absl::Status& status);

// The address that was called; empty for a local status.
std::string ServerOf(const absl::Status& status);

// What the server sent in grpc-status-details-bin; empty where it sent nothing.
google::rpc::Status ServerDetails(const absl::Status& status);

// `status` with `context` and ": " before its message; its payloads are kept.
absl::Status WithContext(const absl::Status& status, absl::string_view context);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_SERVER_STATUS_H_
