// The scripts are tested by running them: bash is asked to complete, as it would be by
// the Tab key.

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/calibctl/application.h"
#include "client/calibctl/completion/command_tree.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

CommandTree Tree() {
  CommandLine line;
  return ReadCommandTree(*MakeApplication(line));
}

std::string Output(const std::string& command) {
  const auto close = [](FILE* pipe) { pclose(pipe); };
  const std::unique_ptr<FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
  std::string output;
  for (int c = std::fgetc(pipe.get()); c != EOF; c = std::fgetc(pipe.get())) {
    output += static_cast<char>(c);
  }
  return output;
}

// Completes lines with the real script, a stand-in for calibctl that knows two profiles.
class BashTest : public testing::Test {
 protected:
  BashTest() {
    std::string pattern = testing::TempDir() + "/completionXXXXXX";
    folder_ = mkdtemp(pattern.data());
    std::ofstream(folder_ + "/script") << BashCompletion(Tree());
    std::ofstream(folder_ + "/calibctl")
        << "#!/bin/sh\necho \"$@\" > " << folder_ << "/asked\n"
        << "printf 'models/gpt2/prompts/sst2\\nmodels/llama:8b/prompts/x\\n'\n";
    std::filesystem::permissions(folder_ + "/calibctl",
                                 std::filesystem::perms::owner_all);
  }
  ~BashTest() override { std::filesystem::remove_all(folder_); }

  std::vector<std::string> Complete(const std::string& line) const {
    const std::string output =
        Output(absl::StrCat("PATH=", folder_, ":$PATH bash --norc -c '. ", folder_,
                            "/script; COMP_LINE=\"", line, "\"; COMP_POINT=", line.size(),
                            "; _calibctl; printf \"%s\\n\" \"${COMPREPLY[@]}\"' 2>&1"));
    return absl::StrSplit(output, '\n', absl::SkipWhitespace());
  }

  std::string folder_;
};

TEST_F(BashTest, CompletesCommands) {
  EXPECT_THAT(Complete("calibctl re"), ElementsAre("revisions"));
  EXPECT_THAT(Complete("calibctl "), Contains("calibrate"));
  EXPECT_THAT(Complete("calibctl --server=h:1 --color never ex"), ElementsAre("export"));
}

TEST_F(BashTest, CompletesOptionsOfTheCommandAndGlobalOnes) {
  EXPECT_THAT(Complete("calibctl fit --pool"), ElementsAre("--pooling"));
  EXPECT_THAT(Complete("calibctl get --pool"), IsEmpty());
  EXPECT_THAT(Complete("calibctl get --time"), ElementsAre("--timeout"));
}

TEST_F(BashTest, CompletesChoices) {
  EXPECT_THAT(Complete("calibctl fit --weights "),
              UnorderedElementsAre("diagonal", "identity"));
  EXPECT_THAT(Complete("calibctl fit --weights=dia"), ElementsAre("diagonal"));
  EXPECT_THAT(Complete("calibctl list -o na"), ElementsAre("names"));
  EXPECT_THAT(Complete("calibctl completion z"), ElementsAre("zsh"));
}

TEST_F(BashTest, AsksTheNamedServerForProfiles) {
  EXPECT_THAT(Complete("calibctl get "),
              ElementsAre("models/gpt2/prompts/sst2", "models/llama:8b/prompts/x"));
  EXPECT_THAT(Complete("calibctl get models/g"), ElementsAre("models/gpt2/prompts/sst2"));
  Complete("calibctl --server=host:7 get ");
  std::ifstream asked(folder_ + "/asked");
  std::string words;
  std::getline(asked, words);
  EXPECT_THAT(words, HasSubstr("--server host:7"));
}

TEST_F(BashTest, AnswersWhatIsLeftAfterAColon) {
  EXPECT_THAT(Complete("calibctl get models/llama:8"), ElementsAre("8b/prompts/x"));
}

TEST_F(BashTest, APlaceWithoutProfilesIsLeftAlone) {
  EXPECT_THAT(Complete("calibctl rollback models/gpt2/prompts/sst2 "), IsEmpty());
  EXPECT_THAT(Complete("calibctl get models/gpt2/prompts/sst2 "), IsEmpty());
  EXPECT_THAT(Complete("calibctl fit --labels "), IsEmpty());
}

TEST_F(BashTest, CompletesFiles) {
  EXPECT_THAT(Complete(absl::StrCat("calibctl import ", folder_, "/scr")),
              ElementsAre(folder_ + "/script"));
  EXPECT_THAT(Complete(absl::StrCat("calibctl fit --domain=", folder_, "/scr")),
              ElementsAre(folder_ + "/script"));
}

TEST(Completion, EveryScriptKnowsEveryCommandAndOption) {
  const CommandTree tree = Tree();
  EXPECT_EQ(tree.commands.size(), 13U);
  const std::string bash = BashCompletion(tree);
  const std::string zsh = ZshCompletion(tree);
  const std::string fish = FishCompletion(tree);
  for (const CommandEntry& command : tree.commands) {
    EXPECT_THAT(bash, HasSubstr(command.name));
    EXPECT_THAT(zsh, HasSubstr(absl::StrCat("'", command.name, ":")));
    EXPECT_THAT(fish, HasSubstr(absl::StrCat("-a ", command.name, " ")));
    for (const OptionEntry& option : command.options) {
      const std::string& name = option.spellings.front();
      EXPECT_THAT(bash, HasSubstr(name));
      EXPECT_THAT(zsh, HasSubstr(absl::StrCat("'*", name)));
      EXPECT_THAT(fish, HasSubstr(absl::StrCat(" -l ", name.substr(2), " ")));
    }
  }
  for (const std::string* script : {&bash, &zsh, &fish}) {
    EXPECT_THAT(*script, Not(HasSubstr("@program@"))) << "a place that was not filled";
  }
}

TEST(Completion, FishOffersFilesOnlyWhereAFileIsMeant) {
  const std::string fish = FishCompletion(Tree());
  EXPECT_THAT(fish, HasSubstr(" -l weights -x -a 'diagonal identity'"));
  EXPECT_THAT(fish, HasSubstr(" -l content-free -r -F"));
}

TEST(Completion, CommandWritesTheScript) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = in, .out = out, .err = err};
  EXPECT_EQ(RunCalibctl({"completion", "bash"}, console), ExitCode::kOk);
  EXPECT_EQ(out.str(), BashCompletion(Tree()));
}

}  // namespace
}  // namespace calibrd::calibctl
