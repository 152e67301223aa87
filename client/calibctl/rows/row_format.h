// One row, as JSON: the formats that calibctl reads.
//
//   [0.9, 0.1]
//   {"probabilities": [0.9, 0.1]}
//   {"probabilities": {"Negative": 0.9, "Positive": 0.1}}
//   {"logprobs": [-0.1, -2.3]}                    or "log_probabilities"
//   {"logprobs": {"Negative": -0.1, "Positive": -2.3}}
//
// Probabilities are finite and >= 0; logarithms are natural, in nats, and may be the
// string "-Infinity", as JSON has no such number. A map names every label of the
// profile, or one of its aliases; probabilities of names that share a label are added.
//
// Errors say what is wrong with the row; the reader adds file and line. Pure
// functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_FORMAT_H_
#define CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_FORMAT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/calibctl/rows/label_columns.h"
#include "nlohmann/json.hpp"

namespace calibrd::calibctl {

enum class RowUnit { kProbability, kLogProbability };
enum class RowShape { kBareArray, kArray, kMap };

struct RowFormat {
  RowUnit unit = RowUnit::kProbability;
  RowShape shape = RowShape::kBareArray;

  friend bool operator==(const RowFormat&, const RowFormat&) = default;
};

// Such as "a map of log-probabilities".
std::string Describe(const RowFormat& format);

// What a row's numbers are, and the JSON that holds them.
struct RowNumbers {
  RowFormat format;
  const nlohmann::json* numbers = nullptr;  // points into the value
};

// Finds the numbers in the value of one row.
absl::StatusOr<RowNumbers> FindNumbers(const nlohmann::json& value);

// The K numbers of a row, in the order of the columns. At least one of them stands
// for a probability above zero.
absl::StatusOr<std::vector<float>> ReadNumbers(const RowNumbers& row,
                                               const LabelColumns& columns);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_FORMAT_H_
