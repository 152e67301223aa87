// Labelled rows of files, as the messages of an evaluation.
//
//   LabelledMessages messages(std::move(files), columns, filter, rows_per_message);
//   while (true) {
//     absl::StatusOr<std::optional<LabelledRows>> rows = messages.Next();
//     …                                  // an error, the end, or rows to send
//   }
//   return messages.AtPlace(status);     // what the server says of message 3, row 17
//
// Only one message is in memory at a time, and where its rows stood. All rows have one
// unit, as the server wants it. `columns` has to outlive this. Used by one thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_EVALUATION_LABELLED_MESSAGES_H_
#define CALIBRD_CLIENT_CALIBCTL_EVALUATION_LABELLED_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "calibration/v1/rows.pb.h"
#include "client/calibctl/rows/input_file.h"
#include "client/calibctl/rows/row_places.h"
#include "client/calibctl/rows/row_reader.h"

namespace calibrd::calibctl {

class LabelledMessages {
 public:
  // `filter` says where the right labels stand. Files are read in their order.
  LabelledMessages(std::vector<InputFile> files, const LabelColumns& columns,
                   RowFilter filter, std::size_t rows_per_message);

  // The next rows with their labels; nothing at the end of the last file. An error names
  // the file and the line.
  absl::StatusOr<std::optional<calibration::v1::LabelledRows>> Next();

  // How many rows were read.
  int64_t rows() const { return places_.size(); }

  // How much of the files is read, 0 … 1, where their sizes are known.
  std::optional<double> FractionRead() const;

  // `status` of the server with the place of the rows that it is about, if it says which.
  absl::Status AtPlace(const absl::Status& status) const;

 private:
  absl::StatusOr<std::optional<LabelRow>> NextRow();
  absl::Status CheckUnit(const LabelRow& row);
  std::string PlaceOf(int64_t message, std::optional<int64_t> row) const;

  std::vector<InputFile> files_;
  const LabelColumns& columns_;
  const RowFilter filter_;
  const std::size_t rows_per_message_;

  std::size_t file_ = 0;             // the one that is read
  std::optional<RowReader> reader_;  // of that file
  int64_t bytes_before_ = 0;         // of the files before it
  std::optional<RowUnit> unit_;      // of all rows
  RowPlaces places_;
  std::vector<int64_t> first_rows_;  // of each message
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_EVALUATION_LABELLED_MESSAGES_H_
