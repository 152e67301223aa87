#include "client/calibctl/calibrated_rows.h"

#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::CalibrateResponse;
using nlohmann::ordered_json;

CalibrateResponse TwoRows() {
  CalibrateResponse response;
  for (const float value : {0.25F, 0.75F, 0.1F, 0.9F}) response.add_probabilities(value);
  response.add_best(1);
  response.add_best(1);
  return response;
}

std::string Write(OutputFormat output, const std::vector<ordered_json>& kept,
                  const CalibrateResponse& response) {
  std::ostringstream out;
  CalibratedRowWriter writer(out, output, {"Negative", "Positive"}, Style{});
  writer.Write(kept, response);
  writer.Finish();
  return out.str();
}

TEST(CalibratedRowJson, NumbersAreTheShortestThatReadBack) {
  EXPECT_EQ(CalibratedRowJson(ordered_json::object(), TwoRows(), 1, 2),
            R"({"probabilities":[0.1,0.9],"best":1})");
}

TEST(CalibratedRowJson, PutsFirstWhatCameAlong) {
  CalibrateResponse response = TwoRows();
  response.add_best_names("Positive \"x\"");
  response.add_best_names("Positive");
  const ordered_json kept = {{"id", 7}, {"text", "N/A"}};
  EXPECT_EQ(CalibratedRowJson(kept, response, 0, 2),
            "{\"id\":7,\"text\":\"N/A\",\"probabilities\":[0.25,0.75],\"best\":1,"
            "\"best_name\":\"Positive \\\"x\\\"\"}");
}

TEST(CalibratedRowJson, WithTopKSaysWhichLabels) {
  CalibrateResponse response;
  response.add_probabilities(0.75F);
  response.add_indices(1);
  response.add_best(1);
  EXPECT_EQ(CalibratedRowJson(ordered_json::object(), response, 0, 1),
            R"({"probabilities":[0.75],"indices":[1],"best":1})");
}

// The first row's set holds both labels, the second one's none.
CalibrateResponse WithSets() {
  CalibrateResponse response = TwoRows();
  for (const int size : {2, 0}) response.add_set_sizes(size);
  for (const int label : {1, 0}) response.add_set_labels(label);
  return response;
}

TEST(CalibratedRowWriter, WritesTheSetOfEachRow) {
  const std::vector<ordered_json> kept(2, ordered_json::object());
  CalibrateResponse response = WithSets();
  EXPECT_EQ(Write(OutputFormat::kJsonLines, kept, response),
            "{\"probabilities\":[0.25,0.75],\"best\":1,\"set\":[1,0]}\n"
            "{\"probabilities\":[0.1,0.9],\"best\":1,\"set\":[]}\n");
  EXPECT_EQ(Write(OutputFormat::kTable, kept, response),
            "ROW  BEST      PROBABILITY  SET                 Negative  Positive\n"
            "  0  Positive       0.7500  Positive, Negative    0.2500    0.7500\n"
            "  1  Positive       0.9000                        0.1000    0.9000\n");
  for (int row = 0; row < 2; ++row) response.add_best_names("Positive");
  EXPECT_EQ(Write(OutputFormat::kJsonLines, kept, response),
            "{\"probabilities\":[0.25,0.75],\"best\":1,\"best_name\":\"Positive\","
            "\"set\":[\"Positive\",\"Negative\"]}\n"
            "{\"probabilities\":[0.1,0.9],\"best\":1,\"best_name\":\"Positive\","
            "\"set\":[]}\n");
}

TEST(CalibratedRowWriter, WritesLinesOrOneArray) {
  const std::vector<ordered_json> kept(2, ordered_json::object());
  EXPECT_EQ(Write(OutputFormat::kJsonLines, kept, TwoRows()),
            "{\"probabilities\":[0.25,0.75],\"best\":1}\n"
            "{\"probabilities\":[0.1,0.9],\"best\":1}\n");
  const ordered_json array =
      ordered_json::parse(Write(OutputFormat::kJson, kept, TwoRows()));
  ASSERT_EQ(array.size(), 2U);
  EXPECT_EQ(array[1]["best"], 1);
}

TEST(CalibratedRowWriter, WritesATable) {
  const std::vector<ordered_json> kept = {{{"id", "a"}, {"text", "good\nfilm"}},
                                          {{"id", "b"}}};
  EXPECT_EQ(Write(OutputFormat::kTable, kept, TwoRows()),
            "ID  TEXT        BEST      PROBABILITY  Negative  Positive\n"
            "a   good\\nfilm  Positive       0.7500    0.2500    0.7500\n"
            "b               Positive       0.9000    0.1000    0.9000\n");
}

TEST(CalibratedRowWriter, ATableOfTopKHasNoLabelColumns) {
  CalibrateResponse response;
  for (const float value : {0.75F, 0.25F}) response.add_probabilities(value);
  for (const int index : {1, 0}) response.add_indices(index);
  response.add_best(1);
  EXPECT_EQ(Write(OutputFormat::kTable, {ordered_json::object()}, response),
            "ROW  BEST      PROBABILITY\n"
            "  0  Positive       0.7500\n");
}

TEST(CheckResponse, RefusesRepliesOfTheWrongSize) {
  EXPECT_TRUE(CheckResponse(TwoRows(), 2, 2).ok());
  EXPECT_FALSE(CheckResponse(TwoRows(), 3, 2).ok());
  EXPECT_FALSE(CheckResponse(TwoRows(), 2, 3).ok());
  CalibrateResponse short_names = TwoRows();
  short_names.add_best_names("Positive");
  EXPECT_FALSE(CheckResponse(short_names, 2, 2).ok());
  CalibrateResponse short_indices = TwoRows();
  short_indices.add_indices(0);
  EXPECT_FALSE(CheckResponse(short_indices, 2, 2).ok());
}

TEST(CheckResponse, RefusesSetsThatDoNotAddUp) {
  EXPECT_TRUE(CheckResponse(WithSets(), 2, 2).ok());
  CalibrateResponse short_labels = WithSets();
  short_labels.mutable_set_labels()->RemoveLast();
  EXPECT_FALSE(CheckResponse(short_labels, 2, 2).ok());
  CalibrateResponse short_sizes = WithSets();
  short_sizes.mutable_set_sizes()->RemoveLast();
  EXPECT_FALSE(CheckResponse(short_sizes, 2, 2).ok());
  CalibrateResponse negative = WithSets();
  negative.set_set_sizes(0, 3);
  negative.set_set_sizes(1, -1);
  EXPECT_FALSE(CheckResponse(negative, 2, 2).ok());
}

}  // namespace
}  // namespace calibrd::calibctl
