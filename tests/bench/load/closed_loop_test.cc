#include "bench/load/closed_loop.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "bench/load/process.h"
#include "bench/load/requests.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<Process> Echo(const std::vector<std::string>& flags) {
  auto process = Process::Start(CALIBRD_ECHO_SERVER, flags, ::testing::TempDir());
  EXPECT_TRUE(process.ok()) << process.status();
  return *std::move(process);
}

LoadReport LoadOn(const Process& server) {
  ClosedLoop loop(server.address(), Method("Calibrate"), {.channels = 2, .in_flight = 2});
  return loop.Run(CalibrateRequests("set", 1, {}),
                  {.warm_up = absl::Milliseconds(20), .time = absl::Milliseconds(200)},
                  [&] { return server.CpuTime(); });
}

TEST(ClosedLoop, CountsCallsTheirTimeAndTheServersCpu) {
  const std::unique_ptr<Process> server = Echo({});
  const LoadReport report = LoadOn(*server);
  EXPECT_EQ(report.failures, 0);
  EXPECT_GT(report.calls(), 0);
  EXPECT_GE(report.time, absl::Milliseconds(200));
  EXPECT_GT(report.cpu_of_call(), absl::ZeroDuration());
  EXPECT_GT(report.latency.Percentile(0.5), absl::ZeroDuration());
}

TEST(ClosedLoop, AServerThatWastesTimeShows) {
  const std::unique_ptr<Process> fast = Echo({});
  const absl::Duration floor = LoadOn(*fast).cpu_of_call();
  const std::unique_ptr<Process> slow = Echo({"--burn=5ms"});
  EXPECT_GT(LoadOn(*slow).cpu_of_call(), floor + absl::Milliseconds(1));
}

TEST(ClosedLoop, CallsEveryRequestOnce) {
  const std::unique_ptr<Process> server = Echo({});
  ClosedLoop loop(server->address(), Method("Calibrate"),
                  {.channels = 3, .in_flight = 2});
  EXPECT_EQ(loop.CallEach(CalibrateRequests("set", 1, {})), absl::OkStatus());
  EXPECT_EQ(loop.CallEach({}), absl::OkStatus());
}

TEST(ClosedLoop, FailuresAreCountedAndNamed) {
  const std::unique_ptr<Process> server = Echo({});
  ClosedLoop loop(server->address(), Method("FitProfile"), {});
  const std::string message(loop.CallEach(FitRequests("set", 3, {})).message());
  EXPECT_THAT(message, HasSubstr("3 of 3 calls"));
  EXPECT_THAT(message, HasSubstr("FitProfile"));
}

}  // namespace
}  // namespace calibrd
