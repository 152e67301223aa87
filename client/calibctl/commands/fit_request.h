// What `calibctl fit` was told, and the request that it makes of it.
//
//   absl::StatusOr<FitProfileRequest> request = MakeFitRequest(arguments, console.in);
//
// Errors are local: nothing is sent. Used by one thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_REQUEST_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_REQUEST_H_

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "client/calibctl/commands/fit_method.h"
#include "client/calibctl/commands/row_options.h"

namespace calibrd::calibctl {

struct FitArguments {
  std::string name;
  std::string labels;  // divided by commas, or a JSON array
  int label_count = 0;
  std::string content_free;  // a file; exactly one source is set
  std::string domain;
  std::string unlabelled;
  std::string labelled;
  bool observed = false;
  int64_t min_rows = 0;  // with `observed`; 0: the server's default
  GoldFields gold;       // of `labelled`
  RowOptions rows;
  MethodArguments method;
  std::string etag;
  std::string request_id;
  bool validate_only = false;
  std::vector<std::string> annotations;  // KEY=VALUE
  int max_labels = 20;
};

// Reads the rows and puts the request together. Options that were not given are not
// set, so that an observed refit keeps those of the profile.
absl::StatusOr<calibration::v1::FitProfileRequest> MakeFitRequest(
    const FitArguments& arguments, std::istream& standard_input);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_REQUEST_H_
