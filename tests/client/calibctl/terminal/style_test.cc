#include "client/calibctl/terminal/style.h"

#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

TEST(ChooseStyle, DressesATerminalOnly) {
  const Style terminal = ChooseStyle(ColorChoice::kAuto, true, false, 100);
  EXPECT_TRUE(terminal.color);
  EXPECT_TRUE(terminal.bars);
  EXPECT_EQ(terminal.width, 100);
  const Style pipe = ChooseStyle(ColorChoice::kAuto, false, false, 80);
  EXPECT_FALSE(pipe.color);
  EXPECT_FALSE(pipe.bars);
}

TEST(ChooseStyle, HonoursNoColorOfTheEnvironment) {
  const Style style = ChooseStyle(ColorChoice::kAuto, true, true, 80);
  EXPECT_FALSE(style.color);
  EXPECT_TRUE(style.bars) << "a bar is no colour";
}

TEST(ChooseStyle, TheOptionWinsOverTheEnvironment) {
  EXPECT_TRUE(ChooseStyle(ColorChoice::kAlways, false, true, 80).color);
  EXPECT_TRUE(ChooseStyle(ColorChoice::kAlways, false, true, 80).bars);
  EXPECT_FALSE(ChooseStyle(ColorChoice::kNever, true, false, 80).color);
}

TEST(Painted, LeavesTextAloneWithoutColour) {
  EXPECT_EQ(Painted(Style{}, Paint::kBold, "x"), "x");
  EXPECT_EQ(Painted(Style{.color = true}, Paint::kBold, "x"), "\x1b[1mx\x1b[0m");
}

}  // namespace
}  // namespace calibrd::calibctl
