#include "bench/load/process.h"

#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

using ::testing::HasSubstr;

TEST(CpuTimeOf, GrowsByWhatTheProcessComputes) {
  const absl::Duration before = CpuTimeOf(getpid()).value();
  const absl::Duration wanted = before + absl::Milliseconds(20);
  while (CpuTimeOf(getpid()).value() < wanted) {
  }
  EXPECT_GE(CpuTimeOf(getpid()).value(), wanted);
}

TEST(CpuTimeOf, AProcessThatHasEndedIsAnError) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_FALSE(CpuTimeOf(child).ok());
}

TEST(Process, AProgramThatIsNotThereIsAnError) {
  const auto process = Process::Start("/nowhere/calibrd", {}, ::testing::TempDir());
  EXPECT_THAT(std::string(process.status().message()), HasSubstr("/nowhere/calibrd"));
}

TEST(Process, AServerThatEndsAtOnceIsAnErrorThatNamesItsLog) {
  const auto process =
      Process::Start(CALIBRD_ECHO_SERVER, {"--no_such_flag"}, ::testing::TempDir());
  EXPECT_THAT(std::string(process.status().message()), HasSubstr("echo_server.log"));
}

TEST(Process, HasAnAddressAndMemory) {
  const auto process = Process::Start(CALIBRD_ECHO_SERVER, {}, ::testing::TempDir());
  ASSERT_TRUE(process.ok()) << process.status();
  EXPECT_THAT((*process)->address(), HasSubstr("127.0.0.1:"));
  EXPECT_GT((*process)->ResidentBytes(), 1 << 20);
}

}  // namespace
}  // namespace calibrd
