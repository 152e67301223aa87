#include "server/service/resource_name.h"

#include <string>

#include "calibration/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

using ::testing::HasSubstr;

TEST(ProfileName, TakesRealModelNames) {
  for (const char* name : {
           "models/gpt2/prompts/sst2",
           "models/meta-llama/Llama-3.1-8B-Instruct/prompts/sst2",
           "models/qwen2.5:0.5b-instruct-q4_K_M/prompts/a",
           "models/m/prompts/sst2/plain-0shot-0",
           "models/m/prompts/a/prompts/b",
           "models/modèle/prompts/反応",
       }) {
    EXPECT_TRUE(CheckProfileName(name, "name").ok()) << name;
  }
}

TEST(ProfileName, RefusesWhatIsNotOfThePattern) {
  for (const std::string& name : {
           std::string(""),
           std::string("models"),
           std::string("models/m"),
           std::string("models//prompts/p"),
           std::string("models/m/prompts/"),
           std::string("models/prompts/p"),
           std::string("model/m/prompts/p"),
           std::string("/models/m/prompts/p"),
           std::string("models/m/prompts/p/"),
           std::string("models/m/prompts/a//b"),
           std::string("models/m/prompts/a b"),
           std::string("models/m/prompts/a\n"),
           std::string("models/m\0/prompts/a", 19),
           std::string("models/m/prompts/\x7f"),
           std::string("models/m/prompts/a\u0085"),
           std::string("models/m/prompts/a\u2028b"),
           std::string("models/m\u00a0/prompts/a"),
           std::string("models/m/prompts/a\u3000b"),
           "models/m/prompts/" + std::string(500, 'p'),
       }) {
    const absl::Status status = CheckProfileName(name, "name");
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << name;
    EXPECT_EQ(ReasonOf(status), reason::kInvalidName) << name;
    EXPECT_EQ(FieldViolationOf(status).field, "name") << name;
  }
}

TEST(ProfileName, OfTheLargestSizeIsTaken) {
  EXPECT_TRUE(CheckProfileName("models/m/prompts/" + std::string(495, 'p'), "name").ok());
  EXPECT_THAT(
      std::string(CheckProfileName("models/m/prompts/" + std::string(496, 'p'), "name")
                      .message()),
      HasSubstr("has 513 bytes"));
}

TEST(Parent, IsAModelOrNothing) {
  EXPECT_TRUE(CheckParent("", "parent").ok());
  EXPECT_TRUE(CheckParent("models/meta-llama/Llama-3.1", "parent").ok());
  EXPECT_FALSE(CheckParent("models/", "parent").ok());
  EXPECT_FALSE(CheckParent("prompts/p", "parent").ok());
}

TEST(Parent, OfAProfileEndsBeforeTheLastPrompts) {
  EXPECT_EQ(ParentOf("models/a/b:c/prompts/p"), "models/a/b:c");
  EXPECT_EQ(ParentOf("models/a/prompts/b/prompts/c"), "models/a/prompts/b");
}

TEST(Quoted, EscapesAndCutsBetweenCharacters) {
  EXPECT_EQ(Quoted("a\"b\n"), "\"a\\\"b\\n\"");
  const std::string long_text = std::string(79, 'x') + "é" + std::string(50, 'y');
  EXPECT_EQ(Quoted(long_text), "\"" + std::string(79, 'x') + "…\"");
}

}  // namespace
}  // namespace calibrd::service
