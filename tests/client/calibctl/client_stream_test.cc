// Streams to a server that answers are tested in tests/end_to_end.

#include "client/calibctl/client_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "client/calibctl/connection.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::EvaluateProfileRequest;

// Takes connections and says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(socket_, generic, size), 0);
    EXPECT_EQ(listen(socket_, 1), 0);
    EXPECT_EQ(getsockname(socket_, generic, &size), 0);
    address_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~SilentServer() { close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  const std::string& address() const { return address_; }

 private:
  const int socket_;
  std::string address_;
};

TEST(ClientStream, AServerThatSaysNothingIsGivenUp) {
  const SilentServer silent;
  const auto server = Connection::Open(silent.address(), absl::Milliseconds(200));
  ASSERT_TRUE(server.ok());
  auto stream = server->OpenStream(&Connection::Stub::PrepareAsyncEvaluateProfile);
  EXPECT_FALSE(stream->Send(EvaluateProfileRequest()));
  const auto answer = stream->Finish();
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(answer.status().message(), "the server was silent for 200ms");
  EXPECT_EQ(ServerOf(answer.status()), silent.address());
}

TEST(ClientStream, ARefusedConnectionIsUnavailable) {
  const auto server = Connection::Open("127.0.0.1:1", absl::Seconds(10));
  ASSERT_TRUE(server.ok());
  auto stream = server->OpenStream(&Connection::Stub::PrepareAsyncEvaluateProfile);
  EXPECT_FALSE(stream->Send(EvaluateProfileRequest()));
  EXPECT_EQ(stream->Finish().status().code(), absl::StatusCode::kUnavailable);
}

TEST(ClientStream, OneThatIsNotFinishedEnds) {
  const SilentServer silent;
  const auto server = Connection::Open(silent.address(), absl::Milliseconds(200));
  ASSERT_TRUE(server.ok());
  const auto stream = server->OpenStream(&Connection::Stub::PrepareAsyncEvaluateProfile);
}

}  // namespace
}  // namespace calibrd::calibctl
