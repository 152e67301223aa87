#include "client/calibctl/application.h"

#include <algorithm>
#include <exception>

#include "absl/strings/str_cat.h"
#include "client/calibctl/status_report.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

constexpr char kExample[] =
    "Example:\n"
    "  echo '[0.9, 0.1]' | calibctl fit models/gpt2/prompts/sst2 "
    "--labels=Negative,Positive --content-free=-\n"
    "  echo '[0.6, 0.4]' | calibctl calibrate models/gpt2/prompts/sst2 --names\n";

void AddGlobalOptions(CLI::App& app, GlobalOptions& options) {
  app.add_option("--server", options.server,
                 "HOST:PORT or unix:/path of calibrd (127.0.0.1:50051)")
      ->envname("CALIBCTL_SERVER");
  app.add_option(
      "--timeout", options.timeout,
      "The longest wait for each call, such as 500ms or 2m (30s; evaluate 10m)");
  app.add_option("--output,-o", options.output,
                 "The form of the result (table; jsonl for calibrate)")
      ->check(CLI::IsMember({"table", "json", "jsonl", "names"}));
  app.add_option("--color", options.color,
                 "Colours and bars: on a terminal, always or never (auto)")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.set_version_flag("--version", absl::StrCat("calibctl ", CALIBRD_VERSION),
                       "The version of calibctl");
  app.add_flag("--no-color", options.no_color, "The same as --color=never");
}

// What CLI11 says when parsing ended: help, or what is wrong with the command line.
ExitCode ReportParse(const CLI::App& app, const CLI::ParseError& error,
                     Console& console) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    app.exit(error, console.out, console.err);
    return ExitCode::kOk;
  }
  const std::vector<std::string> unknown = app.remaining();
  std::string message = error.what();
  if (app.get_subcommands().empty()) {
    message = unknown.empty() ? "a command is needed"
                              : absl::StrCat("there is no command ", unknown.front());
  }
  console.err << "calibctl: " << Printable(message) << "\n"
              << "  calibctl [COMMAND] --help says what there is\n";
  return ExitCode::kLocal;
}

absl::Status Act(const CommandLine& line, Console& console) {
  Session session(line.global, console);
  absl::Status status = line.action(session);
  console.out.flush();
  if (status.ok() && !console.out.good()) {
    return absl::DataLossError("standard output cannot be written");
  }
  return status;
}

}  // namespace

CLI::Option* AddProfileName(CLI::App& command, std::string& name) {
  return command.add_option("NAME", name, "The profile, models/{model}/prompts/{prompt}")
      ->type_name(kProfileValue)
      ->required();
}

std::unique_ptr<CLI::App> MakeApplication(CommandLine& line) {
  auto app = std::make_unique<CLI::App>(
      "Removes the bias of language models' answers, with a calibrd server.", "calibctl");
  app->require_subcommand(1);
  app->fallthrough();  // global options may stand after the command too
  app->footer(absl::StrCat(kExample, "\n", ExitCodeTable()));
  AddGlobalOptions(*app, line.global);
  AddFit(*app, line);
  AddCalibrate(*app, line);
  AddEvaluate(*app, line);
  AddGet(*app, line);
  AddList(*app, line);
  AddRank(*app, line);
  AddDelete(*app, line);
  AddRevisions(*app, line);
  AddRollback(*app, line);
  AddImport(*app, line);
  AddExport(*app, line);
  AddVersion(*app, line);
  AddCompletion(*app, line);
  return app;
}

ExitCode RunCalibctl(std::vector<std::string> words, Console& console) {
  CommandLine line;
  const std::unique_ptr<CLI::App> app = MakeApplication(line);
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app->parse(words);
  } catch (const CLI::ParseError& error) {
    return ReportParse(*app, error, console);
  } catch (const std::exception& error) {
    console.err << "calibctl: " << error.what() << "\n";
    return ExitCode::kLocal;
  }
  const absl::Status status = Act(line, console);
  console.err << StatusReport(status);
  return ExitCodeOf(status);
}

}  // namespace calibrd::calibctl
