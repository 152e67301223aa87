#include "client/calibctl/commands/fit_request.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::FitOptions;
using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;

FitArguments Example() {
  FitArguments arguments;
  arguments.name = "models/gpt2/prompts/sst2";
  arguments.labels = "Negative,Positive";
  arguments.content_free = "-";
  return arguments;
}

absl::StatusOr<calibration::v1::FitProfileRequest> Make(const FitArguments& arguments,
                                                        const std::string& rows) {
  std::istringstream input(rows);
  return MakeFitRequest(arguments, input);
}

std::string ErrorOf(const FitArguments& arguments, const std::string& rows = "[1, 2]") {
  return std::string(Make(arguments, rows).status().message());
}

TEST(FitRequest, HoldsRowsAndTheirInputs) {
  const auto request = Make(Example(),
                            "{\"probabilities\": [0.9, 0.1], \"text\": \"N/A\"}\n"
                            "{\"probabilities\": [0.8, 0.2], \"text\": \"\"}\n");
  ASSERT_TRUE(request.ok()) << request.status();
  const auto& rows = request->content_free();
  EXPECT_THAT(rows.probabilities().values(), ElementsAre(0.9F, 0.1F, 0.8F, 0.2F));
  EXPECT_THAT(rows.inputs(), ElementsAre("N/A", ""));
  ASSERT_EQ(request->labels_size(), 2);
  EXPECT_EQ(request->labels(1).name(), "Positive");
  EXPECT_EQ(request->label_count(), 0);
}

TEST(FitRequest, LeavesInputsOutWhereARowHasNone) {
  const auto request = Make(Example(),
                            "{\"probabilities\": [0.9, 0.1], \"text\": \"N/A\"}\n"
                            "{\"probabilities\": [0.8, 0.2]}\n");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->content_free().inputs_size(), 0);
}

TEST(FitRequest, CutsLongInputsBetweenCharacters) {
  const std::string text = std::string(4095, 'a') + "é";
  const auto request =
      Make(Example(), "{\"probabilities\": [0.9, 0.1], \"text\": \"" + text + "\"}");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->content_free().inputs(0), std::string(4095, 'a'));
}

TEST(FitRequest, SendsLogarithmsAsSuch) {
  FitArguments arguments = Example();
  arguments.content_free.clear();
  arguments.unlabelled = "-";
  const auto request = Make(arguments, "{\"logprobs\": [-0.5, -1.5]}");
  ASSERT_TRUE(request.ok()) << request.status();
  ASSERT_TRUE(request->has_unlabelled());
  EXPECT_THAT(request->unlabelled().log_probabilities().values(),
              ElementsAre(FloatEq(-0.5F), FloatEq(-1.5F)));
}

TEST(FitRequest, LeavesEveryDefaultToTheServer) {
  const auto request = Make(Example(), "[1, 2]");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->options().ByteSizeLong(), 0U);
}

TEST(FitRequest, CarriesEveryOption) {
  FitArguments arguments = Example();
  arguments.weights = "identity";
  arguments.formula = "softmax";
  arguments.pooling = "minimum";
  arguments.normalize = "after";
  arguments.target_prior = "0.25,0.75";
  arguments.min_probability = 1e-4;
  arguments.etag = "e";
  arguments.request_id = "r";
  arguments.validate_only = true;
  arguments.annotations = {"owner=me", "note=a=b"};
  const auto request = Make(arguments, "[1, 2]");
  ASSERT_TRUE(request.ok()) << request.status();
  const FitOptions& options = request->options();
  EXPECT_EQ(options.weights(), FitOptions::WEIGHTS_IDENTITY);
  EXPECT_EQ(options.output(), FitOptions::OUTPUT_SOFTMAX);
  EXPECT_EQ(options.pooling(), FitOptions::POOLING_MINIMUM);
  EXPECT_EQ(options.normalize(), FitOptions::NORMALIZE_AFTER_POOLING);
  EXPECT_THAT(options.target_prior(), ElementsAre(0.25, 0.75));
  EXPECT_EQ(options.min_probability(), 1e-4);
  EXPECT_EQ(request->etag(), "e");
  EXPECT_EQ(request->request_id(), "r");
  EXPECT_TRUE(request->validate_only());
  EXPECT_EQ(request->annotations().at("note"), "a=b");
}

TEST(FitRequest, NeedsExactlyOneSourceOfRows) {
  FitArguments arguments = Example();
  arguments.domain = "-";
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("exactly one of --content-free"));
  arguments.domain.clear();
  arguments.content_free.clear();
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("exactly one of --content-free"));
}

TEST(FitRequest, SaysWhatIsWrongWithAnOption) {
  FitArguments arguments = Example();
  arguments.target_prior = "0.5,half";
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("\"half\" is not a number"));
  arguments = Example();
  arguments.annotations = {"owner"};
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("KEY=VALUE"));
  arguments = Example();
  arguments.labels.clear();
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("--labels or --label-count"));
  arguments = Example();
  arguments.content_free = "/nonexistent/rows.jsonl";
  EXPECT_EQ(ErrorOf(arguments), "/nonexistent/rows.jsonl: No such file or directory");
  arguments.content_free = "/";
  EXPECT_EQ(ErrorOf(arguments), "/: is a directory");
}

}  // namespace
}  // namespace calibrd::calibctl
