#include "client/calibctl/evaluation/labelled_messages.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/calibctl/server_status.h"
#include "google/rpc/error_details.pb.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::LabelledRows;

// The number that the server's ErrorInfo holds under `key`.
std::optional<int64_t> NumberOf(const absl::Status& status, const char* key) {
  const google::rpc::Status details = ServerDetails(status);
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo error;
    if (!detail.UnpackTo(&error)) continue;
    const auto found = error.metadata().find(key);
    int64_t number = 0;
    if (found != error.metadata().end() && absl::SimpleAtoi(found->second, &number)) {
      return number;
    }
  }
  return std::nullopt;
}

}  // namespace

LabelledMessages::LabelledMessages(std::vector<InputFile> files,
                                   const LabelColumns& columns, RowFilter filter,
                                   std::size_t rows_per_message)
    : files_(std::move(files)),
      columns_(columns),
      filter_(std::move(filter)),
      rows_per_message_(rows_per_message) {}

absl::StatusOr<std::optional<LabelledRows>> LabelledMessages::Next() {
  LabelledRows message;
  std::vector<float> values;
  const int64_t first_row = rows();
  while (static_cast<std::size_t>(message.labels_size()) < rows_per_message_) {
    absl::StatusOr<std::optional<LabelRow>> next = NextRow();
    if (!next.ok()) return next.status();
    if (!next->has_value()) break;
    const LabelRow& row = **next;
    places_.Add(row.place);
    values.insert(values.end(), row.values.begin(), row.values.end());
    message.add_labels(row.gold.label);
  }
  if (message.labels().empty()) return std::optional<LabelledRows>();
  first_rows_.push_back(first_row);
  auto& matrix = *unit_ == RowUnit::kProbability
                     ? *message.mutable_rows()->mutable_probabilities()
                     : *message.mutable_rows()->mutable_log_probabilities();
  matrix.mutable_values()->Add(values.begin(), values.end());
  return std::optional<LabelledRows>(std::move(message));
}

absl::StatusOr<std::optional<LabelRow>> LabelledMessages::NextRow() {
  while (file_ < files_.size()) {
    InputFile& file = files_[file_];
    if (!reader_) reader_.emplace(file.stream(), file.name(), columns_, filter_);
    absl::StatusOr<std::optional<LabelRow>> row = reader_->Next();
    if (!row.ok()) return row;
    if (row->has_value()) {
      if (absl::Status unit = CheckUnit(**row); !unit.ok()) return unit;
      return row;
    }
    bytes_before_ += reader_->bytes();
    reader_.reset();
    ++file_;
  }
  return std::optional<LabelRow>();
}

// One file has one format; files may differ, but not in their unit.
absl::Status LabelledMessages::CheckUnit(const LabelRow& row) {
  if (!unit_) unit_ = reader_->unit();
  if (*unit_ == reader_->unit()) return absl::OkStatus();
  const bool logs = *unit_ == RowUnit::kProbability;
  return absl::InvalidArgumentError(absl::StrCat(
      row.place, ": this row has ", logs ? "log-probabilities" : "probabilities",
      ", those of the file before have ", logs ? "probabilities" : "log-probabilities"));
}

std::optional<double> LabelledMessages::FractionRead() const {
  int64_t size = 0;
  for (const InputFile& file : files_) {
    if (!file.size()) return std::nullopt;
    size += *file.size();
  }
  if (size == 0) return std::nullopt;
  const int64_t read = bytes_before_ + (reader_ ? reader_->bytes() : 0);
  return static_cast<double>(read) / static_cast<double>(size);
}

absl::Status LabelledMessages::AtPlace(const absl::Status& status) const {
  const std::optional<int64_t> message = NumberOf(status, "message");
  if (!message || *message < 0 || *message >= static_cast<int64_t>(first_rows_.size())) {
    return status;
  }
  return WithContext(status, PlaceOf(*message, NumberOf(status, "row")));
}

// The place of a row of a message; of all its rows, where the row is not known.
std::string LabelledMessages::PlaceOf(int64_t message, std::optional<int64_t> row) const {
  const auto index = static_cast<std::size_t>(message);
  const int64_t first = first_rows_[index];
  const int64_t end = index + 1 < first_rows_.size() ? first_rows_[index + 1] : rows();
  if (row && *row >= 0 && first + *row < end) return places_.Of(first + *row);
  return places_.Between(first, end - 1);
}

}  // namespace calibrd::calibctl
