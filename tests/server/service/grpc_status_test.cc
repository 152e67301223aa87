#include "server/service/grpc_status.h"

#include "calibration/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(GrpcStatus, OfSuccessHasNoDetails) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).error_details().empty());
}

TEST(GrpcStatus, CarriesReasonDomainMetadataAndField) {
  const grpc::Status status = ToGrpcStatus(
      Error(absl::StatusCode::kInvalidArgument, reason::kValueNotFinite, "row 3 is bad")
          .Field("rows.probabilities.values[7]")
          .Meta("row", "3"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(status.error_message(), "row 3 is bad");
  const google::rpc::Status details = DetailsOf(status);
  EXPECT_EQ(details.code(), 3);
  EXPECT_EQ(details.message(), "row 3 is bad");
  ASSERT_EQ(details.details_size(), 2);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "VALUE_NOT_FINITE");
  EXPECT_EQ(info.domain(), "calibrd");
  EXPECT_EQ(info.metadata().at("row"), "3");
  google::rpc::BadRequest bad;
  ASSERT_TRUE(details.details(1).UnpackTo(&bad));
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "rows.probabilities.values[7]");
  EXPECT_EQ(bad.field_violations(0).description(), "row 3 is bad");
}

TEST(GrpcStatus, OfOverloadSaysWhenToComeBack) {
  const google::rpc::Status details = DetailsOf(ToGrpcStatus(
      Error(absl::StatusCode::kResourceExhausted, reason::kOverloaded, "busy")));
  ASSERT_EQ(details.details_size(), 2);
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(details.details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().nanos(), 200'000'000);
}

TEST(GrpcStatus, AlwaysHasAReason) {
  const google::rpc::Status details =
      DetailsOf(ToGrpcStatus(absl::InternalError("oops")));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "INTERNAL");
}

TEST(GrpcStatus, KeepsTheNumberOfEachCode) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status status(static_cast<absl::StatusCode>(code), "x");
    EXPECT_EQ(static_cast<int>(ToGrpcStatus(status).error_code()), code);
  }
}

}  // namespace
}  // namespace calibrd::service
