#include "client/calibctl/commands/fit_method.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::FitOptions;
using calibration::v1::PredictionSetOptions;
using ::testing::HasSubstr;

std::string ErrorOf(const MethodArguments& arguments, bool labelled) {
  return std::string(MakeFitOptions(arguments, labelled).status().message());
}

TEST(FitMethod, EachWordOfAMethodStandsForItsNumber) {
  const std::vector<std::string> words = MethodWords();
  ASSERT_EQ(words.size(), 15U);
  EXPECT_EQ(words.front(), "prior");
  EXPECT_EQ(words.back(), "ensemble");
  for (std::size_t i = 0; i < words.size(); ++i) {
    MethodArguments arguments;
    arguments.method = words[i];
    const auto options = MakeFitOptions(arguments, true);
    ASSERT_TRUE(options.ok()) << options.status();
    EXPECT_EQ(options->method(), static_cast<int>(i) + 1) << words[i];
  }
}

TEST(FitMethod, LeavesEveryDefaultToTheServer) {
  for (const bool labelled : {false, true}) {
    EXPECT_EQ(MakeFitOptions({}, labelled)->ByteSizeLong(), 0U);
  }
}

TEST(FitMethod, AdaptiveAloneIsSentWithoutFigures) {
  MethodArguments arguments;
  arguments.adaptive = true;
  const auto options = MakeFitOptions(arguments, false);
  ASSERT_TRUE(options->has_adaptive());
  EXPECT_EQ(options->adaptive().ByteSizeLong(), 0U);
}

TEST(FitMethod, CarriesEachAdaptiveOption) {
  MethodArguments arguments;
  arguments.adaptive = true;
  arguments.prior_strength = 5;
  arguments.half_life_rows = 300;
  arguments.adapt_after_rows = 40;
  arguments.max_shift = 1.5;
  arguments.paused = true;
  const auto adaptive = MakeFitOptions(arguments, false)->adaptive();
  EXPECT_EQ(adaptive.prior_strength(), 5);
  EXPECT_EQ(adaptive.half_life_rows(), 300);
  EXPECT_EQ(adaptive.min_rows(), 40);
  EXPECT_EQ(adaptive.max_shift(), 1.5);
  EXPECT_TRUE(adaptive.paused());
}

TEST(FitMethod, CarriesWhatLabelledRowsTake) {
  MethodArguments arguments;
  arguments.method = "matrix";
  arguments.regularize_weights = 0;  // zero is a value
  arguments.prediction_sets = "aps";
  arguments.holdout = 0.25;
  const auto options = MakeFitOptions(arguments, true);
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_TRUE(options->regularization().has_weights());
  EXPECT_EQ(options->regularization().weights(), 0);
  EXPECT_FALSE(options->regularization().has_bias());
  EXPECT_EQ(options->prediction_sets().score(), PredictionSetOptions::SCORE_APS);
  EXPECT_EQ(options->prediction_sets().holdout(), 0.25);
}

TEST(FitMethod, RefusesWhatWouldHaveNoEffect) {
  MethodArguments prior;
  prior.pooling = "minimum";
  EXPECT_EQ(ErrorOf(prior, false), "");
  EXPECT_EQ(ErrorOf(prior, true),
            "--pooling would have no effect: it goes with rows without labels");

  MethodArguments regularized;
  regularized.regularize_bias = 1;
  for (const char* method : {"", "isotonic", "platt", "ensemble", "none"}) {
    regularized.method = method;
    EXPECT_THAT(ErrorOf(regularized, true),
                HasSubstr("--regularize-bias would have no effect"))
        << method;
  }
  regularized.method = "linear-probe";
  EXPECT_EQ(ErrorOf(regularized, true), "");
  EXPECT_THAT(ErrorOf(regularized, false), HasSubstr("--labelled and one --method of "
                                                     "temperature, bias, "));

  MethodArguments bins;
  bins.bin_count = 5;
  EXPECT_THAT(ErrorOf(bins, true), HasSubstr("--method=histogram-binning"));
  bins.method = "histogram-binning";
  EXPECT_EQ(MakeFitOptions(bins, true)->bin_count(), 5);
  EXPECT_THAT(ErrorOf(bins, false), HasSubstr("--labelled"));
}

}  // namespace
}  // namespace calibrd::calibctl
