#include "client/calibctl/connection.h"

#include "client/calibctl/session.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

TEST(CheckServerAddress, TakesPortsSocketsAndTargets) {
  for (const char* server : {"127.0.0.1:50051", "[::1]:50051", "calibrd.default.svc:80",
                             "unix:/run/calibrd.sock", "dns:///calibrd:50051"}) {
    EXPECT_TRUE(CheckServerAddress(server).ok()) << server;
  }
}

TEST(CheckServerAddress, RefusesWhatIsNoAddress) {
  for (const char* server :
       {"", "localhost", "localhost:", "[::1]", "http://localhost:50051", "https://x"}) {
    EXPECT_FALSE(CheckServerAddress(server).ok()) << server;
  }
}

TEST(ParseTimeout, TakesSecondsAndUnits) {
  EXPECT_EQ(*ParseTimeout("30"), absl::Seconds(30));
  EXPECT_EQ(*ParseTimeout("0.5"), absl::Milliseconds(500));
  EXPECT_EQ(*ParseTimeout("500ms"), absl::Milliseconds(500));
  EXPECT_EQ(*ParseTimeout("2m"), absl::Minutes(2));
}

TEST(ParseTimeout, RefusesWhatIsNoTimeAboveZero) {
  for (const char* text : {"", "0", "-1s", "soon", "inf", "nan", "1e300"}) {
    EXPECT_FALSE(ParseTimeout(text).ok()) << text;
  }
}

// Port 1 of loopback is privileged and unused, so the connection is refused.
TEST(Connection, ARefusedCallIsUnavailableAndNamesTheServer) {
  const auto server = Connection::Open("127.0.0.1:1", absl::Seconds(10));
  ASSERT_TRUE(server.ok());
  const auto profile =
      server->Call(&Connection::Stub::GetProfile, calibration::v1::GetProfileRequest());
  EXPECT_EQ(profile.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ServerOf(profile.status()), "127.0.0.1:1");
}

}  // namespace
}  // namespace calibrd::calibctl
