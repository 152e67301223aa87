#include "client/calibctl/exit_code.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "client/calibctl/server_status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

int CodeOf(grpc::StatusCode code) {
  return static_cast<int>(
      ExitCodeOf(StatusFromServer(grpc::Status(code, "message"), "host:1")));
}

// These numbers are a promise to scripts; docs/calibctl.md has the same table.
TEST(ExitCode, OfEachCodeOfTheServer) {
  const std::map<grpc::StatusCode, int> expected = {
      {grpc::StatusCode::CANCELLED, 6},
      {grpc::StatusCode::UNKNOWN, 8},
      {grpc::StatusCode::INVALID_ARGUMENT, 3},
      {grpc::StatusCode::DEADLINE_EXCEEDED, 6},
      {grpc::StatusCode::NOT_FOUND, 4},
      {grpc::StatusCode::ALREADY_EXISTS, 5},
      {grpc::StatusCode::PERMISSION_DENIED, 9},
      {grpc::StatusCode::RESOURCE_EXHAUSTED, 7},
      {grpc::StatusCode::FAILED_PRECONDITION, 5},
      {grpc::StatusCode::ABORTED, 5},
      {grpc::StatusCode::OUT_OF_RANGE, 3},
      {grpc::StatusCode::UNIMPLEMENTED, 8},
      {grpc::StatusCode::INTERNAL, 8},
      {grpc::StatusCode::UNAVAILABLE, 6},
      {grpc::StatusCode::DATA_LOSS, 8},
      {grpc::StatusCode::UNAUTHENTICATED, 9}};
  for (const auto& [code, exit_code] : expected) {
    EXPECT_EQ(CodeOf(code), exit_code) << "gRPC code " << code;
  }
}

TEST(ExitCode, ALocalErrorIsOneWhateverItsCode) {
  EXPECT_EQ(static_cast<int>(ExitCodeOf(absl::NotFoundError("rows.jsonl"))), 1);
  EXPECT_EQ(static_cast<int>(ExitCodeOf(absl::InvalidArgumentError("x"))), 1);
}

TEST(ExitCode, SuccessIsZero) {
  EXPECT_EQ(static_cast<int>(ExitCodeOf(absl::OkStatus())), 0);
  EXPECT_TRUE(StatusFromServer(grpc::Status::OK, "host:1").ok());
}

TEST(ExitCode, HelpListsEveryCode) {
  for (const int code : {0, 1, 3, 4, 5, 6, 7, 8, 9}) {
    EXPECT_THAT(ExitCodeTable(), testing::HasSubstr(absl::StrCat("\n  ", code, "  ")));
  }
}

TEST(WithContext, KeepsWhereAStatusCameFrom) {
  const absl::Status status = WithContext(
      StatusFromServer(grpc::Status(grpc::StatusCode::NOT_FOUND, "gone"), "host:1"),
      "rows.jsonl:3");
  EXPECT_EQ(status.message(), "rows.jsonl:3: gone");
  EXPECT_EQ(ServerOf(status), "host:1");
  EXPECT_EQ(static_cast<int>(ExitCodeOf(status)), 4);
}

}  // namespace
}  // namespace calibrd::calibctl
