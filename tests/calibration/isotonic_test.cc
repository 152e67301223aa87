#include "calibration/isotonic.h"

#include <cmath>
#include <vector>

#include "tests/calibration/short_forms.h"

namespace calibrd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<double> Fitted(const std::vector<double>& y,
                           const std::vector<double>& weights = {}) {
  return FitIsotonic(y, weights).value();
}

TEST(Isotonic, LeavesARisingSequenceUnchanged) {
  EXPECT_THAT(Fitted({-1, 2, 2, 5}), ElementsAre(-1, 2, 2, 5));
  EXPECT_THAT(Fitted({7}), ElementsAre(7));
  EXPECT_THAT(Fitted({}), IsEmpty());
}

TEST(Isotonic, PoolsAFallingSequenceIntoItsMean) {
  EXPECT_THAT(Fitted({6, 4, 2}), AreNear<double>({4, 4, 4}, 1e-12));
  EXPECT_THAT(Fitted({6, 2}, {3, 1}), ElementsAre(5, 5));
}

TEST(Isotonic, PoolsBackwardsAsFarAsItMust) {
  EXPECT_THAT(Fitted({1, 2, 3, -6}), AreNear<double>({0, 0, 0, 0}, 1e-12));
}

TEST(Isotonic, RefusesWhatItCannotFit) {
  ExpectInvalid(FitIsotonic({1, 2}, {1}).status(), reason::kInvalidArgument, "weights",
                "1 weights for 2 numbers");
  ExpectInvalid(FitIsotonic({1, std::nan("")}, {}).status(), reason::kValueNotFinite,
                "y[1]", "not a finite number");
  for (const double bad : {0.0, -1.0, std::nan(""), HUGE_VAL}) {
    ExpectInvalid(FitIsotonic({1, 2}, {bad, 1}).status(), reason::kInvalidArgument,
                  "weights[0]", "above 0");
  }
}

}  // namespace
}  // namespace calibrd
