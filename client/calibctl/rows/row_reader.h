// Reads rows from a stream, one at a time, so that a file may be of any length.
//
//   RowReader reader(stream, "rows.jsonl", columns, filter);
//   while (true) {
//     absl::StatusOr<std::optional<LabelRow>> row = reader.Next();
//     if (!row.ok()) return row.status();      // "rows.jsonl:12: label \"No\" is
//     missing" if (!row->has_value()) break;
//   }
//
// The stream holds JSON lines, one row a line (empty lines are skipped), or one JSON
// array of rows, which is read as a whole. row_format.h says what a row is; all rows of
// a stream have one format. An input without any row is an error.
//
// The stream and the columns have to outlive the reader. Not safe from two threads.

#ifndef CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_READER_H_
#define CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_READER_H_

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/calibctl/rows/gold_label.h"
#include "client/calibctl/rows/label_columns.h"
#include "client/calibctl/rows/row_format.h"
#include "nlohmann/json.hpp"

namespace calibrd::calibctl {

// One row with what came along with it.
struct LabelRow {
  std::vector<float> values;         // K numbers in the unit of the reader
  std::optional<std::string> input;  // the field "text" or "input"
  nlohmann::ordered_json kept;       // the fields to pass on
  std::string place;                 // "rows.jsonl:12"
  GoldLabel gold;                    // where the filter asks for it
};

// A condition on a field of a line, from --select FIELD=VALUE.
struct Selection {
  std::string field;
  std::string value;  // a string's text, or another value as JSON: 3, true, null
};

// Reads FIELD=VALUE; the first "=" divides.
absl::StatusOr<Selection> ParseSelection(absl::string_view text);

// What to take from the lines.
struct RowFilter {
  std::vector<Selection> selections;  // a line has to meet all of them
  std::vector<std::string> keep = {"id", "text", "input"};  // fields to pass on
  std::optional<GoldFields> gold;  // where the right labels stand; nothing: not read
};

class RowReader {
 public:
  RowReader(std::istream& stream, std::string name, const LabelColumns& columns,
            RowFilter filter);

  // The next row; nothing at the end.
  absl::StatusOr<std::optional<LabelRow>> Next();

  // The unit of the rows that were read so far.
  RowUnit unit() const { return format_ ? format_->unit : RowUnit::kProbability; }

  // The bytes that were read so far.
  int64_t bytes() const { return bytes_; }

 private:
  absl::StatusOr<std::optional<nlohmann::json>> NextValue();
  absl::StatusOr<std::optional<nlohmann::json>> NextLine();
  bool ReadLine(std::string& line);
  bool StartsDocument(std::string& line);
  absl::Status ReadDocument(std::string text);
  absl::StatusOr<nlohmann::json> Parse(const std::string& text, int64_t first_line) const;
  bool Selected(const nlohmann::json& value) const;
  absl::StatusOr<LabelRow> ReadRow(const nlohmann::json& value);
  absl::Status AtPlace(const absl::Status& status) const;
  absl::Status CheckEnd() const;

  std::istream& stream_;
  const std::string name_;
  const LabelColumns& columns_;
  const RowFilter filter_;

  std::optional<RowFormat> format_;
  std::string place_;
  int64_t line_ = 0;
  int64_t bytes_ = 0;
  int64_t values_seen_ = 0;
  int64_t rows_read_ = 0;
  std::optional<nlohmann::json> document_;  // where the input is one array
  std::size_t next_in_document_ = 0;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_ROWS_ROW_READER_H_
