#include "server/telemetry/log.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace calibrd::telemetry {
namespace {

const absl::Time kTime = absl::FromUnixMillis(1'700'000'000'123);

TEST(FormatLine, TextIsForPeople) {
  EXPECT_EQ(FormatLine(LogFormat::kText, LogLevel::kInfo, kTime, "profile fitted",
                       {{"name", "models/m/prompts/p"}, {"revision", 3}, {"bias", 0.25}}),
            "2023-11-14T22:13:20.123Z INFO profile fitted name=models/m/prompts/p "
            "revision=3 bias=0.25");
}

TEST(FormatLine, TextQuotesWhatWouldBreakALine) {
  EXPECT_EQ(
      FormatLine(LogFormat::kText, LogLevel::kWarning, kTime, "odd",
                 {{"a", "two words"}, {"b", "line\nbreak"}, {"c", ""}, {"d", "x=\"y\""}}),
      "2023-11-14T22:13:20.123Z WARNING odd a=\"two words\" b=\"line\\nbreak\" c=\"\" "
      "d=\"x=\\\"y\\\"\"");
}

TEST(FormatLine, JsonHoldsTypedValues) {
  const auto line = nlohmann::json::parse(
      FormatLine(LogFormat::kJson, LogLevel::kError, kTime, "the \"end\"",
                 {{"name", "p"},
                  {"revision", int64_t{1} << 40},
                  {"bias", 0.25},
                  {"took", absl::Milliseconds(1500)}}));
  EXPECT_EQ(line["time"], "2023-11-14T22:13:20.123Z");
  EXPECT_EQ(line["severity"], "ERROR");
  EXPECT_EQ(line["message"], "the \"end\"");
  EXPECT_EQ(line["revision"], int64_t{1} << 40);
  EXPECT_EQ(line["bias"], 0.25);
  EXPECT_EQ(line["took"], "1.5s");
}

TEST(FormatLine, JsonIsOneLineWhateverTheBytes) {
  const std::string text = FormatLine(LogFormat::kJson, LogLevel::kInfo, kTime, "m",
                                      {{"bytes", "\xff\n\x01"}});
  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_FALSE(nlohmann::json::parse(text)["bytes"].get<std::string>().empty());
}

TEST(Logger, WritesLinesFromItsLevelOn) {
  testing::internal::CaptureStderr();
  const Logger log(LogFormat::kText, LogLevel::kWarning);
  log.Debug("quiet");
  log.Info("quiet");
  log.Warning("heard", {{"n", 1}});
  log.Error("heard");
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_EQ(written.find("quiet"), std::string::npos);
  EXPECT_NE(written.find("WARNING heard n=1\n"), std::string::npos);
  EXPECT_NE(written.find("ERROR heard\n"), std::string::npos);
}

}  // namespace
}  // namespace calibrd::telemetry
