#include "server/service/wire.h"

#include <cstdio>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/stubs/logging.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/slice.h"

namespace calibrd::service {
namespace {

// What protobuf last said on this thread. It reports the field of a bad text in no other
// way.
std::string& LastComplaint() {
  thread_local std::string complaint;
  return complaint;
}

void KeepComplaint(google::protobuf::LogLevel level, const char* file, int line,
                   const std::string& message) {
  LastComplaint() = message;
  if (absl::StrContains(message, "invalid UTF-8")) return;
  std::fprintf(stderr, "protobuf %d %s:%d: %s\n", static_cast<int>(level), file, line,
               message.c_str());
}

// The name in "String field 'calibration.v1.Label.name' contains invalid UTF-8 data …".
std::string FieldOfComplaint(absl::string_view complaint) {
  const size_t start = complaint.find('\'');
  if (start == absl::string_view::npos) return "";
  return std::string(
      complaint.substr(start + 1, complaint.find('\'', start + 1) - start - 1));
}

// Where a text of the contract stands in a request: protobuf names its message and field
// only.
std::string PathOfField(const std::string& field, const std::string& request) {
  if (absl::StartsWith(field, request + ".AnnotationsEntry.")) return "annotations";
  if (field == "calibration.v1.Label.name") return "labels.name";
  if (field == "calibration.v1.Rows.inputs") return "inputs";
  return field.substr(field.rfind('.') + 1);
}

}  // namespace

void CatchProtobufLog() {
  google::protobuf::SetLogHandler(KeepComplaint);
}

absl::Status CheckSize(const grpc::ByteBuffer& bytes, int64_t limit) {
  const auto size = static_cast<int64_t>(bytes.Length());
  if (size <= limit) return absl::OkStatus();
  return Error(
             absl::StatusCode::kInvalidArgument, reason::kRequestTooLarge,
             absl::StrCat("the request has ", size, " bytes and the server takes ", limit,
                          "; send fewer rows in one call, or raise --max_request_bytes"))
      .Meta("bytes", absl::StrCat(size))
      .Meta("limit", absl::StrCat(limit))
      .Meta("flag", "max_request_bytes");
}

absl::Status Parse(const grpc::ByteBuffer& bytes, int64_t limit,
                   google::protobuf::Message& message) {
  if (absl::Status s = CheckSize(bytes, limit); !s.ok()) return s;
  LastComplaint().clear();
  grpc::ByteBuffer copy(bytes);  // of the reference, not of the bytes
  grpc::ProtoBufferReader reader(&copy);
  if (reader.status().ok() && message.ParseFromZeroCopyStream(&reader)) {
    return absl::OkStatus();
  }
  if (const std::string field = FieldOfComplaint(LastComplaint()); !field.empty()) {
    return InvalidField(reason::kMalformedRequest,
                        PathOfField(field, message.GetDescriptor()->full_name()),
                        absl::StrCat("the text in ", field, " is not valid UTF-8"));
  }
  return Error(absl::StatusCode::kInvalidArgument, reason::kMalformedRequest,
               absl::StrCat("the request is not a ", message.GetDescriptor()->full_name(),
                            ": its bytes are cut off or of another message"));
}

absl::Status Serialize(const google::protobuf::Message& message,
                       grpc::ByteBuffer& bytes) {
  const size_t size = message.ByteSizeLong();
  if (size > std::numeric_limits<int>::max()) {
    return Error(
        absl::StatusCode::kInternal, reason::kInternal,
        absl::StrCat("the answer has ", size, " bytes, more than a message can have"));
  }
  grpc::Slice slice(size);
  google::protobuf::io::ArrayOutputStream array(const_cast<uint8_t*>(slice.begin()),
                                                static_cast<int>(size));
  google::protobuf::io::CodedOutputStream stream(&array);
  // Maps in the order of their keys: the same answer is the same bytes.
  stream.SetSerializationDeterministic(true);
  message.SerializeWithCachedSizes(&stream);
  stream.Trim();  // it keeps the last bytes back
  bytes = grpc::ByteBuffer(&slice, 1);
  return absl::OkStatus();
}

}  // namespace calibrd::service
