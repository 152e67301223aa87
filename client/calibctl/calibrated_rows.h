// Corrected rows, written one by one in the order they were read.
//
//   CalibratedRowWriter writer(out, OutputFormat::kJsonLines, labels, style);
//   writer.Write(kept_fields, response);   // for each batch
//   writer.Finish();
//
// As JSON a row is an object: the fields that came with it, then "probabilities",
// "indices" (with top_k), "best", "best_name" (where asked for) and "set" (with
// coverage). Numbers are the shortest that read back as the same float. A table is kept
// until Finish, as its widths depend on every row.
//
// `out` has to outlive the writer. Not safe from two threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_CALIBRATED_ROWS_H_
#define CALIBRD_CLIENT_CALIBCTL_CALIBRATED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "calibration/v1/calibration_service.pb.h"
#include "client/calibctl/label_sets.h"
#include "client/calibctl/session.h"
#include "client/calibctl/terminal/style.h"
#include "client/calibctl/terminal/table.h"
#include "nlohmann/json.hpp"

namespace calibrd::calibctl {

// Whether `response` holds `rows` rows of `width` numbers each, so that it can be read
// without looking further.
absl::Status CheckResponse(const calibration::v1::CalibrateResponse& response,
                           std::size_t rows, std::size_t width);

// Row `row` of a checked response as one JSON object, without a newline. `set` is the
// row's prediction set, null where there is none.
std::string CalibratedRowJson(const nlohmann::ordered_json& kept,
                              const calibration::v1::CalibrateResponse& response,
                              std::size_t row, std::size_t width,
                              const nlohmann::ordered_json& set = nullptr);

class CalibratedRowWriter {
 public:
  // `labels` are the names of the K labels.
  CalibratedRowWriter(std::ostream& out, OutputFormat output,
                      std::vector<std::string> labels, const Style& style);

  // Writes a checked response; `kept` has the fields of each of its rows.
  void Write(const std::vector<nlohmann::ordered_json>& kept,
             const calibration::v1::CalibrateResponse& response);

  void Finish();

 private:
  void WriteJson(const std::string& row);
  void StartTable(const nlohmann::ordered_json& first_row, std::size_t width);
  void AddToTable(const nlohmann::ordered_json& kept,
                  const calibration::v1::CalibrateResponse& response, std::size_t row,
                  std::size_t width, const LabelSets& sets);
  std::string NameOf(int32_t label) const;
  nlohmann::ordered_json SetJson(absl::Span<const int32_t> set, bool names) const;

  std::ostream& out_;
  const OutputFormat output_;
  const std::vector<std::string> labels_;
  const Style style_;
  int64_t rows_ = 0;
  bool text_column_ = false;
  bool label_columns_ = false;
  bool set_column_ = false;
  std::optional<Table> table_;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_CALIBRATED_ROWS_H_
