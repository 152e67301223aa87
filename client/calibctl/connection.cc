#include "client/calibctl/connection.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace calibrd::calibctl {
namespace {

// A proxy of the environment (http_proxy) cannot reach this machine's own addresses.
bool IsLoopback(absl::string_view server) {
  return absl::StartsWith(server, "127.") || absl::StartsWith(server, "localhost:") ||
         absl::StartsWith(server, "[::1]:");
}

grpc::ChannelArguments Arguments(absl::string_view server) {
  grpc::ChannelArguments arguments;
  arguments.SetUserAgentPrefix("calibctl/" CALIBRD_VERSION);
  // A profile of a vocabulary is larger than gRPC's default of 4 MiB.
  arguments.SetMaxReceiveMessageSize(-1);
  if (IsLoopback(server)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

}  // namespace

absl::Status CheckServerAddress(absl::string_view server) {
  constexpr absl::string_view kForms = "the form is HOST:PORT or unix:/path";
  if (server.empty())
    return absl::InvalidArgumentError(absl::StrCat("--server is empty; ", kForms));
  if (absl::StartsWith(server, "http://") || absl::StartsWith(server, "https://")) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--server ", server, ": gRPC takes no http:// or https://; ", kForms));
  }
  const std::size_t colon = server.rfind(':');
  if (colon == absl::string_view::npos || colon + 1 == server.size() ||
      absl::EndsWith(server, "]")) {
    return absl::InvalidArgumentError(
        absl::StrCat("--server ", server, ": the port is missing; ", kForms));
  }
  return absl::OkStatus();
}

absl::StatusOr<Connection> Connection::Open(absl::string_view server,
                                            absl::Duration timeout) {
  if (absl::Status valid = CheckServerAddress(server); !valid.ok()) return valid;
  return Connection(std::string(server), timeout);
}

absl::StatusOr<calibration::v1::Profile> Connection::GetProfile(const std::string& name,
                                                                int64_t revision) const {
  calibration::v1::GetProfileRequest request;
  request.set_name(name);
  request.set_revision(revision);
  return Call(&Stub::GetProfile, request);
}

Connection::Connection(std::string server, absl::Duration timeout)
    : server_(std::move(server)),
      timeout_(timeout),
      stub_(calibration::v1::CalibrationService::NewStub(grpc::CreateCustomChannel(
          server_, grpc::InsecureChannelCredentials(), Arguments(server_)))) {}

}  // namespace calibrd::calibctl
