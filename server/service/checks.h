// From the messages of the contract to the types of the numbers, with every check that a
// request needs. What is wrong is told with the path of the field.
//
// Thread-safety: pure functions. Views point into the messages they were made from.

#ifndef CALIBRD_SERVER_SERVICE_CHECKS_H_
#define CALIBRD_SERVER_SERVICE_CHECKS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "calibration/labelled_rows.h"
#include "calibration/rows.h"
#include "calibration/v1/calibration_service.pb.h"
#include "server/service/limits.h"

namespace calibrd::service {

namespace proto = ::calibration::v1;

// The labels of a request: their number, and their names where they have names.
struct Labels {
  int count = 0;
  std::vector<std::string> names;
};

// Checks `labels` and `label_count`, of which one has to be set. INVALID_LABELS.
absl::StatusOr<Labels> CheckLabels(
    const google::protobuf::RepeatedPtrField<proto::Label>& labels, int label_count,
    const Limits& limits);

// A checked view of `rows`, the field `field` of a request. INVALID_ROWS,
// VALUE_NOT_FINITE, VALUE_NEGATIVE, ROW_ALL_ZERO.
absl::StatusOr<Rows> RowsView(const proto::Rows& rows, absl::string_view field,
                              int label_count, absl::Span<const std::string> label_names,
                              const Limits& limits);

// Checks that `rows.inputs` is empty or has a text for each row. INVALID_ROWS.
absl::Status CheckInputs(const proto::Rows& rows, absl::string_view field, int64_t count);

// A checked view of `rows`, the field `field` of a request. INVALID_ROWS and those of
// RowsView.
absl::StatusOr<LabelledRows> LabelledRowsView(const proto::LabelledRows& rows,
                                              absl::string_view field, int label_count,
                                              absl::Span<const std::string> label_names,
                                              const Limits& limits);

// INVALID_ARGUMENT.
absl::Status CheckAnnotations(const google::protobuf::Map<std::string, std::string>& map);
absl::Status CheckRequestId(absl::string_view request_id);

// What tells a repeated request from another one with the same id: a hash of its content.
uint64_t Fingerprint(const google::protobuf::Message& request);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_CHECKS_H_
