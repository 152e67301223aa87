// calibctl calibrate NAME [FILE|-] [options]

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/calibctl/calibrated_rows.h"
#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/row_options.h"
#include "client/calibctl/profile_text.h"
#include "client/calibctl/row_batches.h"
#include "client/calibctl/rows/input_file.h"
#include "client/calibctl/terminal/progress.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::CalibrateRequest;
using calibration::v1::Profile;

// Enough that the server works while rows are read and written.
constexpr std::size_t kCallsInFlight = 4;

struct Arguments {
  std::string name;
  std::string file = "-";
  int64_t revision = 0;
  int top_k = 0;
  bool names = false;
  double coverage = 0;
  bool do_not_observe = false;
  std::size_t batch_rows = 1024;
  RowOptions rows;
  std::vector<std::string> keep;
};

absl::StatusOr<RowFilter> Filter(const Arguments& arguments) {
  absl::StatusOr<RowFilter> filter = FilterOf(arguments.rows);
  if (!filter.ok()) return filter;
  for (const std::string& field : arguments.keep) {
    for (const char* ours : {"probabilities", "indices", "best", "best_name", "set"}) {
      if (field == ours) {
        return absl::InvalidArgumentError(
            absl::StrCat("--keep ", field, ": the output has a field of this name"));
      }
    }
    filter->keep.push_back(field);
  }
  return filter;
}

CalibrateRequest PatternOf(const Arguments& arguments, const Profile& profile) {
  CalibrateRequest pattern;
  pattern.set_name(profile.name());
  // All rows of a run are corrected by one revision, whoever fits meanwhile.
  pattern.set_revision(profile.revision());
  pattern.set_top_k(arguments.top_k);
  pattern.set_include_label_names(arguments.names);
  pattern.set_coverage(arguments.coverage);
  pattern.set_do_not_observe(arguments.do_not_observe);
  return pattern;
}

std::optional<double> FractionRead(const RowReader& reader, const InputFile& file) {
  if (!file.size() || *file.size() == 0) return std::nullopt;
  return static_cast<double>(reader.bytes()) / static_cast<double>(*file.size());
}

// Reads, sends and writes until the rows are at their end. A row that cannot be read
// ends the run once the batches before it are written.
absl::Status Stream(Session& session, BatchReader& batches, BatchCalls& calls,
                    CalibratedRowWriter& writer,
                    const std::function<std::optional<double>()>& fraction_read) {
  // Rows on the same terminal would run through the line.
  const bool shown =
      session.console().err_is_terminal && !session.console().out_is_terminal;
  Progress progress(session.err(), shown, absl::Now());
  absl::Status read;
  int64_t rows = 0;
  bool more = true;
  while (session.out().good() && (more || calls.in_flight() > 0)) {
    if (more && calls.in_flight() < kCallsInFlight) {
      absl::StatusOr<std::optional<RowBatch>> batch = batches.Next();
      read = batch.status();
      more = batch.ok() && batch->has_value();
      if (more) calls.Send(**std::move(batch));
      continue;
    }
    const absl::StatusOr<AnsweredBatch> answered = calls.Take();
    if (!answered.ok()) {
      progress.Finish();
      return answered.status();
    }
    writer.Write(answered->kept, answered->response);
    rows += static_cast<int64_t>(answered->kept.size());
    progress.Update(rows, fraction_read(), absl::Now());
  }
  progress.Finish();
  return read;
}

absl::Status Calibrate(Session& session, const Arguments& arguments) {
  const OutputFormat output = session.OutputOr(OutputFormat::kJsonLines);
  if (output == OutputFormat::kNames) {
    return absl::InvalidArgumentError("calibrate has no --output=names");
  }
  absl::StatusOr<RowFilter> filter = Filter(arguments);
  if (!filter.ok()) return filter.status();
  absl::StatusOr<InputFile> file = InputFile::Open(arguments.file, session.console().in);
  if (!file.ok()) return file.status();
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  const absl::StatusOr<Profile> profile =
      server->GetProfile(arguments.name, arguments.revision);
  if (!profile.ok()) return profile.status();
  const absl::StatusOr<LabelColumns> columns =
      ColumnsOf(*profile, arguments.rows.aliases);
  if (!columns.ok()) return columns.status();

  RowReader reader(file->stream(), file->name(), *columns, *std::move(filter));
  const auto label_count = static_cast<std::size_t>(columns->count());
  const auto top_k = static_cast<std::size_t>(arguments.top_k);
  BatchReader batches(reader, RowsPerCall(arguments.batch_rows, label_count),
                      PatternOf(arguments, *profile));
  BatchCalls calls(*server, top_k == 0 ? label_count : top_k);
  CalibratedRowWriter writer(session.out(), output, LabelNames(*profile),
                             session.style());
  absl::Status streamed = Stream(session, batches, calls, writer,
                                 [&] { return FractionRead(reader, *file); });
  if (streamed.ok()) writer.Finish();
  return streamed;
}

}  // namespace

void AddCalibrate(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("calibrate", "Correct rows, one line for each");
  AddProfileName(*command, arguments->name);
  command->add_option("FILE", arguments->file, "The rows; - or nothing is standard input")
      ->type_name(kFileValue);
  command->add_option("--revision", arguments->revision,
                      "The revision to apply, in place of the active one");
  command
      ->add_option("--top-k", arguments->top_k,
                   "Only the K largest probabilities of each row, largest first")
      ->check(CLI::Range(0, std::numeric_limits<int>::max()));
  command->add_flag("--names", arguments->names,
                    "Add the name of the best label; name the labels of sets");
  command
      ->add_option("--coverage", arguments->coverage,
                   "Add a set of labels that holds the right one with this probability, "
                   "such as 0.9; for profiles with prediction sets")
      ->check(CLI::PositiveNumber);
  command->add_flag("--do-not-observe", arguments->do_not_observe,
                    "Answer only: adaptive profiles do not learn from the rows, and "
                    "drift and signal do not count them");
  command
      ->add_option("--batch-rows", arguments->batch_rows,
                   "How many rows go into one call at most (1024)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  AddRowOptions(*command, arguments->rows);
  command
      ->add_option("--keep", arguments->keep,
                   "A field to copy to the output, as id, text and input are; repeatable")
      ->allow_extra_args(false);
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) {
      return Calibrate(session, *arguments);
    };
  });
}

}  // namespace calibrd::calibctl
