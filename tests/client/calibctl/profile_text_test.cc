#include "client/calibctl/profile_text.h"

#include <optional>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Profile;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1700003600);

Profile Example() {
  Profile profile;
  profile.set_name("models/gpt2/prompts/sst2");
  profile.add_labels()->set_name("Negative");
  profile.add_labels()->set_name("Positive");
  profile.set_label_count(2);
  profile.set_revision(3);
  profile.set_active(true);
  profile.set_row_count(5);
  profile.set_source(Profile::SOURCE_CONTENT_FREE);
  profile.mutable_create_time()->set_seconds(1700000000);
  profile.mutable_update_time()->set_seconds(1700000060);
  auto& bias = *profile.mutable_bias();
  bias.add_prior(0.9F);
  bias.add_prior(0.1F);
  bias.set_favored_label(0);
  bias.set_favored_label_name("Negative");
  bias.set_total_variation(0.4);
  return profile;
}

TEST(FitSummary, ShowsThePriorBeforeAndAfter) {
  EXPECT_EQ(FitSummary(Example(), std::vector<double>{0.5, 0.5}, 20, Style{}),
            "models/gpt2/prompts/sst2  revision 3  content-free, 5 rows\n"
            "the model favors Negative (total variation 0.400)\n"
            "\n"
            "              before     after\n"
            "  Negative    90.0 %    50.0 %\n"
            "  Positive    10.0 %    50.0 %\n");
}

TEST(FitSummary, WithoutAfterShowsThePriorAlone) {
  const std::string text = FitSummary(Example(), std::nullopt, 20, Style{});
  EXPECT_THAT(text, HasSubstr("before\n"));
  EXPECT_THAT(text, Not(HasSubstr("after")));
}

TEST(FitSummary, ShowsEachWarning) {
  Profile profile = Example();
  profile.add_warnings()->set_message("row 2, label \"Positive\": raised to 1e-06");
  profile.add_warnings()->set_message("a single row");
  EXPECT_THAT(FitSummary(profile, std::nullopt, 20, Style{}),
              HasSubstr("\nwarning: row 2, label \"Positive\": raised to 1e-06\n"
                        "warning: a single row\n"));
}

TEST(FitSummary, SaysSoWhenThereIsNoBias) {
  Profile profile = Example();
  profile.mutable_bias()->set_favored_label(-1);
  EXPECT_THAT(FitSummary(profile, std::nullopt, 20, Style{}),
              HasSubstr("the model favors no label"));
}

TEST(FitSummary, OfLabelledRowsShowsTheReportAndNoBias) {
  Profile profile = Example();
  profile.set_source(Profile::SOURCE_LABELLED);
  profile.clear_bias();
  profile.mutable_bias()->set_favored_label(-1);
  profile.mutable_options()->set_method(calibration::v1::METHOD_BIAS);
  profile.mutable_fit()->set_nll(0.25);
  profile.mutable_fit()->set_converged(true);
  EXPECT_EQ(FitSummary(profile, std::nullopt, 20, Style{}),
            "models/gpt2/prompts/sst2  revision 3  labelled, 5 rows\n"
            "bias: NLL 0.2500 nats, objective 0.0000\n");
}

TEST(ProfileDetails, AnObservedPriorIsNoListOfRows) {
  Profile profile = Example();
  profile.set_source(Profile::SOURCE_OBSERVED);
  profile.mutable_bias()->add_rows();
  EXPECT_THAT(ProfileDetails(profile, 20, kNow, Style{}), Not(HasSubstr("LABEL MASS")));
}

TEST(ProfileDetails, EndsWithWhatTheProfileHasSeen) {
  Profile profile = Example();
  EXPECT_THAT(ProfileDetails(profile, 20, kNow, Style{}), Not(HasSubstr("live rows")));
  profile.mutable_live()->set_row_count(12);
  EXPECT_THAT(ProfileDetails(profile, 20, kNow, Style{}),
              HasSubstr("\n\nlive rows       12 rows\n"));
}

TEST(ProfileDetails, ShowsRowsOfTheBiasReport) {
  Profile profile = Example();
  auto& row = *profile.mutable_bias()->add_rows();
  row.set_input("N/A");
  row.set_favored_label(1);
  row.set_total_variation(0.25);
  row.set_label_mass(0.0123);
  const std::string text = ProfileDetails(profile, 20, kNow, Style{});
  EXPECT_THAT(text, HasSubstr("revision        3 (active)\n"));
  EXPECT_THAT(text, HasSubstr("created         2023-11-14 22:13:20Z\n"));
  EXPECT_THAT(text, HasSubstr("labels          2: Negative, Positive\n"));
  EXPECT_THAT(text, HasSubstr("  0  Positive  0.250      0.0123  \"N/A\"\n"));
  EXPECT_THAT(text, HasSubstr("… 4 more\n")) << "five rows were fitted";
}

TEST(ProfileDetails, LeavesTheInputColumnOutWhereNoRowHasATextAndMarksRowsWithoutBias) {
  Profile profile = Example();
  profile.set_row_count(1);
  profile.mutable_bias()->add_rows()->set_favored_label(-1);
  EXPECT_THAT(ProfileDetails(profile, 20, kNow, Style{}),
              HasSubstr("ROW  FAVORS   BIAS  LABEL MASS\n"
                        "  0  -       0.000           0\n"));
}

TEST(ProfileDetails, ComparesThePriorWithTheTarget) {
  Profile profile = Example();
  profile.mutable_options()->add_target_prior(0.3);
  profile.mutable_options()->add_target_prior(0.7);
  EXPECT_THAT(ProfileDetails(profile, 20, kNow, Style{}),
              HasSubstr("  Negative    90.0 %    30.0 %\n"));
}

TEST(ProfileDetails, AnImportedProfileHasNoBias) {
  Profile profile = Example();
  profile.set_source(Profile::SOURCE_IMPORTED);
  profile.clear_bias();
  profile.mutable_transform()->add_weights(1.5);
  const std::string text = ProfileDetails(profile, 20, kNow, Style{});
  EXPECT_THAT(text, HasSubstr("source          imported\n"));
  EXPECT_THAT(text, HasSubstr("W 1.5 × identity, b zero"));
  EXPECT_THAT(text, Not(HasSubstr("favored")));
}

TEST(ProfileTable, HasOneLineAProfile) {
  EXPECT_EQ(
      ProfileTable({Example()}).Render(Style{}),
      "NAME                      REVISION  LABELS  ROWS  SOURCE        FAVORS     BIAS"
      "  UPDATED\n"
      "models/gpt2/prompts/sst2         3       2     5  content-free  Negative  0.400"
      "  2023-11-14 22:14:20Z\n");
}

TEST(RevisionTable, MarksTheActiveRevision) {
  Profile older = Example();
  older.set_revision(2);
  older.set_active(false);
  EXPECT_EQ(
      RevisionTable({Example(), older}).Render(Style{}),
      "REVISION  ACTIVE  ROWS  SOURCE        FAVORS     BIAS  CREATED\n"
      "       3  active     5  content-free  Negative  0.400  2023-11-14 22:13:20Z\n"
      "       2             5  content-free  Negative  0.400  2023-11-14 22:13:20Z\n");
}

TEST(LabelNames, NumbersLabelsWithoutNames) {
  Profile profile;
  profile.set_label_count(2);
  EXPECT_THAT(LabelNames(profile), testing::ElementsAre("label 0", "label 1"));
}

}  // namespace
}  // namespace calibrd::calibctl
