#include "client/calibctl/rows/row_places.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

TEST(RowPlaces, RemembersEveryRow) {
  RowPlaces places;
  const std::vector<std::string> added = {
      "rows.jsonl:1",     "rows.jsonl:2",     "rows.jsonl:7", "rows.jsonl:8",
      "more.json: row 0", "more.json: row 1", "rows.jsonl:9"};
  for (const std::string& place : added) places.Add(place);
  ASSERT_EQ(places.size(), 7);
  for (std::size_t i = 0; i < added.size(); ++i) {
    EXPECT_EQ(places.Of(static_cast<int64_t>(i)), added[i]);
  }
  EXPECT_EQ(places.Between(2, 4), "rows.jsonl:7 to more.json: row 0");
  EXPECT_EQ(places.Between(3, 3), "rows.jsonl:8");
}

TEST(RowPlaces, LinesThatFollowEachOtherTakeNoRoom) {
  RowPlaces places;
  for (int line = 1; line <= 1'000'000; ++line) places.Add(absl::StrCat("f:", line));
  EXPECT_EQ(places.stretches(), 1U);
  EXPECT_EQ(places.Of(999'999), "f:1000000");
  places.Add("f:1000002");
  EXPECT_EQ(places.stretches(), 2U);
  EXPECT_EQ(places.Of(1'000'000), "f:1000002");
}

TEST(RowPlaces, ANumberThatIsTooLongBelongsToTheName) {
  RowPlaces places;
  places.Add("f:123456789012345678901234567890");
  EXPECT_EQ(places.Of(0), "f:123456789012345678901234567890");
}

TEST(RowPlaces, FilesOfOneNameKeepTheirLines) {
  RowPlaces places;
  for (const char* place : {"f:1", "f:2", "f:1", "f:2"}) places.Add(place);
  EXPECT_EQ(places.Of(1), "f:2");
  EXPECT_EQ(places.Of(2), "f:1");
  EXPECT_EQ(places.stretches(), 2U);
}

}  // namespace
}  // namespace calibrd::calibctl
