#include "client/calibctl/page/markup.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Escaped, LeavesNoMarkup) {
  EXPECT_EQ(Escaped("<b onclick=\"x('y')\">&amp;"),
            "&lt;b onclick=&quot;x(&#39;y&#39;)&quot;&gt;&amp;amp;");
  EXPECT_EQ(Escaped("感情"), "感情");
}

TEST(Escaped, ShowsWhatCouldHideOrReorderText) {
  EXPECT_EQ(Escaped(std::string("a\0b\x1b[2J", 7)), "a\\x00b\\x1b[2J");
  EXPECT_THAT(Escaped("a\u202Eb"), Not(HasSubstr("\u202E")));
  EXPECT_EQ(Escaped("\xff"), "\uFFFD");
}

TEST(Datum, HoldsTheNumberBesideWhatIsShown) {
  EXPECT_EQ(Datum(1.0 / 3, "0.333"), "<data value=\"0.333333333333\">0.333</data>");
  EXPECT_EQ(Datum(0, "<"), "<data value=\"0\">&lt;</data>");
}

TEST(Pixels, AreShort) {
  EXPECT_EQ(Pixels(12), "12");
  EXPECT_EQ(Pixels(12.5), "12.5");
  EXPECT_EQ(Pixels(1.0 / 3), "0.33");
  EXPECT_EQ(Pixels(-0.001), "0");
  EXPECT_EQ(Pixels(100), "100");
}

TEST(Svg, TellsReadersAndPointersWhatItShows) {
  Svg svg("A <title>", "What it shows", 100, 50);
  svg.Rect({1, 2, 3, -4}, "bar", "12 \"rows\"");
  svg.Line(0, 0, 1, 1, "grid");
  svg.Label(5, 6, Anchor::kEnd, "name", "sho…", "short & long");
  EXPECT_EQ(svg.Text(),
            "<svg viewBox=\"0 0 100 50\" style=\"max-width:100px\" role=\"img\">\n"
            "<title>A &lt;title&gt;</title>\n"
            "<desc>What it shows</desc>\n"
            "<rect class=\"bar\" x=\"1\" y=\"2\" width=\"3\" height=\"0\"><title>12 "
            "&quot;rows&quot;</title></rect>\n"
            "<line class=\"grid\" x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\"/>\n"
            "<text class=\"name\" x=\"5\" y=\"6\" text-anchor=\"end\"><title>short &amp; "
            "long</title>sho…</text>\n"
            "</svg>\n");
}

TEST(Fitted, CutsByWidth) {
  EXPECT_EQ(Fitted("Negative", 100), "Negative");
  EXPECT_LT(TextWidth(Fitted("a very long name of a label", 60)), 60);
  EXPECT_EQ(Fitted("感情感情感情", 34), "感情…") << "wide characters take two places";
  EXPECT_EQ(Fitted("abc", 0), "…");
}

}  // namespace
}  // namespace calibrd::calibctl
