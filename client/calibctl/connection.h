// A connection to calibrd: one channel, a deadline for each call.
//
//   absl::StatusOr<Connection> server = Connection::Open("127.0.0.1:50051", timeout);
//   absl::StatusOr<Profile> profile = server->Call(&Connection::Stub::GetProfile,
//   request);
//
// The channel connects at the first call, so Open fails only for an address that
// cannot be one. Calls are safe from any thread; moving the Connection is not.

#ifndef CALIBRD_CLIENT_CALIBCTL_CONNECTION_H_
#define CALIBRD_CLIENT_CALIBCTL_CONNECTION_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "calibration/v1/calibration_service.grpc.pb.h"
#include "client/calibctl/client_stream.h"
#include "client/calibctl/server_status.h"

namespace calibrd::calibctl {

class Connection {
 public:
  using Stub = calibration::v1::CalibrationService::Stub;

  // `server` is HOST:PORT, [IPv6]:PORT, unix:/path or another gRPC target.
  static absl::StatusOr<Connection> Open(absl::string_view server,
                                         absl::Duration timeout);

  // Makes one call and waits for its reply, at most for the timeout. Errors carry the
  // server's details; see server_status.h.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                             const Request&, Response*),
                                const Request& request) const {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() +
                         absl::ToChronoNanoseconds(timeout_));
    Response response;
    const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
    if (!status.ok()) return StatusFromServer(status, server_);
    return response;
  }

  // Opens a call that takes many messages; `method` is PrepareAsync… of the stub. The
  // timeout is for each wait, see client_stream.h. Refers to this connection's channel.
  template <typename Request, typename Response>
  std::unique_ptr<ClientStream<Request, Response>> OpenStream(
      std::unique_ptr<grpc::ClientAsyncWriter<Request>> (Stub::*method)(
          grpc::ClientContext*, Response*, grpc::CompletionQueue*)) const {
    const auto prepare = [this, method](grpc::ClientContext* context, Response* response,
                                        grpc::CompletionQueue* queue) {
      return (stub_.get()->*method)(context, response, queue);
    };
    return std::make_unique<ClientStream<Request, Response>>(prepare, server_, timeout_);
  }

  // The profile at `revision`; 0: at its active one.
  absl::StatusOr<calibration::v1::Profile> GetProfile(const std::string& name,
                                                      int64_t revision) const;

 private:
  Connection(std::string server, absl::Duration timeout);

  std::string server_;
  absl::Duration timeout_;
  std::unique_ptr<Stub> stub_;
};

// Refuses what cannot be a gRPC target of ours, with the right form in the message.
absl::Status CheckServerAddress(absl::string_view server);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_CONNECTION_H_
