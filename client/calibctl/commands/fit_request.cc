#include "client/calibctl/commands/fit_request.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/calibctl/rows/input_file.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::FitOptions;
using calibration::v1::FitProfileRequest;
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

absl::StatusOr<Rows> ReadRows(InputFile& file, const LabelColumns& columns,
                              RowFilter filter) {
  RowReader reader(file.stream(), file.name(), columns, std::move(filter));
  Rows rows;
  std::vector<float> values;
  int64_t count = 0;
  while (true) {
    absl::StatusOr<std::optional<LabelRow>> next = reader.Next();
    if (!next.ok()) return next.status();
    if (!next->has_value()) break;
    LabelRow& row = **next;
    ++count;
    values.insert(values.end(), row.values.begin(), row.values.end());
    if (row.input) rows.add_inputs(CutInput(*std::move(row.input)));
  }
  // Inputs are for all rows or for none.
  if (rows.inputs_size() != count) rows.clear_inputs();
  auto& matrix = reader.unit() == RowUnit::kProbability
                     ? *rows.mutable_probabilities()
                     : *rows.mutable_log_probabilities();
  matrix.mutable_values()->Add(values.begin(), values.end());
  return rows;
}

absl::StatusOr<std::string> SourceFile(const FitArguments& arguments) {
  std::string file;
  int given = 0;
  for (const std::string& source :
       {arguments.content_free, arguments.domain, arguments.unlabelled}) {
    if (source.empty()) continue;
    file = source;
    ++given;
  }
  if (given == 1) return file;
  return absl::InvalidArgumentError(
      "fit needs rows: exactly one of --content-free, --domain and --unlabelled");
}

absl::Status AddRows(const FitArguments& arguments, const LabelColumns& columns,
                     std::istream& standard_input, FitProfileRequest& request) {
  const absl::StatusOr<std::string> path = SourceFile(arguments);
  if (!path.ok()) return path.status();
  absl::StatusOr<RowFilter> filter = FilterOf(arguments.rows);
  if (!filter.ok()) return filter.status();
  absl::StatusOr<InputFile> file = InputFile::Open(*path, standard_input);
  if (!file.ok()) return file.status();
  absl::StatusOr<Rows> rows = ReadRows(*file, columns, *std::move(filter));
  if (!rows.ok()) return rows.status();
  Rows& source = !arguments.content_free.empty() ? *request.mutable_content_free()
                 : !arguments.domain.empty()     ? *request.mutable_domain()
                                                 : *request.mutable_unlabelled();
  source = *std::move(rows);
  return absl::OkStatus();
}

absl::Status AddOptions(const FitArguments& arguments, FitOptions& options) {
  // The command line has checked each word against the ones it offers.
  if (arguments.weights == "diagonal") options.set_weights(FitOptions::WEIGHTS_DIAGONAL);
  if (arguments.weights == "identity") options.set_weights(FitOptions::WEIGHTS_IDENTITY);
  if (arguments.formula == "normalized")
    options.set_output(FitOptions::OUTPUT_NORMALIZED);
  if (arguments.formula == "softmax") options.set_output(FitOptions::OUTPUT_SOFTMAX);
  if (arguments.pooling == "parameters") {
    options.set_pooling(FitOptions::POOLING_PARAMETERS);
  } else if (arguments.pooling == "probabilities") {
    options.set_pooling(FitOptions::POOLING_PROBABILITIES);
  } else if (arguments.pooling == "minimum") {
    options.set_pooling(FitOptions::POOLING_MINIMUM);
  }
  if (arguments.normalize == "before") {
    options.set_normalize(FitOptions::NORMALIZE_BEFORE_POOLING);
  } else if (arguments.normalize == "after") {
    options.set_normalize(FitOptions::NORMALIZE_AFTER_POOLING);
  }
  options.set_min_probability(arguments.min_probability);
  if (arguments.target_prior.empty()) return absl::OkStatus();
  for (const absl::string_view text : absl::StrSplit(arguments.target_prior, ',')) {
    double share = 0;
    if (!absl::SimpleAtod(text, &share)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--target-prior: \"", text, "\" is not a number"));
    }
    options.add_target_prior(share);
  }
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
  FitProfileRequest request;
  request.set_name(arguments.name);
  request.set_etag(arguments.etag);
  request.set_request_id(arguments.request_id);
  request.set_validate_only(arguments.validate_only);
  absl::StatusOr<std::vector<std::string>> labels = ParseLabelNames(arguments.labels);
  if (!labels.ok()) return labels.status();
  for (const std::string& label : *labels) request.add_labels()->set_name(label);
  if (labels->empty()) request.set_label_count(arguments.label_count);
  const absl::StatusOr<LabelColumns> columns = LabelColumns::Make(
      *std::move(labels), arguments.label_count, arguments.rows.aliases);
  if (!columns.ok()) return columns.status();
  absl::Status added = AddOptions(arguments, *request.mutable_options());
  if (added.ok()) added = AddAnnotations(arguments, request);
  if (added.ok()) added = AddRows(arguments, *columns, standard_input, request);
  if (!added.ok()) return added;
  return request;
}

}  // namespace calibrd::calibctl
