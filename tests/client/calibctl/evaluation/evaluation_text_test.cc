#include "client/calibctl/evaluation/evaluation_text.h"

#include <string>

#include "client/calibctl/evaluation/measure_list.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/calibctl/evaluation/example.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Evaluation;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string Text(const Evaluation& evaluation, int max_labels = 20) {
  return EvaluationText(evaluation, {"Negative", "Positive"}, max_labels, Style{});
}

TEST(EvaluationText, SaysEverythingAndTheRecommendationLast) {
  EXPECT_EQ(
      Text(ExampleEvaluation()),
      "models/gpt2/prompts/sst2  revision 3  100 rows with labels\n"
      "\n"
      "MEASURE   BEFORE  LOWER  UPPER  AFTER  LOWER  UPPER\n"
      "accuracy   0.500  0.375  0.625  0.750  0.625  0.875\n"
      "nll        1.000  0.938  1.062  0.500  0.438  0.562\n"
      "ece        0.125  0.100  0.150  0.125  0.100  0.150\n"
      "after - before: accuracy +25.0 points (+12.5 … +37.5), NLL -0.500 nats "
      "(-0.625 … -0.375)\n"
      "\n"
      "LABEL     RIGHT  BEFORE  AFTER\n"
      "Negative     60      10     55\n"
      "Positive     40      90     45\n"
      "\n"
      " FROM     TO  BEFORE  CONFIDENCE  ACCURACY  AFTER  CONFIDENCE  ACCURACY\n"
      "0.500  0.750       -           -         -     80       0.625     0.688\n"
      "0.750  1.000     100       0.900     0.500     20       0.875     1.000\n"
      "\n"
      "METHOD    ACCURACY  LOWER  UPPER  CHANGE   LOWER   UPPER\n"
      "none         0.500  0.375  0.625  +0.000  -0.062  +0.062\n"
      "ensemble     0.812  0.688  0.938  +0.312  +0.250  +0.375\n"
      "isotonic         -      -      -       -       -       -\n"
      "\n"
      "METHOD      NLL  LOWER  UPPER  CHANGE   LOWER   UPPER\n"
      "none      1.000  0.938  1.062  +0.000  -0.062  +0.062\n"
      "ensemble  0.438  0.375  0.500  -0.562  -0.625  -0.500\n"
      "isotonic      -      -      -       -       -       -\n"
      "\n"
      "LOWER and UPPER hold 95 % of 1,000 resamples; methods are cross-validated, 5 "
      "folds; seed 7\n"
      "signal          1.90 (95 % interval 1.60 … 2.25)\n"
      "isotonic could not be fitted: too few rows\n"
      "warning: ensemble: fewer rows than parameters\n"
      "\n"
      "recommended     ensemble\n"
      "an average of fits does best\n");
}

TEST(EvaluationText, WhatWasNotMeasuredIsNotShown) {
  Evaluation evaluation = ExampleEvaluation();
  evaluation.clear_candidates();
  evaluation.clear_recommendation();
  evaluation.clear_signal();
  evaluation.mutable_before()->clear_confusion();
  const std::string text = Text(evaluation);
  for (const char* word : {"METHOD", "recommended", "signal", "folds"}) {
    EXPECT_THAT(text, Not(HasSubstr(word)));
  }
  EXPECT_THAT(text, HasSubstr("LABEL     RIGHT\nNegative     60\n"));
}

TEST(EvaluationText, SaysHowManyRowsMethodsWereComparedOn) {
  Evaluation evaluation = ExampleEvaluation();
  evaluation.set_row_count(50'000);
  evaluation.set_compared_row_count(20'000);
  EXPECT_THAT(Text(evaluation), HasSubstr("cross-validated, 5 folds of 20,000 rows;"));
}

TEST(EvaluationText, WarnsOfAWeakSignal) {
  Evaluation evaluation = ExampleEvaluation();
  evaluation.mutable_signal()->set_ratio(0.5);
  evaluation.mutable_signal()->set_weak(true);
  EXPECT_THAT(Text(evaluation), HasSubstr("signal          0.50 (95 % interval 1.60 … "
                                          "2.25), weak\nwarning: the signal is weak"));
}

TEST(EvaluationText, FewLabelsStandForMany) {
  Evaluation evaluation = ExampleEvaluation();
  EXPECT_THAT(Text(evaluation, 1),
              HasSubstr("Negative     60      10     55\n… 1 more\n"));
  EXPECT_THAT(Text(evaluation, 1), Not(HasSubstr("Positive")));
}

TEST(EvaluationText, WarningsBeyondTheLimitAreCounted) {
  Evaluation evaluation = ExampleEvaluation();
  for (const char* message : {"second", "third"}) {
    evaluation.mutable_candidates(0)->add_warnings()->set_message(message);
  }
  EXPECT_THAT(Text(evaluation, 1), HasSubstr("… 2 more warnings\n"));
  EXPECT_THAT(Text(evaluation, 3), Not(HasSubstr("more warnings")));
}

TEST(EvaluationText, WhatTheServerSentCannotSteerTheTerminal) {
  Evaluation evaluation = ExampleEvaluation();
  evaluation.mutable_recommendation()->set_reason("a\x1b[2Jb");
  evaluation.set_name("models/\x1b[31m/prompts/p");
  const std::string text =
      EvaluationText(evaluation, {"\x1b[2J", "Positive"}, 20, Style{});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("\\x1b[2J "));
}

TEST(CandidateWarnings, SayTheSameSentenceOnce) {
  Evaluation evaluation = ExampleEvaluation();
  evaluation.mutable_candidates(0)->add_warnings()->set_message(
      "fewer rows than parameters");
  EXPECT_THAT(CandidateWarnings(evaluation),
              ElementsAre(std::pair<std::string, std::string>(
                  "fewer rows than parameters", "none, ensemble")));
}

TEST(DecisionCounts, AreTheColumnsOfTheConfusionMatrix) {
  EXPECT_THAT(DecisionCounts(ExampleEvaluation().before(), 2), ElementsAre(10, 90));
  EXPECT_THAT(DecisionCounts(ExampleEvaluation().before(), 3), IsEmpty());
}

TEST(MeasureList, HasEveryMeasureOfTheContract) {
  calibration::v1::Measures measures;
  const auto* descriptor = measures.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    measures.GetReflection()->MutableMessage(&measures, descriptor->field(i));
  }
  EXPECT_EQ(MeasureList(measures).size(),
            static_cast<std::size_t>(descriptor->field_count()));
}

TEST(PercentOf, KeepsTheDigitsOfAConfidence) {
  EXPECT_EQ(PercentOf(0.95), "95");
  EXPECT_EQ(PercentOf(0.999), "99.9");
  EXPECT_EQ(PercentOf(0.07), "7");
}

}  // namespace
}  // namespace calibrd::calibctl
