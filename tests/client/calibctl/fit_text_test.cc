#include "client/calibctl/fit_text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::EnsembleMember;
using calibration::v1::LabelMap;
using calibration::v1::PredictionSetOptions;
using calibration::v1::Profile;
using ::testing::HasSubstr;
using ::testing::Not;

Profile Vector() {
  Profile profile;
  profile.set_label_count(2);
  profile.set_source(Profile::SOURCE_LABELLED);
  auto& options = *profile.mutable_options();
  options.set_method(calibration::v1::METHOD_VECTOR);
  options.mutable_regularization()->set_weights(0.0125);
  options.mutable_regularization()->set_bias(0.5);
  profile.mutable_transform()->add_weights(1.5);
  profile.mutable_transform()->add_weights(0.5);
  auto& fit = *profile.mutable_fit();
  fit.set_objective(0.52);
  fit.set_nll(0.51234);
  fit.set_iterations(7);
  fit.set_converged(true);
  return profile;
}

Profile Ensemble() {
  Profile profile;
  profile.mutable_options()->set_method(calibration::v1::METHOD_ENSEMBLE);
  auto& fit = *profile.mutable_fit();
  fit.set_nll(0.5);
  fit.set_objective(0.6);
  fit.set_converged(true);
  for (const auto& [name, weight] :
       {std::pair{"temperature", 0.25}, std::pair{"matrix on the prior", 0.75}}) {
    EnsembleMember& member = *fit.add_members();
    member.set_name(name);
    member.set_weight(weight);
    member.set_nll(0.61);
  }
  return profile;
}

TEST(FitFacts, TellMethodTransformAndReport) {
  EXPECT_EQ(
      FitFacts(Vector()),
      "method          vector, regularization: weights 0.0125, bias 0.5\n"
      "transform       softmax(W φ(p) + b), φ = ln p, W diagonal, b zero\n"
      "fit             NLL 0.5123 nats, objective 0.5200, converged after 7 steps\n");
}

TEST(FitFacts, SayWhenAFitDidNotConverge) {
  Profile profile = Vector();
  profile.mutable_fit()->set_converged(false);
  profile.mutable_fit()->set_gradient(0.0321);
  EXPECT_THAT(FitFacts(profile),
              HasSubstr("not converged after 7 steps (gradient 0.032)"));
}

TEST(FitFacts, AFitWithoutSearchHasNoSteps) {
  Profile profile = Vector();
  profile.mutable_fit()->set_iterations(0);
  EXPECT_THAT(FitFacts(profile), Not(HasSubstr("converged")));
}

TEST(FitFacts, AProfileFromBeforeTheChoiceOfMethodsIsAPrior) {
  Profile profile;
  profile.mutable_options();
  EXPECT_THAT(FitFacts(profile), HasSubstr("method          prior, weights"));
}

TEST(FitFacts, DescribeMapsByTheirPoints) {
  Profile profile = Vector();
  profile.mutable_options()->set_method(calibration::v1::METHOD_HISTOGRAM_BINNING);
  profile.mutable_options()->set_bin_count(10);
  profile.mutable_options()->clear_regularization();
  profile.clear_transform();
  for (int i = 0; i < 2; ++i) {
    LabelMap& map = *profile.mutable_transform()->add_maps();
    map.set_kind(LabelMap::KIND_STEP);
    for (const double x : {0.2, 0.6, 1.0}) map.add_x(x);
  }
  EXPECT_THAT(FitFacts(profile),
              HasSubstr("method          histogram-binning, 10 bins\n"));
  EXPECT_THAT(
      FitFacts(profile),
      HasSubstr("transform       a map of p for each label, divided by their sum: "
                "steps between 6 points\n"));
}

TEST(FitFacts, TellHowAnAdaptiveProfileLearns) {
  Profile profile;
  auto& adaptive = *profile.mutable_options()->mutable_adaptive();
  adaptive.set_prior_strength(10);
  adaptive.set_half_life_rows(2000);
  adaptive.set_max_shift(3);
  EXPECT_THAT(FitFacts(profile),
              HasSubstr("adaptive        the fitted prior counts 10 rows, half-life 2000 "
                        "rows, shift of at most 3 nats\n"));
  adaptive.set_min_rows(50);
  adaptive.set_paused(true);
  EXPECT_THAT(FitFacts(profile), HasSubstr("3 nats, moves after 50 rows; paused\n"));
}

TEST(FitFacts, TellWhatPredictionSetsAreMadeOf) {
  Profile profile = Vector();
  profile.mutable_prediction_sets()->set_score(PredictionSetOptions::SCORE_APS);
  profile.mutable_prediction_sets()->set_row_count(75);
  EXPECT_THAT(FitFacts(profile), HasSubstr("prediction sets APS, fitted on 75 rows\n"));
}

TEST(FitReportLines, AreEmptyForAPrior) {
  EXPECT_EQ(FitReportLines(Profile()), "");
  EXPECT_THAT(FitReportLines(Vector()), HasSubstr("vector, regularization: weights"));
}

TEST(EnsembleTable, HasTheLargestWeightFirst) {
  EXPECT_EQ(EnsembleTable(Ensemble(), Style{}),
            "WEIGHT     NLL  MEMBER\n"
            " 0.750  0.6100  matrix on the prior\n"
            " 0.250  0.6100  temperature\n");
  EXPECT_THAT(FitFacts(Ensemble()),
              HasSubstr("NLL 0.5000 nats, cross-validated 0.6000\n"));
  EXPECT_EQ(EnsembleTable(Vector(), Style{}), "");
}

}  // namespace
}  // namespace calibrd::calibctl
