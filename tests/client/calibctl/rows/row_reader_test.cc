#include "client/calibctl/rows/row_reader.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const LabelColumns& Columns() {
  static const auto* columns =
      new LabelColumns(*LabelColumns::Make({"Negative", "Positive"}, 0, {}));
  return *columns;
}

absl::StatusOr<std::vector<LabelRow>> ReadAll(std::istream& stream,
                                              const LabelColumns& columns,
                                              RowFilter filter = {}) {
  RowReader reader(stream, "rows.jsonl", columns, std::move(filter));
  std::vector<LabelRow> rows;
  while (true) {
    absl::StatusOr<std::optional<LabelRow>> row = reader.Next();
    if (!row.ok()) return row.status();
    if (!row->has_value()) return rows;
    rows.push_back(std::move(**row));
  }
}

absl::StatusOr<std::vector<LabelRow>> Read(const std::string& text,
                                           RowFilter filter = {}) {
  std::istringstream stream(text);
  return ReadAll(stream, Columns(), std::move(filter));
}

std::string ErrorOf(const std::string& text, RowFilter filter = {}) {
  return std::string(Read(text, std::move(filter)).status().message());
}

TEST(RowReader, ReadsTheRightLabelOnlyWhereItIsAskedFor) {
  const std::string text =
      "{\"probabilities\": [0.9, 0.1], \"label\": \"Positive\"}\n"
      "{\"probabilities\": [0.9, 0.1], \"label\": \"Neither\"}\n";
  EXPECT_TRUE(Read(text).ok());
  EXPECT_THAT(ErrorOf(text, {.gold = GoldFields()}),
              StartsWith("rows.jsonl:2: field \"label\": \"Neither\" is no label"));
  const auto rows = Read(text.substr(0, text.find('\n')), {.gold = GoldFields()});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->front().gold.label, 1);
}

TEST(RowReader, ReadsOneRowALine) {
  const auto rows = Read("[0.9, 0.1]\n\n[0.2, 0.8]\r\n  \n[0.5, 0.5]");
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_THAT((*rows)[1].values, ElementsAre(0.2F, 0.8F));
  EXPECT_EQ((*rows)[0].place, "rows.jsonl:1");
  EXPECT_EQ((*rows)[1].place, "rows.jsonl:3") << "empty lines are counted";
}

TEST(RowReader, ReadsAnArrayOfRows) {
  for (const char* text :
       {"[[0.9, 0.1], [0.2, 0.8]]", "[\n  [0.9, 0.1],\n  [0.2, 0.8]\n]\n",
        "\n [ \n\n[0.9,\n0.1], [0.2, 0.8]]"}) {
    const auto rows = Read(text);
    ASSERT_TRUE(rows.ok()) << text << ": " << rows.status();
    ASSERT_EQ(rows->size(), 2U) << text;
    EXPECT_THAT((*rows)[1].values, ElementsAre(0.2F, 0.8F));
    EXPECT_EQ((*rows)[1].place, "rows.jsonl: row 1");
  }
}

TEST(RowReader, ReadsAnArrayOfObjects) {
  const auto rows = Read(R"([{"probabilities": [0.9, 0.1], "id": 7}])");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ((*rows)[0].kept.dump(), R"({"id":7})");
}

TEST(RowReader, SkipsAByteOrderMark) {
  EXPECT_TRUE(Read("\xEF\xBB\xBF[0.9, 0.1]\n").ok());
}

TEST(RowReader, PassesOnWhatCameAlong) {
  const auto rows =
      Read(R"({"probabilities": [1, 2], "text": "N/A", "id": "a-1", "other": 3})");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ((*rows)[0].input, "N/A");
  EXPECT_EQ((*rows)[0].kept.dump(), R"({"id":"a-1","text":"N/A"})");
  RowFilter filter;
  filter.keep.emplace_back("other");
  EXPECT_EQ((*Read(R"({"probabilities": [1, 2], "other": 3})", filter))[0].kept.dump(),
            R"({"other":3})");
}

TEST(RowReader, AnEmptyTextIsAnInput) {
  const auto rows = Read(R"({"probabilities": [1, 2], "input": ""})");
  EXPECT_EQ((*rows)[0].input, "");
  EXPECT_FALSE((*Read("[1, 2]"))[0].input.has_value());
}

TEST(RowReader, SelectsLinesWhoseFieldsHaveTheValues) {
  const std::string text =
      "{\"kind\": \"task\"}\n"
      "{\"kind\": \"test\", \"n\": 3, \"probabilities\": [1, 2]}\n"
      "{\"kind\": \"test\", \"n\": 4, \"probabilities\": [1, 3]}\n"
      "{\"kind\": \"test\", \"text\": \"\", \"probabilities\": [1, 4]}\n";
  const auto rows = Read(text, {.selections = {{"kind", "test"}, {"n", "4"}}});
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_THAT((*rows)[0].values, ElementsAre(1.0F, 3.0F));
  EXPECT_EQ(Read(text, {.selections = {{"text", ""}}})->size(), 1U);
}

TEST(RowReader, SaysWhenNothingIsSelected) {
  EXPECT_EQ(ErrorOf("{\"kind\": \"a\"}\n{\"kind\": \"b\"}\n",
                    {.selections = {{"kind", "c"}, {"text", "N/A"}}}),
            "rows.jsonl: none of 2 rows meets --select kind=c --select text=N/A");
  EXPECT_EQ(ErrorOf(""), "rows.jsonl: there are no rows");
  EXPECT_EQ(ErrorOf(" \n\n"), "rows.jsonl: there are no rows");
}

TEST(RowReader, NamesFileLineAndLabel) {
  const std::string good = R"({"probabilities": {"Negative": 0.9, "Positive": 0.1}})";
  EXPECT_EQ(ErrorOf(good + "\n" + R"({"probabilities": {"Negative": 0.9}})"),
            "rows.jsonl:2: label \"Positive\" is missing");
  EXPECT_THAT(ErrorOf(good + "\n\n" + R"({"probabilities": {"No": 1}})"),
              StartsWith("rows.jsonl:3: unknown label \"No\""));
  EXPECT_EQ(ErrorOf("[[0.9, 0.1], [0.9]]"),
            "rows.jsonl: row 1: the row has 1 numbers, the profile has 2 labels");
}

TEST(RowReader, RefusesMixedFormats) {
  EXPECT_EQ(ErrorOf("[0.9, 0.1]\n{\"logprobs\": [-1, -2]}\n"),
            "rows.jsonl:2: this row is an object with an array of log-probabilities, the "
            "rows before it are each a bare array of probabilities");
  EXPECT_THAT(ErrorOf("{\"logprobs\": [-1, -2]}\n{\"probabilities\": [1, 2]}\n"),
              StartsWith("rows.jsonl:2: "));
  EXPECT_THAT(ErrorOf("{\"probabilities\": [1, 2]}\n"
                      "{\"probabilities\": {\"Negative\": 1, \"Positive\": 1}}\n"),
              HasSubstr("an object with a map of probabilities"));
}

TEST(RowReader, SaysWhereJsonIsBroken) {
  EXPECT_THAT(ErrorOf("[0.9, 0.1]\n[0.9, 0.1\n"),
              StartsWith("rows.jsonl:2: not JSON, at column "));
  EXPECT_THAT(ErrorOf("[0.9, x]\n"), StartsWith("rows.jsonl:1: not JSON, at column 7"));
  EXPECT_EQ(ErrorOf("[1e400, 0.1]\n"),
            "rows.jsonl:1: a number is too large for a double");
  EXPECT_THAT(ErrorOf("[\n[0.9, 0.1],\n[0.9, oops]\n]"),
              StartsWith("rows.jsonl:3: not JSON, at column 7"));
  EXPECT_THAT(ErrorOf("[\n 0.9,\n 0.1\n]\n"), HasSubstr("a row takes one line"));
}

TEST(RowReader, ExplainsInfinity) {
  EXPECT_THAT(ErrorOf("{\"logprobs\": [-Infinity, -1]}\n"),
              HasSubstr("\"-Infinity\" in quotes"));
}

TEST(RowReader, CountsBytesForTheProgress) {
  std::istringstream stream("[0.9, 0.1]\n[0.2, 0.8]\n");
  RowReader reader(stream, "rows.jsonl", Columns(), {});
  ASSERT_TRUE(reader.Next().ok());
  EXPECT_EQ(reader.bytes(), 11);
}

TEST(RowReader, ReadsTheRecordedRowsOfAModel) {
  std::ifstream file(CALIBRD_TEST_DATA "/llm-rows/smollm2-135m-instruct.agnews.jsonl");
  ASSERT_TRUE(file.is_open());
  const auto columns = LabelColumns::Make({"World", "Sports", "Business", "Technology"},
                                          0, {"Technology=Science"});
  const auto rows = ReadAll(
      file, *columns,
      {.selections = {{"kind", "content_free"}, {"prompt", "agnews/plain-0shot-0"}}});
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 5U);
  EXPECT_EQ((*rows)[0].input, "N/A");
  EXPECT_FLOAT_EQ((*rows)[0].values[0], -8.200806F);
  // ln(exp(-9.833368) + exp(-9.625728)), by hand.
  EXPECT_NEAR((*rows)[0].values[3], -9.031021F, 1e-5);
}

TEST(ParseSelection, DividesAtTheFirstEqualsSign) {
  const auto selection = ParseSelection("text=a=b");
  ASSERT_TRUE(selection.ok());
  EXPECT_EQ(selection->field, "text");
  EXPECT_EQ(selection->value, "a=b");
  EXPECT_EQ(ParseSelection("text=")->value, "");
  EXPECT_FALSE(ParseSelection("text").ok());
  EXPECT_FALSE(ParseSelection("=x").ok());
}

}  // namespace
}  // namespace calibrd::calibctl
