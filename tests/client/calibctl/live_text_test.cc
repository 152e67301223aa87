#include "client/calibctl/live_text.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Profile;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1700000000 + 3 * 3600 + 59);

Profile Example() {
  Profile profile;
  profile.set_name("models/gpt2/prompts/sst2");
  profile.add_labels()->set_name("Negative");
  profile.add_labels()->set_name("Positive");
  profile.set_label_count(2);
  profile.set_revision(3);
  profile.mutable_bias()->add_prior(0.9F);
  profile.mutable_bias()->add_prior(0.1F);
  auto& live = *profile.mutable_live();
  live.set_row_count(1234);
  live.mutable_start_time()->set_seconds(1700000000);
  live.mutable_update_time()->set_seconds(1700003600);
  auto& adaptive = *live.mutable_adaptive();
  adaptive.add_prior(0.75F);
  adaptive.add_prior(0.25F);
  adaptive.set_favored_label(0);
  adaptive.set_shift(0.549);
  adaptive.set_effective_rows(1012.34);
  auto& drift = *live.mutable_drift();
  drift.mutable_input()->set_population_stability_index(0.1);
  drift.mutable_input()->set_total_variation(0.031);
  drift.mutable_output()->set_population_stability_index(0.0995);
  drift.set_window_rows(734);
  drift.set_reference_rows(500);
  auto& signal = *live.mutable_signal();
  signal.set_ratio(1.9);
  signal.set_lower(1.6);
  signal.set_upper(2.25);
  return profile;
}

std::string Text(const Profile& profile) {
  return LiveText(profile, 20, kNow, Style{});
}

TEST(LiveText, SaysEverythingThatWasSeen) {
  EXPECT_EQ(Text(Example()),
            "live rows       1,234 rows since 2023-11-14 22:13:20Z (3 h ago), last "
            "2023-11-14 23:13:20Z\n"
            "learned         shift 0.549 nats, from 1012.3 effective rows; favors "
            "Negative now\n"
            "signal          1.90 (95 % interval 1.60 … 2.25)\n"
            "input drift     worth a look: stability index 0.100, total variation "
            "0.031\n"
            "output drift    steady: stability index 0.100, total variation 0.000\n"
            "compared        the last 734 rows with 500 rows\n"
            "\n"
            "              fitted       now\n"
            "  Negative    90.0 %    75.0 %\n"
            "  Positive    10.0 %    25.0 %\n");
}

TEST(LiveText, IsEmptyWhereNothingWasSeen) {
  Profile profile = Example();
  profile.clear_live();
  EXPECT_EQ(Text(profile), "");
}

TEST(LiveText, SaysWhatIsNotKnownYet) {
  Profile profile = Example();
  profile.mutable_live()->clear_drift();
  profile.mutable_live()->clear_signal();
  profile.mutable_live()->clear_adaptive();
  const std::string text = Text(profile);
  EXPECT_THAT(text, HasSubstr("signal          too few rows yet\n"));
  EXPECT_THAT(text, HasSubstr("drift           too few rows yet\n"));
  EXPECT_THAT(text, Not(HasSubstr("learned")));
  EXPECT_THAT(text, Not(HasSubstr("fitted")));
}

TEST(LiveText, WarnsOfAWeakSignalAndSaysHowSureItIs) {
  Profile profile = Example();
  EXPECT_THAT(Text(profile), Not(HasSubstr("warning:")));
  auto& signal = *profile.mutable_live()->mutable_signal();
  signal.set_ratio(0.42);
  signal.set_upper(0.7);
  signal.set_weak(true);
  EXPECT_THAT(Text(profile), HasSubstr("signal          0.42 (95 % interval 1.60 … 0.70)"
                                       ", weak\n"));
  EXPECT_THAT(Text(profile), HasSubstr("\nwarning: the signal is weak (0.42, under 0.75)"
                                       ": the model's answers hardly depend"));
  EXPECT_THAT(Text(profile), Not(HasSubstr("more rows will tell")));
  signal.set_upper(0.9);
  EXPECT_THAT(Text(profile), HasSubstr("more rows will tell"));
}

TEST(LiveText, WarnsOfALargeDriftAndOfAShiftThatIsHeld) {
  Profile profile = Example();
  profile.mutable_live()
      ->mutable_drift()
      ->mutable_input()
      ->set_population_stability_index(0.25);
  profile.mutable_live()->mutable_adaptive()->set_at_max_shift(true);
  EXPECT_THAT(Text(profile), HasSubstr("large change: stability index 0.250"));
  EXPECT_THAT(Text(profile), HasSubstr("warning: live rows are far from those"));
  EXPECT_THAT(Text(profile), HasSubstr("warning: the learned shift is held"));
}

TEST(LiveText, APriorOfAnotherLengthIsNotDrawn) {
  Profile profile = Example();
  profile.mutable_live()->mutable_adaptive()->add_prior(0.1F);
  EXPECT_THAT(Text(profile), Not(HasSubstr("fitted")));
}

TEST(LiveText, DriftIsInTheCustomaryWords) {
  EXPECT_EQ(DriftWord(0), "steady");
  EXPECT_EQ(DriftWord(0.0999), "steady");
  EXPECT_EQ(DriftWord(0.1), "worth a look");
  EXPECT_EQ(DriftWord(0.2499), "worth a look");
  EXPECT_EQ(DriftWord(0.25), "large change");
}

TEST(LiveText, AgesAreInTheLargestUnitThatFits) {
  const auto age = [](absl::Duration since_start) {
    const std::string text =
        LiveText(Example(), 20, absl::FromUnixSeconds(1700000000) + since_start, Style{});
    const std::size_t open = text.find('(');
    return text.substr(open, text.find(')') + 1 - open);
  };
  EXPECT_EQ(age(absl::Seconds(59)), "(59 s ago)");
  EXPECT_EQ(age(absl::Seconds(60)), "(1 min ago)");
  EXPECT_EQ(age(absl::Minutes(59)), "(59 min ago)");
  EXPECT_EQ(age(absl::Hours(47)), "(1 d ago)");
  EXPECT_EQ(age(-absl::Seconds(5)), "(0 s ago)") << "the server's clock is ahead";
}

TEST(RankTable, HasEachFigureAndADashWhereThereIsNone) {
  Profile bare = Example();
  bare.mutable_live()->clear_drift();
  bare.mutable_live()->clear_signal();
  bare.mutable_live()->clear_adaptive();
  EXPECT_EQ(RankTable({Example(), bare}).Render(Style{}),
            "NAME                      REVISION  ROWS  INPUT-DRIFT  OUTPUT-DRIFT  SIGNAL "
            " LOWER  UPPER  SHIFT\n"
            "models/gpt2/prompts/sst2         3  1234        0.100         0.100   1.900 "
            " 1.600  2.250  0.549\n"
            "models/gpt2/prompts/sst2         3  1234            -             -       - "
            "     -      -      -\n");
}

}  // namespace
}  // namespace calibrd::calibctl
