// How `calibctl fit` was told to fit, and the options that it makes of it.
//
//   AddMethodOptions(command, arguments);      // declares --method, --weights, …
//   absl::StatusOr<FitOptions> options = MakeFitOptions(arguments, /*labelled=*/true);
//
// What was not said stays unset, so that the server's defaults hold. Errors are local,
// and about options that would have no effect; what goes together is the server's to
// say. Used by one thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_METHOD_H_
#define CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_METHOD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "calibration/v1/profile.pb.h"

namespace calibrd::calibctl {

struct MethodArguments {
  std::string method;

  // Of rows without labels.
  std::string weights;
  std::string formula;
  std::string pooling;
  std::string normalize;
  std::string target_prior;  // numbers, divided by commas
  double min_probability = 0;

  // Of labelled rows.
  std::optional<double> regularize_weights;
  std::optional<double> regularize_bias;
  int bin_count = 0;

  // Adaptive profiles. 0: the server's default.
  bool adaptive = false;
  double prior_strength = 0;
  double half_life_rows = 0;
  int64_t adapt_after_rows = 0;
  double max_shift = 0;
  bool paused = false;

  // Prediction sets.
  std::string prediction_sets;  // a score
  double holdout = 0;
};

// The methods as users write them, in the order of the contract: prior, none, …
std::vector<std::string> MethodWords();

// Declares the options, in groups.
void AddMethodOptions(CLI::App& command, MethodArguments& arguments);

// `labelled`: whether the rows of the fit have labels.
absl::StatusOr<calibration::v1::FitOptions> MakeFitOptions(
    const MethodArguments& arguments, bool labelled);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_COMMANDS_FIT_METHOD_H_
