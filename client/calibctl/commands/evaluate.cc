// calibctl evaluate NAME [FILE…] [options]

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/fit_method.h"
#include "client/calibctl/commands/prior_after.h"
#include "client/calibctl/commands/row_options.h"
#include "client/calibctl/evaluation/evaluation_text.h"
#include "client/calibctl/evaluation/labelled_messages.h"
#include "client/calibctl/message_json.h"
#include "client/calibctl/output_file.h"
#include "client/calibctl/page/evaluation_page.h"
#include "client/calibctl/profile_text.h"
#include "client/calibctl/row_batches.h"
#include "client/calibctl/terminal/progress.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::EvaluateProfileRequest;
using calibration::v1::Evaluation;
using calibration::v1::EvaluationOptions;
using calibration::v1::LabelledRows;
using calibration::v1::Method;
using calibration::v1::Profile;

// Comparing many methods on many rows takes minutes.
constexpr absl::Duration kPatience = absl::Minutes(10);

struct Arguments {
  std::string name;
  std::vector<std::string> files = {"-"};
  int64_t revision = 0;
  std::vector<std::string> methods;
  bool measure_only = false;
  // 0: the server's default.
  int folds = 0;
  int resamples = 0;
  double confidence = 0;
  int bin_count = 0;
  uint64_t seed = 0;
  GoldFields gold;
  RowOptions rows;
  std::size_t batch_rows = 1024;
  int max_labels = 20;
  std::string html;  // a file; empty: no page
};

EvaluationOptions OptionsOf(const Arguments& arguments) {
  EvaluationOptions options;
  for (const std::string& method : arguments.methods) {
    // The command line has checked the word against the ones it offers.
    options.add_methods(EnumOf<Method>(method, "METHOD_"));
  }
  options.set_measure_only(arguments.measure_only);
  options.set_folds(arguments.folds);
  options.set_resamples(arguments.resamples);
  options.set_confidence(arguments.confidence);
  options.set_bin_count(arguments.bin_count);
  options.set_seed(arguments.seed);
  return options;
}

absl::StatusOr<std::vector<InputFile>> OpenFiles(const Arguments& arguments,
                                                 std::istream& standard_input) {
  std::vector<InputFile> files;
  for (const std::string& path : arguments.files) {
    absl::StatusOr<InputFile> file = InputFile::Open(path, standard_input);
    if (!file.ok()) return file.status();
    files.push_back(*std::move(file));
  }
  return files;
}

// Sends every row; then waits for what the server makes of them.
absl::StatusOr<Evaluation> SendRows(Session& session, const Connection& server,
                                    EvaluateProfileRequest request,
                                    LabelledMessages& messages) {
  Progress progress(session.err(), session.console().err_is_terminal, absl::Now());
  auto stream = server.OpenStream(&Connection::Stub::PrepareAsyncEvaluateProfile);
  while (true) {
    absl::StatusOr<std::optional<LabelledRows>> rows = messages.Next();
    if (!rows.ok()) {
      progress.Finish();
      return rows.status();
    }
    if (!rows->has_value()) break;
    *request.mutable_rows() = **std::move(rows);
    if (!stream->Send(request)) break;
    progress.Update(messages.rows(), messages.FractionRead(), absl::Now());
    request.Clear();  // name, revision and options belong to the first message
  }
  progress.Note(absl::StrCat(WithThousands(messages.rows()), " rows sent, measuring …"));
  absl::StatusOr<Evaluation> evaluation = stream->Finish();
  progress.Finish();
  if (!evaluation.ok()) return messages.AtPlace(evaluation.status());
  return evaluation;
}

absl::Status WriteEvaluation(Session& session, const Arguments& arguments,
                             const Profile& profile, const Evaluation& evaluation) {
  const OutputFormat output = session.OutputOr(OutputFormat::kTable);
  if (output == OutputFormat::kTable) {
    session.out() << EvaluationText(evaluation, LabelNames(profile), arguments.max_labels,
                                    session.style());
    return absl::OkStatus();
  }
  const absl::StatusOr<std::string> json =
      ToJson(evaluation, output == OutputFormat::kJsonLines ? JsonLayout::kOneLine
                                                            : JsonLayout::kPretty);
  if (!json.ok()) return json.status();
  session.out() << *json;
  return absl::OkStatus();
}

// Nothing where no page is asked for.
absl::StatusOr<std::optional<OutputFile>> CreatePage(const Arguments& arguments) {
  if (arguments.html.empty()) return std::optional<OutputFile>();
  absl::StatusOr<OutputFile> file = OutputFile::Create(arguments.html);
  if (!file.ok()) {
    return absl::Status(file.status().code(),
                        absl::StrCat("--html ", file.status().message()));
  }
  return std::optional<OutputFile>(*std::move(file));
}

absl::Status WritePage(const Connection& server, const Profile& profile,
                       const Evaluation& evaluation, OutputFile& file) {
  PageContent content{evaluation, LabelNames(profile), {}};
  if (profile.bias().prior_size() > 0) {
    const absl::StatusOr<std::vector<double>> after = PriorAfter(server, profile);
    if (!after.ok()) return after.status();
    content.prior = {{profile.bias().prior().begin(), profile.bias().prior().end()},
                     *after,
                     TargetPrior(profile)};
  }
  return file.Commit(EvaluationPage(content));
}

absl::Status Evaluate(Session& session, const Arguments& arguments) {
  if (session.OutputOr(OutputFormat::kTable) == OutputFormat::kNames) {
    return absl::InvalidArgumentError("evaluate has no --output=names");
  }
  absl::StatusOr<RowFilter> filter = FilterOf(arguments.rows);
  if (!filter.ok()) return filter.status();
  filter->gold = arguments.gold;
  filter->keep.clear();
  absl::StatusOr<std::vector<InputFile>> files =
      OpenFiles(arguments, session.console().in);
  if (!files.ok()) return files.status();
  absl::StatusOr<std::optional<OutputFile>> page = CreatePage(arguments);
  if (!page.ok()) return page.status();
  const absl::StatusOr<Connection> server = session.Connect(kPatience);
  if (!server.ok()) return server.status();
  const absl::StatusOr<Profile> profile =
      server->GetProfile(arguments.name, arguments.revision);
  if (!profile.ok()) return profile.status();
  const absl::StatusOr<LabelColumns> columns =
      ColumnsOf(*profile, arguments.rows.aliases);
  if (!columns.ok()) return columns.status();

  LabelledMessages messages(
      *std::move(files), *columns, *std::move(filter),
      RowsPerCall(arguments.batch_rows, static_cast<std::size_t>(columns->count())));
  EvaluateProfileRequest first;
  first.set_name(profile->name());
  // The labels were read by this revision, whoever fits meanwhile.
  first.set_revision(profile->revision());
  *first.mutable_options() = OptionsOf(arguments);
  const absl::StatusOr<Evaluation> evaluation =
      SendRows(session, *server, std::move(first), messages);
  if (!evaluation.ok()) return evaluation.status();
  absl::Status written = WriteEvaluation(session, arguments, *profile, *evaluation);
  if (written.ok() && page->has_value()) {
    written = WritePage(*server, *profile, *evaluation, **page);
  }
  return written;
}

void AddRows(CLI::App& command, Arguments& arguments) {
  command.option_defaults()->group("Rows");
  AddLabelField(command, arguments.gold);
  AddRowOptions(command, arguments.rows);
  command
      .add_option("--batch-rows", arguments.batch_rows,
                  "How many rows go into one message at most (1024)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
}

void AddMeasuring(CLI::App& command, Arguments& arguments) {
  command.option_defaults()->group("Measuring and comparing");
  CLI::Option* method =
      command
          .add_option("--method", arguments.methods,
                      "A method to compare; repeatable (all that suit the labels)")
          ->allow_extra_args(false)
          ->check(CLI::IsMember(MethodWords()));
  command
      .add_flag("--measure-only", arguments.measure_only,
                "Compare no methods: only before and after")
      ->excludes(method);
  command
      .add_option("--folds", arguments.folds,
                  "Folds of the cross-validation, 2 to 20 (5)")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--resamples", arguments.resamples,
                  "Resamples of the intervals, 100 to 100000 (1000)")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--confidence", arguments.confidence,
                  "The probability that an interval holds (0.95)")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--bin-count", arguments.bin_count,
                  "Bins of the reliability table, 1 to 1000 (15)")
      ->check(CLI::PositiveNumber);
  command.add_option("--seed", arguments.seed, "Of folds and resamples (0)");
}

void AddShowing(CLI::App& command, Arguments& arguments) {
  command.option_defaults()->group("Showing");
  command
      .add_option("--max-labels", arguments.max_labels, "How many labels are shown (20)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  command
      .add_option("--html", arguments.html,
                  "Write a page with figures to this file too, in place of what is there")
      ->type_name(kFileValue);
}

}  // namespace

void AddEvaluate(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand(
      "evaluate",
      "Measure a profile on labelled rows, compare methods and recommend one");
  AddProfileName(*command, arguments->name);
  command
      ->add_option("FILE", arguments->files,
                   "The labelled rows; - or nothing is standard input")
      ->type_name(kFileValue);
  command->add_option("--revision", arguments->revision,
                      "The revision to measure, in place of the active one");
  AddRows(*command, *arguments);
  AddMeasuring(*command, *arguments);
  AddShowing(*command, *arguments);
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Evaluate(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl
