#include "calibration/error.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

absl::Status BadValue() {
  return Error(absl::StatusCode::kInvalidArgument, reason::kValueNegative, "below zero")
      .Field("values[7]")
      .Meta("row", "3")
      .Meta("label", "1");
}

TEST(Error, KeepsCodeReasonFieldAndText) {
  const absl::Status status = BadValue();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "below zero");
  EXPECT_EQ(ReasonOf(status), "VALUE_NEGATIVE");
  EXPECT_EQ(FieldViolationOf(status).field, "values[7]");
  EXPECT_EQ(FieldViolationOf(status).description, "below zero");
}

TEST(Error, ListsMetadataInTheOrderOfTheKeys) {
  EXPECT_THAT(MetadataOf(BadValue()), ElementsAre(Pair("label", "1"), Pair("row", "3")));
}

TEST(Error, ReplacesAFieldAndAKeyThatAreSetTwice) {
  const absl::Status status =
      Error(absl::StatusCode::kAborted, reason::kEtagMismatch, "stale")
          .Field("name")
          .Field("etag")
          .Meta("etag", "old")
          .Meta("etag", "new");
  EXPECT_EQ(FieldViolationOf(status).field, "etag");
  EXPECT_THAT(MetadataOf(status), ElementsAre(Pair("etag", "new")));
}

TEST(Error, TravelsInAStatusOr) {
  const auto fails = []() -> absl::StatusOr<int> {
    return Error(absl::StatusCode::kNotFound, reason::kProfileNotFound,
                 "no such profile");
  };
  EXPECT_EQ(fails().status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReasonOf(fails().status()), "PROFILE_NOT_FOUND");
}

TEST(Error, NeedsNeitherFieldNorMetadata) {
  const absl::Status status =
      Error(absl::StatusCode::kUnavailable, reason::kLoading, "not yet");
  EXPECT_EQ(ReasonOf(status), "LOADING");
  EXPECT_EQ(FieldViolationOf(status).field, "");
  EXPECT_THAT(MetadataOf(status), IsEmpty());
}

TEST(Error, AForeignStatusHasNoReason) {
  for (const absl::Status& status :
       {absl::OkStatus(), absl::InternalError("not one of ours")}) {
    EXPECT_EQ(ReasonOf(status), "");
    EXPECT_EQ(FieldViolationOf(status).field, "");
    EXPECT_THAT(MetadataOf(status), IsEmpty());
  }
}

TEST(InvalidField, IsAnInvalidArgument) {
  const absl::Status status = InvalidField(reason::kInvalidName, "name", "empty");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "INVALID_NAME");
  EXPECT_EQ(FieldViolationOf(status).field, "name");
}

TEST(PrefixField, PutsThePathInFrontAndKeepsTheRest) {
  const absl::Status status = PrefixField(BadValue(), "rows.probabilities.");
  EXPECT_EQ(FieldViolationOf(status).field, "rows.probabilities.values[7]");
  EXPECT_EQ(ReasonOf(status), "VALUE_NEGATIVE");
  EXPECT_EQ(status.message(), "below zero");
  EXPECT_THAT(MetadataOf(status), ElementsAre(Pair("label", "1"), Pair("row", "3")));
}

TEST(PrefixField, LeavesAStatusWithoutAFieldAsItIs) {
  const absl::Status plain = absl::InternalError("not one of ours");
  EXPECT_EQ(PrefixField(plain, "rows."), plain);
  EXPECT_TRUE(PrefixField(absl::OkStatus(), "rows.").ok());
}

}  // namespace
}  // namespace calibrd
