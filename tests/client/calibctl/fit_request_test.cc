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

TEST(FitRequest, HoldsLabelledRowsWithTheirWeights) {
  FitArguments arguments = Example();
  arguments.content_free.clear();
  arguments.labelled = "-";
  const std::string rows =
      "{\"logprobs\": [-0.5, -1.5], \"label\": \"Positive\", \"w\": 2, \"text\": \"a\"}\n"
      "{\"logprobs\": [-1.5, -0.5], \"label\": 0, \"w\": 0.5, \"text\": \"b\"}\n";
  auto request = Make(arguments, rows);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->labelled().labels(), ElementsAre(1, 0));
  EXPECT_EQ(request->labelled().rows().log_probabilities().values_size(), 4);
  EXPECT_EQ(request->labelled().rows().inputs_size(), 0);
  EXPECT_EQ(request->labelled().weights_size(), 0);
  arguments.gold.weight = "w";
  request = Make(arguments, rows);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_THAT(request->labelled().weights(), ElementsAre(2, 0.5F));
  arguments.gold.label = "right";
  EXPECT_EQ(ErrorOf(arguments, rows),
            "standard input:1: the field \"right\" is missing (--label-field)");
}

TEST(FitRequest, LeavesEveryDefaultToTheServer) {
  const auto request = Make(Example(), "[1, 2]");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_FALSE(request->has_options());
}

TEST(FitRequest, CarriesEveryOption) {
  FitArguments arguments = Example();
  arguments.method.weights = "identity";
  arguments.method.formula = "softmax";
  arguments.method.pooling = "minimum";
  arguments.method.normalize = "after";
  arguments.method.target_prior = "0.25,0.75";
  arguments.method.min_probability = 1e-4;
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
  arguments.observed = true;
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("exactly one of --content-free"));
  arguments.observed = false;
  arguments.content_free.clear();
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("exactly one of --content-free"));
}

TEST(FitRequest, AnObservedRefitKeepsLabelsAndOptionsOfTheProfile) {
  FitArguments arguments;
  arguments.name = "models/gpt2/prompts/sst2";
  arguments.observed = true;
  arguments.min_rows = 7;
  const auto request = Make(arguments, "");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->observed().min_rows(), 7);
  EXPECT_FALSE(request->has_options()) << "options that are sent replace the profile's";
  arguments.label_count = 2;
  EXPECT_THAT(ErrorOf(arguments), HasSubstr("leave out --labels"));
  arguments.label_count = 0;
  arguments.method.adaptive = true;
  EXPECT_TRUE(Make(arguments, "")->options().has_adaptive());
}

TEST(FitRequest, SaysWhatIsWrongWithAnOption) {
  FitArguments arguments = Example();
  arguments.method.target_prior = "0.5,half";
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
