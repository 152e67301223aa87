#include "client/calibctl/terminal/progress.h"

#include <optional>
#include <sstream>

#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

TEST(ProgressLine, TellsRateAndTimeLeft) {
  EXPECT_EQ(ProgressLine(12288, absl::Seconds(4), 0.25),
            "12,288 rows  3,072 rows/s  25 %  0:12 left");
  EXPECT_EQ(ProgressLine(1000, absl::Hours(1), 0.5),
            "1,000 rows  0 rows/s  50 %  1:00:00 left");
}

TEST(ProgressLine, LeavesOutWhatAPipeCannotTell) {
  EXPECT_EQ(ProgressLine(2000, absl::Seconds(1), std::nullopt),
            "2,000 rows  2,000 rows/s");
}

TEST(Progress, StaysQuietForShortRuns) {
  std::ostringstream out;
  const absl::Time start = absl::FromUnixSeconds(1000);
  Progress progress(out, true, start);
  progress.Update(999, 0.9, start + absl::Seconds(10));
  progress.Finish();
  EXPECT_EQ(out.str(), "");
}

TEST(Progress, DrawsTenTimesASecondAndWipesItsLine) {
  std::ostringstream out;
  const absl::Time start = absl::FromUnixSeconds(1000);
  Progress progress(out, true, start);
  progress.Update(5000, std::nullopt, start + absl::Milliseconds(50));
  EXPECT_EQ(out.str(), "") << "too early";
  progress.Update(10000, std::nullopt, start + absl::Seconds(1));
  progress.Update(10500, std::nullopt, start + absl::Milliseconds(1050));
  progress.Finish();
  EXPECT_EQ(out.str(), "\r\x1b[K10,000 rows  10,000 rows/s\r\x1b[K");
}

TEST(Progress, ANoteTakesThePlaceOfTheLineIfThereIsOne) {
  std::ostringstream out;
  const absl::Time start = absl::FromUnixSeconds(1000);
  Progress progress(out, true, start);
  progress.Note("measuring");
  EXPECT_EQ(out.str(), "");
  progress.Update(10000, std::nullopt, start + absl::Seconds(1));
  out.str("");
  progress.Note("measuring");
  progress.Finish();
  EXPECT_EQ(out.str(), "\r\x1b[Kmeasuring\r\x1b[K");
}

TEST(Progress, DoesNothingWhereItIsNotShown) {
  std::ostringstream out;
  Progress progress(out, false, absl::UnixEpoch());
  progress.Update(100000, 0.5, absl::FromUnixSeconds(100));
  progress.Finish();
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace calibrd::calibctl
