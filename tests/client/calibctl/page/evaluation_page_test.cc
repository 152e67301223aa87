// The page as a whole. tests/end_to_end parses pages of real evaluations.

#include "client/calibctl/page/evaluation_page.h"

#include <string>

#include "client/calibctl/page/style_sheet.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/calibctl/evaluation/example.h"

namespace calibrd::calibctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

PageContent Example() {
  return {ExampleEvaluation(),
          {"Negative", "Positive"},
          {{0.875, 0.125}, {0.5, 0.5}, {0.5, 0.5}}};
}

TEST(EvaluationPage, HasEverySection) {
  const std::string page = EvaluationPage(Example());
  for (const char* part :
       {"id=\"reliability\"", "id=\"prior\"", "id=\"decisions\"", "id=\"confusion\"",
        "id=\"candidates\"", "id=\"measures\"", "<strong>ensemble</strong>",
        "an average of fits does best", "How it was measured", "Seed 7.",
        "could not be fitted: too few rows", "ensemble: fewer rows than parameters"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_EQ(page, EvaluationPage(Example())) << "the same content, the same page";
}

TEST(EvaluationPage, LeavesOutWhatThereIsNot) {
  PageContent content = Example();
  content.prior = {};
  content.evaluation.clear_candidates();
  content.evaluation.clear_recommendation();
  content.evaluation.clear_signal();
  content.evaluation.mutable_before()->clear_confusion();
  content.evaluation.mutable_after()->clear_confusion();
  const std::string page = EvaluationPage(content);
  for (const char* part : {"id=\"prior\"", "id=\"decisions\"", "id=\"confusion\"",
                           "id=\"candidates\"", "Recommended", "Signal"}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
}

TEST(EvaluationPage, NamesCannotBecomeMarkup) {
  PageContent content = Example();
  const std::string hostile = "</title><script>alert('1')</script>\"&\x1b[2J";
  content.labels = {hostile, "x\" onload=\"y"};
  content.evaluation.set_name(hostile);
  content.evaluation.mutable_recommendation()->set_reason(hostile);
  content.evaluation.mutable_candidates(2)->set_failure(hostile);
  content.evaluation.mutable_candidates(1)->mutable_warnings(0)->set_message(hostile);
  content.evaluation.add_warnings()->set_message(hostile);
  const std::string page = EvaluationPage(content);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("alert('1')")));
  EXPECT_THAT(page, Not(HasSubstr("\" onload=\"y")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"));
}

TEST(EvaluationPage, LoadsNothing) {
  const std::string page = EvaluationPage(Example());
  for (const char* part : {"http:", "https:", "src=", "href=", "url(", "@import"}) {
    EXPECT_THAT(page, Not(HasSubstr(part)));
  }
}

TEST(EvaluationPage, ManyLabelsAreShownByTheFarthest) {
  PageContent content = Example();
  content.labels.clear();
  content.prior = {};
  for (int k = 0; k < 100; ++k) {
    content.labels.push_back("label " + std::to_string(k));
    content.prior.before.push_back(k == 63 ? 0.505 : 0.005);
    content.prior.goal.push_back(0.01);
  }
  content.prior.after = content.prior.goal;
  const std::string page = EvaluationPage(content);
  EXPECT_THAT(page, HasSubstr("The 20 of 100 labels that are farthest off before."));
  EXPECT_THAT(page, HasSubstr("label 63, before: 50.5 %"));
}

TEST(StyleSheet, IsWellFormedInsideXmlAndKnowsTheDark) {
  EXPECT_THAT(std::string(StyleSheet()), Not(HasSubstr("<")));
  EXPECT_THAT(std::string(StyleSheet()), Not(HasSubstr("&")));
  EXPECT_THAT(std::string(StyleSheet()), HasSubstr("prefers-color-scheme: dark"));
}

}  // namespace
}  // namespace calibrd::calibctl
