#include "client/calibctl/page/evaluation_page.h"

#include "absl/strings/str_cat.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/page/sections.h"
#include "client/calibctl/page/style_sheet.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

// Even markup that slipped in could load and run nothing.
constexpr char kPolicy[] =
    "<meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n";

std::string Head(const PageContent& content) {
  return absl::StrCat(
      "<head>\n<meta charset=\"utf-8\"/>\n", kPolicy,
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n",
      Element("title", "",
              Escaped(absl::StrCat("Evaluation of ", content.evaluation.name()))),
      "\n", Element("style", "", StyleSheet()), "\n</head>\n");
}

std::string Header(const PageContent& content) {
  const auto& evaluation = content.evaluation;
  return Element(
      "header", "",
      absl::StrCat(Element("div", "eyebrow", "Evaluation of a calibration profile"),
                   Element("h1", "", Escaped(evaluation.name())),
                   Element("p", "",
                           absl::StrCat("Revision ", evaluation.revision(), " on ",
                                        RowCount(evaluation.row_count()),
                                        " whose right label is known, of ",
                                        content.labels.size(), " labels"))));
}

}  // namespace

std::string EvaluationPage(const PageContent& content) {
  return absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"en\">\n", Head(content), "<body>\n<main>\n",
      Header(content), "\n", SummarySection(content), ReliabilitySection(content),
      PriorSection(content), DecisionSection(content), ConfusionSection(content),
      CandidateSection(content), MeasureSection(content), MethodSection(content),
      Element("footer", "", "Written by calibctl " CALIBRD_VERSION "."),
      "\n</main>\n</body>\n</html>\n");
}

}  // namespace calibrd::calibctl
