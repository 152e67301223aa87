#include "client/calibctl/application.h"

#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::HasSubstr;

constexpr char kProfile[] = "models/a/prompts/b";

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome RunLine(const std::vector<std::string>& words, const std::string& input = "",
                bool in_is_terminal = false) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = in, .out = out, .err = err, .in_is_terminal = in_is_terminal};
  const ExitCode code = RunCalibctl(words, console);
  return {static_cast<int>(code), out.str(), err.str()};
}

TEST(Calibctl, HelpGoesToStdoutAndSucceeds) {
  const Outcome help = RunLine({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_EQ(help.err, "");
  EXPECT_THAT(help.out, HasSubstr("Exit codes:"));
  for (const char* command :
       {"fit", "calibrate", "evaluate", "get", "list", "rank", "delete", "revisions",
        "rollback", "import", "export", "version", "completion"}) {
    EXPECT_THAT(help.out, HasSubstr(std::string("\n  ") + command)) << command;
    EXPECT_EQ(RunLine({command, "--help"}).code, 0) << command;
  }
}

TEST(Calibctl, VersionNeedsNoServer) {
  const Outcome version = RunLine({"version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, testing::MatchesRegex("calibctl [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Calibctl, UsageErrorsExitWithOneAndSayWhat) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "a command is needed"},
      {{"frobnicate"}, "there is no command frobnicate"},
      {{"get"}, "NAME is required"},
      {{"get", kProfile, "--nonsense"}, "--nonsense"},
      {{"get", kProfile, "--revision=x"}, "--revision"},
      {{"fit", kProfile, "--weights=round"}, "round"},
      {{"fit", kProfile, "--method=guess"}, "guess"},
      {{"fit", kProfile, "--max-shift=1"}, "--max-shift requires --adaptive"},
      {{"fit", kProfile, "--holdout=0.2"}, "--holdout requires --prediction-sets"},
      {{"fit", kProfile, "--min-rows=5"}, "--min-rows requires --observed"},
      {{"fit", kProfile, "--adaptive", "--prior-strength=0"}, "--prior-strength"},
      {{"fit", kProfile}, "exactly one of --content-free"},
      {{"calibrate", kProfile, "--coverage=0"}, "--coverage"},
      {{"calibrate", kProfile, "--keep=set"}, "--keep set"},
      {{"evaluate"}, "NAME is required"},
      {{"evaluate", kProfile, "/nonexistent"}, "/nonexistent: No such file"},
      {{"evaluate", kProfile, "--output=names"}, "no --output=names"},
      {{"evaluate", kProfile, "--method=guess"}, "guess"},
      {{"evaluate", kProfile, "--folds=0"}, "--folds"},
      {{"evaluate", kProfile, "--measure-only", "--method=bias"}, "--measure-only"},
      {{"rank"}, "--order is required"},
      {{"rank", "--order=name"}, "name"},
      {{"rollback", kProfile}, "REVISION is required"},
      {{"rollback", kProfile, "0"}, "REVISION"},
      {{"completion", "csh"}, "csh"},
      {{"list", "--output=yaml"}, "yaml"},
      {{"list", "--timeout=soon"}, "--timeout soon"},
      {{"list", "--server=localhost"}, "the port is missing"},
      {{"calibrate", kProfile, "/nonexistent"}, "/nonexistent: No such file"},
      {{"calibrate", kProfile, "--output=names"}, "no --output=names"},
      {{"calibrate", kProfile, "--keep=best"}, "--keep best"},
      {{"calibrate", kProfile, "--select=kind"}, "FIELD=VALUE"},
      {{"import", "/nonexistent"}, "/nonexistent: No such file"}};
  for (const auto& [words, message] : cases) {
    const Outcome outcome = RunLine(words);
    EXPECT_EQ(outcome.code, 1) << message;
    EXPECT_EQ(outcome.out, "") << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_THAT(outcome.err, testing::StartsWith("calibctl: "));
  }
}

TEST(Calibctl, ARepeatedOptionDoesNotSwallowThePositional) {
  CommandLine line;
  const auto app = MakeApplication(line);
  // In reverse, as CLI11 takes them.
  app->parse(std::vector<std::string>{"rows.jsonl", kProfile, "text=N/A", "--select",
                                      "kind=test", "--select", "calibrate"});
  const CLI::App* calibrate = app->get_subcommand("calibrate");
  EXPECT_EQ(calibrate->get_option("--select")->results().size(), 2U);
  EXPECT_EQ(calibrate->get_option("NAME")->results().front(), kProfile);
  EXPECT_EQ(calibrate->get_option("FILE")->results().front(), "rows.jsonl");
}

TEST(Calibctl, GlobalOptionsStandBeforeOrAfterTheCommand) {
  for (const auto& words : {std::vector<std::string>{"--server=127.0.0.1:1", "list"},
                            std::vector<std::string>{"list", "--server=127.0.0.1:1"}}) {
    const Outcome outcome = RunLine(words);
    EXPECT_EQ(outcome.code, 6);
    EXPECT_THAT(outcome.err, HasSubstr("no server answers at 127.0.0.1:1"));
    EXPECT_THAT(outcome.err, HasSubstr("calibrd --listen=127.0.0.1:1\n"));
  }
}

TEST(Calibctl, RowsAreReadBeforeTheServerIsAsked) {
  const Outcome outcome = RunLine(
      {"--server=127.0.0.1:1", "fit", kProfile, "--labels=a,b", "--content-free=-"},
      "[0.9, 0.1]\n[0.9]\n");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(
      outcome.err,
      "calibctl: standard input:2: the row has 1 numbers, the profile has 2 labels\n");
}

TEST(Calibctl, DeleteAsksAtATerminalAndTakesNoForAnAnswer) {
  for (const char* answer : {"n\n", "\n", ""}) {
    const Outcome outcome =
        RunLine({"--server=127.0.0.1:1", "delete", kProfile}, answer, true);
    EXPECT_EQ(outcome.code, 1);
    EXPECT_THAT(outcome.err, HasSubstr("[y/N] calibctl: nothing was deleted"));
  }
}

TEST(Calibctl, DeleteGoesAheadWhenToldTo) {
  EXPECT_EQ(RunLine({"--server=127.0.0.1:1", "delete", kProfile}, "yes\n", true).code, 6);
  const Outcome flag =
      RunLine({"--server=127.0.0.1:1", "delete", "--yes", kProfile}, "", true);
  EXPECT_EQ(flag.code, 6) << "the server was asked";
  EXPECT_THAT(flag.err, testing::Not(HasSubstr("[y/N]")));
  const Outcome script = RunLine({"--server=127.0.0.1:1", "delete", kProfile});
  EXPECT_EQ(script.code, 6);
  EXPECT_THAT(script.err, testing::Not(HasSubstr("[y/N]")));
}

}  // namespace
}  // namespace calibrd::calibctl
