#include "client/calibctl/commands/fit_request.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/calibctl/rows/input_file.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::FitOptions;
using calibration::v1::FitProfileRequest;
using calibration::v1::LabelledRows;
using calibration::v1::Rows;

// The server repeats at most so many bytes of an input in the bias report.
constexpr std::size_t kLongestInput = 4096;

// `text` cut to what the server takes, between two characters.
std::string CutInput(std::string text) {
  if (text.size() <= kLongestInput) return text;
  std::size_t end = kLongestInput;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

// All rows of a file; with their right labels where the filter asks for these.
absl::StatusOr<LabelledRows> ReadRows(InputFile& file, const LabelColumns& columns,
                                      RowFilter filter) {
  const std::optional<GoldFields> gold = filter.gold;
  RowReader reader(file.stream(), file.name(), columns, std::move(filter));
  LabelledRows labelled;
  Rows& rows = *labelled.mutable_rows();
  std::vector<float> values;
  int64_t count = 0;
  while (true) {
    absl::StatusOr<std::optional<LabelRow>> next = reader.Next();
    if (!next.ok()) return next.status();
    if (!next->has_value()) break;
    LabelRow& row = **next;
    ++count;
    values.insert(values.end(), row.values.begin(), row.values.end());
    if (gold) labelled.add_labels(row.gold.label);
    if (gold && !gold->weight.empty()) labelled.add_weights(row.gold.weight);
    // The bias report repeats the texts; labelled rows have none.
    if (row.input && !gold) rows.add_inputs(CutInput(*std::move(row.input)));
  }
  // Inputs are for all rows or for none.
  if (rows.inputs_size() != count) rows.clear_inputs();
  auto& matrix = reader.unit() == RowUnit::kProbability
                     ? *rows.mutable_probabilities()
                     : *rows.mutable_log_probabilities();
  matrix.mutable_values()->Add(values.begin(), values.end());
  return labelled;
}

absl::Status CheckOneSource(const FitArguments& arguments) {
  int given = arguments.observed ? 1 : 0;
  for (const std::string* file : {&arguments.content_free, &arguments.domain,
                                  &arguments.unlabelled, &arguments.labelled}) {
    if (!file->empty()) ++given;
  }
  if (given == 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "fit needs exactly one of --content-free, --domain, --unlabelled, --labelled and "
      "--observed");
}

absl::StatusOr<LabelledRows> ReadFile(const std::string& path,
                                      const FitArguments& arguments,
                                      const LabelColumns& columns,
                                      std::istream& standard_input) {
  absl::StatusOr<RowFilter> filter = FilterOf(arguments.rows);
  if (!filter.ok()) return filter.status();
  if (!arguments.labelled.empty()) filter->gold = arguments.gold;
  absl::StatusOr<InputFile> file = InputFile::Open(path, standard_input);
  if (!file.ok()) return file.status();
  return ReadRows(*file, columns, *std::move(filter));
}

// Reads the file of the one source that is given.
absl::Status AddRows(const FitArguments& arguments, const LabelColumns& columns,
                     std::istream& standard_input, FitProfileRequest& request) {
  struct Source {
    const std::string& file;
    Rows* (FitProfileRequest::*rows)();
  };
  for (const Source& source :
       {Source{arguments.content_free, &FitProfileRequest::mutable_content_free},
        Source{arguments.domain, &FitProfileRequest::mutable_domain},
        Source{arguments.unlabelled, &FitProfileRequest::mutable_unlabelled}}) {
    if (source.file.empty()) continue;
    absl::StatusOr<LabelledRows> rows =
        ReadFile(source.file, arguments, columns, standard_input);
    if (!rows.ok()) return rows.status();
    *(request.*source.rows)() = std::move(*rows->mutable_rows());
    return absl::OkStatus();
  }
  absl::StatusOr<LabelledRows> rows =
      ReadFile(arguments.labelled, arguments, columns, standard_input);
  if (!rows.ok()) return rows.status();
  *request.mutable_labelled() = *std::move(rows);
  return absl::OkStatus();
}

// The labels, and the rows that are read with them.
absl::Status AddLabelsAndRows(const FitArguments& arguments, std::istream& standard_input,
                              FitProfileRequest& request) {
  absl::StatusOr<std::vector<std::string>> labels = ParseLabelNames(arguments.labels);
  if (!labels.ok()) return labels.status();
  for (const std::string& label : *labels) request.add_labels()->set_name(label);
  if (labels->empty()) request.set_label_count(arguments.label_count);
  const absl::StatusOr<LabelColumns> columns = LabelColumns::Make(
      *std::move(labels), arguments.label_count, arguments.rows.aliases);
  if (!columns.ok()) return columns.status();
  return AddRows(arguments, *columns, standard_input, request);
}

absl::Status AddObserved(const FitArguments& arguments, FitProfileRequest& request) {
  if (!arguments.labels.empty() || arguments.label_count != 0) {
    return absl::InvalidArgumentError(
        "--observed keeps the labels of the profile: leave out --labels and "
        "--label-count");
  }
  request.mutable_observed()->set_min_rows(arguments.min_rows);
  return absl::OkStatus();
}

absl::Status AddAnnotations(const FitArguments& arguments, FitProfileRequest& request) {
  for (const std::string& annotation : arguments.annotations) {
    const std::pair<std::string, std::string> entry =
        absl::StrSplit(annotation, absl::MaxSplits('=', 1));
    if (entry.first.empty() || annotation.find('=') == std::string::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("--annotation ", annotation, ": the form is KEY=VALUE"));
    }
    (*request.mutable_annotations())[entry.first] = entry.second;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FitProfileRequest> MakeFitRequest(const FitArguments& arguments,
                                                 std::istream& standard_input) {
  if (absl::Status one = CheckOneSource(arguments); !one.ok()) return one;
  FitProfileRequest request;
  request.set_name(arguments.name);
  request.set_etag(arguments.etag);
  request.set_request_id(arguments.request_id);
  request.set_validate_only(arguments.validate_only);
  const absl::StatusOr<FitOptions> options =
      MakeFitOptions(arguments.method, !arguments.labelled.empty());
  if (!options.ok()) return options.status();
  if (options->ByteSizeLong() > 0) *request.mutable_options() = *options;
  absl::Status added = AddAnnotations(arguments, request);
  if (added.ok()) {
    added = arguments.observed ? AddObserved(arguments, request)
                               : AddLabelsAndRows(arguments, standard_input, request);
  }
  if (!added.ok()) return added;
  return request;
}

}  // namespace calibrd::calibctl
