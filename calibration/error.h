// Errors that a caller can act on: absl::Status with a machine-readable reason
// and the field that is wrong.
//
//   return Error(absl::StatusCode::kInvalidArgument, reason::kValueNotFinite,
//                "row 3, label 1 (\"Positive\"): the value is NaN")
//       .Field("values[7]")
//       .Meta("row", "3");
//
// Everything inside calibrd speaks absl::Status; server/service/grpc_status.cc is
// the one place that turns it into a gRPC status with google.rpc.ErrorInfo and
// BadRequest. The extras travel as payloads, so a function between can pass a
// status on without knowing of them.
//
// Thread-safety: an Error is a value. Nothing here throws.

#ifndef CALIBRD_CALIBRATION_ERROR_H_
#define CALIBRD_CALIBRATION_ERROR_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace calibrd {

// The reasons that a reply's ErrorInfo can hold. Each is documented in docs/api.md
// and pinned by tests/golden/error_reasons.txt; users match on them.
namespace reason {
// Arguments.
inline constexpr absl::string_view kMalformedRequest = "MALFORMED_REQUEST";
inline constexpr absl::string_view kRequestTooLarge = "REQUEST_TOO_LARGE";
inline constexpr absl::string_view kReplyTooLarge = "REPLY_TOO_LARGE";
inline constexpr absl::string_view kInvalidName = "INVALID_NAME";
inline constexpr absl::string_view kInvalidLabels = "INVALID_LABELS";
inline constexpr absl::string_view kInvalidRows = "INVALID_ROWS";
inline constexpr absl::string_view kValueNotFinite = "VALUE_NOT_FINITE";
inline constexpr absl::string_view kValueNegative = "VALUE_NEGATIVE";
inline constexpr absl::string_view kRowAllZero = "ROW_ALL_ZERO";
inline constexpr absl::string_view kInvalidOptions = "INVALID_OPTIONS";
inline constexpr absl::string_view kInvalidTransform = "INVALID_TRANSFORM";
inline constexpr absl::string_view kInvalidArgument = "INVALID_ARGUMENT";
// State.
inline constexpr absl::string_view kProfileNotFound = "PROFILE_NOT_FOUND";
inline constexpr absl::string_view kRevisionNotFound = "REVISION_NOT_FOUND";
inline constexpr absl::string_view kEtagMismatch = "ETAG_MISMATCH";
inline constexpr absl::string_view kRequestIdReused = "REQUEST_ID_REUSED";
inline constexpr absl::string_view kNotAdaptive = "NOT_ADAPTIVE";
inline constexpr absl::string_view kTooFewRows = "TOO_FEW_ROWS";
inline constexpr absl::string_view kNoPredictionSets = "NO_PREDICTION_SETS";
inline constexpr absl::string_view kLoading = "LOADING";
inline constexpr absl::string_view kDraining = "DRAINING";
inline constexpr absl::string_view kOverloaded = "OVERLOADED";
// The store.
inline constexpr absl::string_view kStoreFull = "STORE_FULL";
inline constexpr absl::string_view kStoreUnavailable = "STORE_UNAVAILABLE";
inline constexpr absl::string_view kStoreCorrupted = "STORE_CORRUPTED";
inline constexpr absl::string_view kStoreLocked = "STORE_LOCKED";
inline constexpr absl::string_view kStoreVersion = "STORE_VERSION";
inline constexpr absl::string_view kStoreConflict = "STORE_CONFLICT";
// A bug of ours.
inline constexpr absl::string_view kInternal = "INTERNAL";
}  // namespace reason

// One argument that is wrong.
struct FieldViolation {
  std::string field;        // path in the request, such as "rows.probabilities.values[7]"
  std::string description;  // what is wrong with it and what would be right
};

// Builds a status; converts to absl::Status and, through it, to absl::StatusOr.
class Error {
 public:
  Error(absl::StatusCode code, absl::string_view reason, absl::string_view message);

  // Names the field that is wrong; the description is the message.
  Error& Field(absl::string_view field);
  // Adds one entry to ErrorInfo.metadata.
  Error& Meta(absl::string_view key, absl::string_view value);

  operator absl::Status() const { return status_; }  // NOLINT: conversion is the purpose

 private:
  absl::Status status_;
};

// An Error with code INVALID_ARGUMENT that names a field.
absl::Status InvalidField(absl::string_view reason, absl::string_view field,
                          absl::string_view message);

// The reason in `status`; empty where it has none.
std::string ReasonOf(const absl::Status& status);

// The field violation in `status`; its field is empty where there is none.
FieldViolation FieldViolationOf(const absl::Status& status);

// The metadata in `status`, in the order of the keys.
std::vector<std::pair<std::string, std::string>> MetadataOf(const absl::Status& status);

// `status` with `prefix` put before its field: "values[7]" becomes
// "rows.probabilities.values[7]". A status without a field is returned as it is.
absl::Status PrefixField(const absl::Status& status, absl::string_view prefix);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_ERROR_H_
