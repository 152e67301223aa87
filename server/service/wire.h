// Between bytes on the wire and messages. The service takes requests as bytes, so that a
// request which is too large, cut off or not UTF-8 gets an error that says so, in place
// of gRPC's own INTERNAL.

#ifndef CALIBRD_SERVER_SERVICE_WIRE_H_
#define CALIBRD_SERVER_SERVICE_WIRE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace calibrd::service {

// OK if `bytes` are no more than `limit`; otherwise INVALID_ARGUMENT (REQUEST_TOO_LARGE),
// which names the flag.
absl::Status CheckSize(const grpc::ByteBuffer& bytes, int64_t limit);

// Reads `message` from `bytes`.
// Errors: those of CheckSize, and INVALID_ARGUMENT with the reason MALFORMED_REQUEST (not
// the message, or a text that is not UTF-8; names the field).
absl::Status Parse(const grpc::ByteBuffer& bytes, int64_t limit,
                   google::protobuf::Message& message);

// Writes `message` into `bytes`. INTERNAL where it is over 2 GiB.
absl::Status Serialize(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);

// Takes what protobuf says of texts that are not UTF-8, which Parse repeats, off standard
// error. Call it once, before the first Parse.
void CatchProtobufLog();

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_WIRE_H_
