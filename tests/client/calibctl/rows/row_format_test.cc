#include "client/calibctl/rows/row_format.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;

LabelColumns Columns() {
  return *LabelColumns::Make({"Negative", "Positive"}, 0, {"Positive=Good"});
}

absl::StatusOr<std::vector<float>> Read(const std::string& json) {
  const nlohmann::json value = nlohmann::json::parse(json);
  const absl::StatusOr<RowNumbers> numbers = FindNumbers(value);
  if (!numbers.ok()) return numbers.status();
  return ReadNumbers(*numbers, Columns());
}

std::string ErrorOf(const std::string& json) {
  return std::string(Read(json).status().message());
}

TEST(RowFormat, EveryFormatGivesTheSameRow) {
  const auto row = ElementsAre(FloatEq(0.9F), FloatEq(0.1F));
  EXPECT_THAT(*Read("[0.9, 0.1]"), row);
  EXPECT_THAT(*Read(R"({"probabilities": [0.9, 0.1]})"), row);
  EXPECT_THAT(*Read(R"({"probabilities": {"Positive": 0.1, "Negative": 0.9}})"), row);
  EXPECT_THAT(*Read(R"({"logprobs": [0.9, 0.1]})"), row);
  EXPECT_THAT(*Read(R"({"log_probabilities": {"Negative": 0.9, "Positive": 0.1}})"), row);
}

TEST(RowFormat, KnowsTheUnit) {
  const auto unit = [](const char* json) {
    return FindNumbers(nlohmann::json::parse(json))->format.unit;
  };
  EXPECT_EQ(unit("[1]"), RowUnit::kProbability);
  EXPECT_EQ(unit(R"({"probabilities": [1]})"), RowUnit::kProbability);
  EXPECT_EQ(unit(R"({"logprobs": [0]})"), RowUnit::kLogProbability);
  EXPECT_EQ(unit(R"({"log_probabilities": [0]})"), RowUnit::kLogProbability);
}

TEST(RowFormat, AddsTheProbabilitiesOfAliases) {
  EXPECT_THAT(
      *Read(R"({"probabilities": {"Negative": 0.5, "Positive": 0.2, "Good": 0.1}})"),
      ElementsAre(FloatEq(0.5F), FloatEq(0.3F)));
  const auto logs =
      *Read(R"({"logprobs": {"Negative": -1, "Positive": -2, "Good": -3}})");
  EXPECT_THAT(logs, ElementsAre(FloatEq(-1.0F), FloatEq(static_cast<float>(std::log(
                                                    std::exp(-2.0) + std::exp(-3.0))))));
}

TEST(RowFormat, AddsAliasesFarBelowWhatExpCanHold) {
  const auto logs =
      *Read(R"({"logprobs": {"Negative": -1, "Positive": -2000, "Good": -2000}})");
  EXPECT_FLOAT_EQ(logs[1], static_cast<float>(-2000 + std::log(2.0)));
}

TEST(RowFormat, ALabelIsThereByAnyOfItsNames) {
  EXPECT_THAT(*Read(R"({"probabilities": {"Negative": 0.5, "Good": 0.1}})"),
              ElementsAre(FloatEq(0.5F), FloatEq(0.1F)));
}

TEST(RowFormat, MinusInfinityIsALogarithmOnly) {
  const float zero = -std::numeric_limits<float>::infinity();
  EXPECT_THAT(*Read(R"({"logprobs": ["-Infinity", -1]})"), ElementsAre(zero, -1.0F));
  EXPECT_THAT(
      *Read(R"({"logprobs": {"Negative": -1, "Positive": "-inf", "Good": "-inf"}})"),
      ElementsAre(-1.0F, zero));
  EXPECT_THAT(ErrorOf(R"(["-Infinity", 1])"), HasSubstr("not a number"));
}

TEST(RowFormat, NamesTheLabelThatIsMissingOrUnknown) {
  EXPECT_EQ(ErrorOf(R"({"probabilities": {"Negative": 0.9}})"),
            "label \"Positive\" is missing");
  EXPECT_THAT(ErrorOf(R"({"logprobs": {"Negative": -1, "Positive": -1, "Neutral": -1}})"),
              HasSubstr("unknown label \"Neutral\""));
}

TEST(RowFormat, RefusesRowsOfTheWrongLength) {
  EXPECT_EQ(ErrorOf("[0.1, 0.2, 0.7]"),
            "the row has 3 numbers, the profile has 2 labels");
}

TEST(RowFormat, RefusesValuesThatAreNoProbabilities) {
  EXPECT_THAT(ErrorOf("[0.9, -0.1]"),
              HasSubstr("label 1 (\"Positive\"): -0.1 is negative"));
  EXPECT_THAT(ErrorOf("[0.9, -0.1]"), HasSubstr("logprobs"));
  EXPECT_THAT(ErrorOf("[0.9, null]"), HasSubstr("null is not a number"));
  EXPECT_THAT(ErrorOf("[0.9, 1e39]"), HasSubstr("too large for a float"));
  EXPECT_THAT(ErrorOf(R"({"probabilities": {"Negative": "x", "Positive": 1}})"),
              HasSubstr("label \"Negative\": \"x\" is not a number"));
}

TEST(RowFormat, RefusesRowsWithoutAnyProbability) {
  EXPECT_THAT(ErrorOf("[0, 0]"), HasSubstr("every probability of the row is zero"));
  EXPECT_THAT(ErrorOf(R"({"logprobs": ["-Infinity", "-Infinity"]})"),
              HasSubstr("every probability of the row is zero"));
  EXPECT_TRUE(Read(R"({"logprobs": [0, 0]})").ok()) << "ln 1";
}

TEST(RowFormat, RefusesObjectsThatSayTooLittleOrTooMuch) {
  EXPECT_THAT(ErrorOf(R"({"kind": "task", "model": "m"})"),
              HasSubstr("only: kind, model"));
  EXPECT_THAT(ErrorOf(R"({"probabilities": [1, 1], "logprobs": [0, 0]})"),
              HasSubstr("both"));
  EXPECT_THAT(ErrorOf(R"({"probabilities": 1})"),
              HasSubstr("neither an array nor a map"));
  EXPECT_THAT(ErrorOf("3"), HasSubstr("a JSON array or a JSON object"));
}

TEST(RowFormat, AMapNeedsNamesToLookUp) {
  const auto columns = LabelColumns::Make({}, 2, {});
  const nlohmann::json value = {{"probabilities", {{"a", 1}, {"b", 1}}}};
  const auto read = ReadNumbers(*FindNumbers(value), *columns);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("only their number"));
}

}  // namespace
}  // namespace calibrd::calibctl
