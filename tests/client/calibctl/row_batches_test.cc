#include "client/calibctl/row_batches.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::ElementsAre;

TEST(RowsPerCall, IsBoundByTheNumbersInACall) {
  EXPECT_EQ(RowsPerCall(1024, 2), 1024U);
  EXPECT_EQ(RowsPerCall(1024, 1024), 256U);
  EXPECT_EQ(RowsPerCall(1024, 131072), 2U);
  EXPECT_EQ(RowsPerCall(1024, 262144), 1U);
  EXPECT_EQ(RowsPerCall(1000000, 2), 131072U);
}

TEST(BatchReader, KeepsOrderAndSaysWhichRowsABatchHolds) {
  const auto columns = LabelColumns::Make({}, 2, {});
  std::istringstream stream(
      "{\"logprobs\": [-1, -2], \"id\": 1}\n"
      "{\"logprobs\": [-3, -4], \"id\": 2}\n"
      "{\"logprobs\": [-5, -6], \"id\": 3}\n");
  RowReader reader(stream, "rows", *columns, {});
  calibration::v1::CalibrateRequest pattern;
  pattern.set_name("models/a/prompts/b");
  pattern.set_revision(4);
  BatchReader batches(reader, 2, pattern);

  const auto first = batches.Next();
  ASSERT_TRUE(first.ok() && first->has_value()) << first.status();
  EXPECT_EQ((*first)->places, "rows:1 to rows:2");
  EXPECT_EQ((*first)->request.name(), "models/a/prompts/b");
  EXPECT_EQ((*first)->request.revision(), 4);
  EXPECT_THAT((*first)->request.rows().log_probabilities().values(),
              ElementsAre(-1, -2, -3, -4));
  EXPECT_EQ((*first)->kept[1].dump(), R"({"id":2})");

  const auto last = batches.Next();
  ASSERT_TRUE(last.ok() && last->has_value());
  EXPECT_EQ((*last)->places, "rows:3");
  const auto end = batches.Next();
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(end->has_value());
}

}  // namespace
}  // namespace calibrd::calibctl
