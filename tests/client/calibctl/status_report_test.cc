#include "client/calibctl/status_report.h"

#include <string>

#include "client/calibctl/server_status.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::HasSubstr;

absl::Status FromDetails(grpc::StatusCode code, const std::string& message,
                         const google::rpc::Status& details) {
  return StatusFromServer(grpc::Status(code, message, details.SerializeAsString()),
                          "127.0.0.1:50051");
}

TEST(StatusReport, SaysReasonAndEachField) {
  google::rpc::Status details;
  google::rpc::ErrorInfo error;
  error.set_reason("VALUE_NOT_FINITE");
  error.set_domain("calibrd");
  (*error.mutable_metadata())["row"] = "3";
  (*error.mutable_metadata())["label"] = "1";
  details.add_details()->PackFrom(error);
  google::rpc::BadRequest request;
  for (const char* field : {"values[7]", "values[8]"}) {
    auto* violation = request.add_field_violations();
    violation->set_field(field);
    violation->set_description("is NaN");
  }
  details.add_details()->PackFrom(request);
  EXPECT_EQ(StatusReport(
                FromDetails(grpc::StatusCode::INVALID_ARGUMENT, "two are NaN", details)),
            "calibctl: INVALID_ARGUMENT: two are NaN\n"
            "  reason: VALUE_NOT_FINITE\n"
            "  label: 1\n"
            "  row: 3\n"
            "  field values[7]: is NaN\n"
            "  field values[8]: is NaN\n");
}

TEST(StatusReport, SaysWhenToTryAgain) {
  google::rpc::Status details;
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_nanos(250000000);
  details.add_details()->PackFrom(retry);
  EXPECT_EQ(StatusReport(
                FromDetails(grpc::StatusCode::RESOURCE_EXHAUSTED, "overloaded", details)),
            "calibctl: RESOURCE_EXHAUSTED: overloaded\n"
            "  try again after 250ms\n");
}

TEST(StatusReport, ARefusedConnectionSaysHowToStartAServer) {
  const absl::Status status = StatusFromServer(
      grpc::Status(grpc::StatusCode::UNAVAILABLE,
                   "failed to connect to all addresses; last error: UNKNOWN: "
                   "ipv4:127.0.0.1:50051: Failed to connect to remote host: "
                   "Connection refused"),
      "127.0.0.1:50051");
  EXPECT_EQ(StatusReport(status),
            "calibctl: UNAVAILABLE: no server answers at 127.0.0.1:50051 (Connection "
            "refused)\n"
            "  start one:       calibrd --listen=127.0.0.1:50051\n"
            "  or name another: calibctl --server=HOST:PORT, or CALIBCTL_SERVER\n");
}

TEST(StatusReport, AServerThatIsLoadingIsNotMistakenForNone) {
  google::rpc::Status details;
  google::rpc::ErrorInfo error;
  error.set_reason("LOADING");
  details.add_details()->PackFrom(error);
  EXPECT_EQ(StatusReport(FromDetails(grpc::StatusCode::UNAVAILABLE,
                                     "profiles are loading", details)),
            "calibctl: UNAVAILABLE: profiles are loading\n"
            "  reason: LOADING\n");
}

TEST(StatusReport, ADeadlineNamesTheOption) {
  const absl::Status status = StatusFromServer(
      grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "Deadline Exceeded"), "h:1");
  EXPECT_THAT(StatusReport(status), HasSubstr("--timeout"));
}

TEST(StatusReport, ALocalErrorHasNoCode) {
  EXPECT_EQ(StatusReport(absl::NotFoundError("rows.jsonl: No such file or directory")),
            "calibctl: rows.jsonl: No such file or directory\n");
  EXPECT_EQ(StatusReport(absl::OkStatus()), "");
}

TEST(StatusReport, WhatTheServerSentCannotSteerTheTerminal) {
  const absl::Status status = StatusFromServer(
      grpc::Status(grpc::StatusCode::NOT_FOUND, "no profile \x1b[2J\n"), "h:1");
  EXPECT_EQ(StatusReport(status), "calibctl: NOT_FOUND: no profile \\x1b[2J\\n\n");
}

TEST(StatusReport, DetailsThatCannotBeParsedAreLeftOut) {
  const absl::Status status = StatusFromServer(
      grpc::Status(grpc::StatusCode::NOT_FOUND, "gone", "\xff\xff"), "h:1");
  EXPECT_EQ(StatusReport(status), "calibctl: NOT_FOUND: gone\n");
}

}  // namespace
}  // namespace calibrd::calibctl
