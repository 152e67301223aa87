#include "server/service/wire.h"

#include <string>

#include "calibration/error.h"
#include "calibration/v1/calibration_service.pb.h"
#include "gmock/gmock.h"
#include "grpcpp/support/slice.h"
#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

using ::calibration::v1::CalibrateRequest;
using ::testing::HasSubstr;

constexpr int64_t kLimit = 1 << 20;

grpc::ByteBuffer BytesOf(const std::string& text) {
  const grpc::Slice slice(text);
  return {&slice, 1};
}

class WireTest : public testing::Test {
 protected:
  void SetUp() override { CatchProtobufLog(); }
  CalibrateRequest request_;
};

TEST_F(WireTest, ReadsBackWhatItWrote) {
  request_.set_name("models/m/prompts/p");
  request_.mutable_rows()->mutable_probabilities()->add_values(0.25f);
  grpc::ByteBuffer bytes;
  ASSERT_TRUE(Serialize(request_, bytes).ok());
  CalibrateRequest back;
  ASSERT_TRUE(Parse(bytes, kLimit, back).ok());
  EXPECT_EQ(back.SerializeAsString(), request_.SerializeAsString());
}

TEST_F(WireTest, ReadsBytesThatCameInPieces) {
  request_.set_name("models/m/prompts/p");
  const std::string text = request_.SerializeAsString();
  const grpc::Slice slices[] = {grpc::Slice(text.substr(0, 3)),
                                grpc::Slice(text.substr(3))};
  CalibrateRequest back;
  ASSERT_TRUE(Parse(grpc::ByteBuffer(slices, 2), kLimit, back).ok());
  EXPECT_EQ(back.name(), "models/m/prompts/p");
}

TEST_F(WireTest, NoBytesAreAnEmptyMessage) {
  EXPECT_TRUE(Parse(BytesOf(""), kLimit, request_).ok());
}

TEST_F(WireTest, ARequestOverTheLimitNamesTheFlag) {
  const absl::Status status =
      Parse(BytesOf(std::string(kLimit + 1, 'x')), kLimit, request_);
  EXPECT_EQ(ReasonOf(status), reason::kRequestTooLarge);
  EXPECT_THAT(std::string(status.message()), HasSubstr("1048577 bytes"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("--max_request_bytes"));
}

TEST_F(WireTest, BytesOfSomethingElseAreMalformed) {
  const absl::Status status = Parse(BytesOf("\xff\xff\xff"), kLimit, request_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), reason::kMalformedRequest);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("not a calibration.v1.CalibrateRequest"));
}

TEST_F(WireTest, ATextThatIsNotUtf8NamesItsField) {
  const absl::Status status = Parse(BytesOf("\x0a\x02\xc3\x28"), kLimit, request_);
  EXPECT_EQ(ReasonOf(status), reason::kMalformedRequest);
  EXPECT_EQ(FieldViolationOf(status).field, "name");
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("calibration.v1.CalibrateRequest.name is not valid UTF-8"));
}

TEST_F(WireTest, AnOldComplaintIsNotToldOfANewRequest) {
  ASSERT_FALSE(Parse(BytesOf("\x0a\x02\xc3\x28"), kLimit, request_).ok());
  const absl::Status status = Parse(BytesOf("\xff\xff\xff"), kLimit, request_);
  EXPECT_EQ(FieldViolationOf(status).field, "");
}

}  // namespace
}  // namespace calibrd::service
