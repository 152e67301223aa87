#include "client/calibctl/terminal/table.h"

#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

TEST(Table, AlignsColumnsByDisplayWidth) {
  Table table({{"LABEL", Align::kLeft}, {"ROWS", Align::kRight}, {"NOTE", Align::kLeft}});
  table.Add({"感情", "5", "wide"});
  table.Add({"e\u0301te\u0301", "12,345", ""});
  EXPECT_EQ(table.Render(Style{}),
            "LABEL    ROWS  NOTE\n"
            "感情        5  wide\n"
            "e\u0301te\u0301    12,345\n");
}

TEST(Table, KeepsACellFromBreakingTheLine) {
  Table table({{"NAME", Align::kLeft}, {"K", Align::kRight}});
  table.Add({"a\nb", "2"});
  EXPECT_EQ(table.Render(Style{}),
            "NAME  K\n"
            "a\\nb  2\n");
}

TEST(Table, WithoutLinesStillHasItsHeader) {
  EXPECT_EQ(Table({{"NAME", Align::kLeft}}).Render(Style{}), "NAME\n");
}

TEST(Table, PaintsTheHeaderOnly) {
  Table table({{"NAME", Align::kLeft}});
  table.Add({"x"});
  EXPECT_EQ(table.Render(Style{.color = true}), "\x1b[1mNAME\x1b[0m\nx\n");
}

TEST(Table, FillsMissingCells) {
  Table table({{"A", Align::kLeft}, {"B", Align::kRight}});
  table.Add({"x"});
  EXPECT_EQ(table.Render(Style{}), "A  B\nx\n");
}

}  // namespace
}  // namespace calibrd::calibctl
