// What `calibctl fit` was told, and the request that it makes of it.
//
//   absl::StatusOr<FitProfileRequest> request = MakeFitRequest(arguments, console.in);
//
// Errors are local: nothing is sent. Used by one thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_REQUEST_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_REQUEST_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "calibration/v1/calibration_service.pb.h"
#include "client/calibctl/commands/row_options.h"

namespace calibrd::calibctl {

struct FitArguments {
  std::string name;
  std::string labels;  // divided by commas, or a JSON array
  int label_count = 0;
  std::string content_free;  // a file; exactly one of the three is set
  std::string domain;
  std::string unlabelled;
  RowOptions rows;
  std::string weights;
  std::string formula;
  std::string pooling;
  std::string normalize;
  std::string target_prior;  // numbers, divided by commas
  double min_probability = 0;
  std::string etag;
  std::string request_id;
  bool validate_only = false;
  std::vector<std::string> annotations;  // KEY=VALUE
  int max_labels = 20;
};

// Reads the rows and puts the request together.
absl::StatusOr<calibration::v1::FitProfileRequest> MakeFitRequest(
    const FitArguments& arguments, std::istream& standard_input);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_REQUEST_H_
