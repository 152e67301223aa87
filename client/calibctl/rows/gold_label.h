// The right label of a row, and how much the row counts, from fields beside its numbers.
//
//   {"probabilities": [0.9, 0.1], "label": "Negative", "weight": 2}
//   {"probabilities": [0.9, 0.1], "label": 0}
//
// A label is a name or an alias of the profile's labels, in quotes, or an index from 0.
// A number that is an index of one label and the name of another is refused: nobody can
// tell which is meant. A weight is a finite number >= 0.
//
// Errors say what is wrong with the field; the reader adds file and line. Pure
// functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_ROWS_GOLD_LABEL_H_
#define CALIBRD_CLIENT_CALIBCTL_ROWS_GOLD_LABEL_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client/calibctl/rows/label_columns.h"
#include "nlohmann/json.hpp"

namespace calibrd::calibctl {

// Where the right answers stand.
struct GoldFields {
  std::string label = "label";
  std::string weight;  // empty: each row counts 1
};

struct GoldLabel {
  int32_t label = 0;  // 0 … K-1
  float weight = 1;
};

// The right label of the row `value`.
absl::StatusOr<GoldLabel> ReadGoldLabel(const nlohmann::json& value,
                                        const GoldFields& fields,
                                        const LabelColumns& columns);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_ROWS_GOLD_LABEL_H_
