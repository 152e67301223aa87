#include "client/calibctl/terminal/text.h"

#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

TEST(DisplayWidth, CountsColumnsNotBytes) {
  EXPECT_EQ(DisplayWidth("Positive"), 8);
  EXPECT_EQ(DisplayWidth("négatif"), 7);
  EXPECT_EQ(DisplayWidth("感情"), 4);
  EXPECT_EQ(DisplayWidth("한국"), 4);
  EXPECT_EQ(DisplayWidth("😀"), 2);
  EXPECT_EQ(DisplayWidth("e\u0301"), 1) << "a combining accent takes no column";
}

TEST(Printable, KeepsTextOfEveryScript) {
  EXPECT_EQ(Printable(" Positive 感情 \"x\" 😀"), " Positive 感情 \"x\" 😀");
}

TEST(Printable, EscapesWhatWouldSteerTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(Printable("one\ntwo\tthree\r"), "one\\ntwo\\tthree\\r");
  EXPECT_EQ(Printable("\x7f"), "\\x7f");
  EXPECT_EQ(Printable("\u009b1m"), "\\x9b1m") << "the one-character form of ESC [";
  EXPECT_EQ(Printable("a\u202eb"), "a\\u202eb") << "would show the rest backwards";
}

TEST(Printable, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(Printable("a\xff"), "a\uFFFD");
  EXPECT_EQ(Printable("\xc3"), "\uFFFD") << "cut in the middle";
  EXPECT_EQ(Printable("\xc0\xaf"), "\uFFFD\uFFFD") << "an overlong slash";
  EXPECT_EQ(Printable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "a surrogate";
}

TEST(Pad, FillsUpToColumns) {
  EXPECT_EQ(PadRight("感情", 6), "感情  ");
  EXPECT_EQ(PadLeft("é", 3), "  é");
  EXPECT_EQ(PadRight("longer", 3), "longer");
}

TEST(Shorten, EndsWithAnEllipsisAtTheWidth) {
  EXPECT_EQ(Shorten("short", 5), "short");
  EXPECT_EQ(Shorten("longer", 5), "long…");
  EXPECT_EQ(Shorten("感情感情", 4), "感…") << "half a wide character cannot be shown";
}

TEST(WithThousands, GroupsDigitsByThree) {
  EXPECT_EQ(WithThousands(0), "0");
  EXPECT_EQ(WithThousands(999), "999");
  EXPECT_EQ(WithThousands(1000), "1,000");
  EXPECT_EQ(WithThousands(1234567), "1,234,567");
  EXPECT_EQ(WithThousands(-123456), "-123,456");
}

}  // namespace
}  // namespace calibrd::calibctl
