// calibctl fit NAME --labels=A,B --content-free FILE [options]

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/calibctl/commands/command.h"
#include "client/calibctl/commands/fit_request.h"
#include "client/calibctl/commands/prior_after.h"
#include "client/calibctl/commands/profile_output.h"
#include "client/calibctl/profile_text.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Profile;

absl::Status Fit(Session& session, const FitArguments& arguments) {
  const absl::StatusOr<calibration::v1::FitProfileRequest> request =
      MakeFitRequest(arguments, session.console().in);
  if (!request.ok()) return request.status();
  const absl::StatusOr<Connection> server = session.Connect();
  if (!server.ok()) return server.status();
  const absl::StatusOr<Profile> profile =
      server->Call(&Connection::Stub::FitProfile, *request);
  if (!profile.ok()) return profile.status();

  std::optional<std::vector<double>> after;
  // With --validate-only there is no revision to apply.
  if (!arguments.validate_only && profile->bias().prior_size() > 0 &&
      session.OutputOr(OutputFormat::kTable) == OutputFormat::kTable) {
    absl::StatusOr<std::vector<double>> calibrated = PriorAfter(*server, *profile);
    // The fit is stored: a failure to show it is no failure of the fit.
    if (calibrated.ok()) after = *std::move(calibrated);
  }
  return WriteProfile(session, *profile, [&] {
    return FitSummary(*profile, after, arguments.max_labels, session.style()) +
           (arguments.validate_only ? "checked, not stored\n" : "");
  });
}

void AddSources(CLI::App& command, FitArguments& arguments) {
  command.option_defaults()->group("Rows, from exactly one source");
  command
      .add_option("--content-free", arguments.content_free,
                  "Rows of inputs without content, such as \"N/A\"; - is standard input")
      ->type_name(kFileValue);
  command.add_option("--domain", arguments.domain, "Rows of random in-domain words")
      ->type_name(kFileValue);
  command
      .add_option("--unlabelled", arguments.unlabelled,
                  "Real rows, whose true answers are spread like the target prior")
      ->type_name(kFileValue);
  CLI::Option* labelled = command
                              .add_option("--labelled", arguments.labelled,
                                          "Real rows with their right labels")
                              ->type_name(kFileValue);
  AddGoldOptions(command, arguments.gold);
  for (const char* option : {"--label-field", "--weight-field"}) {
    command.get_option(option)->needs(labelled);
  }
  CLI::Option* observed = command.add_flag(
      "--observed", arguments.observed,
      "No rows: what the adaptive profile has learned, once and for all");
  command
      .add_option("--min-rows", arguments.min_rows,
                  "Only if it has seen so many rows (30)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()))
      ->needs(observed);
  AddRowOptions(command, arguments.rows);
}

void AddStorage(CLI::App& command, FitArguments& arguments) {
  command.option_defaults()->group("Storing and showing");
  command.add_option("--etag", arguments.etag,
                     "Fit only if the profile still has this etag");
  command.add_option("--request-id", arguments.request_id,
                     "A unique id; the same fit sent twice is made once");
  command.add_flag("--validate-only", arguments.validate_only, "Fit, but store nothing");
  command
      .add_option("--annotation", arguments.annotations,
                  "KEY=VALUE to keep with the revision; repeatable")
      ->allow_extra_args(false);
  command
      .add_option("--max-labels", arguments.max_labels, "How many labels are shown (20)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
}

}  // namespace

void AddFit(CLI::App& app, CommandLine& line) {
  auto arguments = std::make_shared<FitArguments>();
  CLI::App* command = app.add_subcommand(
      "fit",
      "Fit a profile: from rows without labels, labelled rows or what was learned");
  AddProfileName(*command, arguments->name);
  command->add_option("--labels", arguments->labels,
                      "The labels in the order of the columns: A,B or [\"A\",\"B\"]");
  command
      ->add_option("--label-count", arguments->label_count,
                   "Their number, where labels have no names")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  AddSources(*command, *arguments);
  AddMethodOptions(*command, arguments->method);
  AddStorage(*command, *arguments);
  command->callback([&line, arguments] {
    line.action = [arguments](Session& session) { return Fit(session, *arguments); };
  });
}

}  // namespace calibrd::calibctl
