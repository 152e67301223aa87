// The sections that are words and tables; those with figures are in figure_sections.cc.

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/evaluation/evaluation_text.h"
#include "client/calibctl/evaluation/measure_list.h"
#include "client/calibctl/live_text.h"
#include "client/calibctl/page/html_table.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/page/sections.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Estimate;
using calibration::v1::Evaluation;

std::string Interval(const Estimate& estimate) {
  return absl::StrFormat("%.3f … %.3f", estimate.lower(), estimate.upper());
}

std::string Tile(absl::string_view title, const std::string& value,
                 const std::string& note) {
  return Element(
      "div", "tile",
      absl::StrCat(Element("div", "eyebrow", title), Element("div", "value", value),
                   Element("div", "note", note)));
}

std::string BeforeAfter(const Estimate& before, const Estimate& after) {
  return absl::StrCat(
      Element("span", "was", Datum(before.value(), Figure(before.value()))), " → ",
      Element("span", "is", Datum(after.value(), Figure(after.value()))));
}

std::string Tiles(const Evaluation& evaluation) {
  const auto& before = evaluation.before().measures();
  const auto& after = evaluation.after().measures();
  const Estimate& accuracy = evaluation.accuracy_change();
  const Estimate& nll = evaluation.nll_change();
  std::string tiles =
      Tile("Accuracy", BeforeAfter(before.accuracy(), after.accuracy()),
           absl::StrFormat("%+.1f points (%+.1f … %+.1f)", 100 * accuracy.value(),
                           100 * accuracy.lower(), 100 * accuracy.upper()));
  absl::StrAppend(&tiles,
                  Tile("NLL, nats", BeforeAfter(before.nll(), after.nll()),
                       absl::StrFormat("%+.3f (%+.3f … %+.3f)", nll.value(), nll.lower(),
                                       nll.upper())),
                  Tile("Calibration error (ECE)", BeforeAfter(before.ece(), after.ece()),
                       "lower is better"));
  if (evaluation.has_signal()) {
    const auto& signal = evaluation.signal();
    absl::StrAppend(
        &tiles,
        Tile("Signal", Datum(signal.ratio(), absl::StrFormat("%.2f", signal.ratio())),
             absl::StrFormat("%.2f … %.2f%s", signal.lower(), signal.upper(),
                             signal.weak() ? ", weak" : "")));
  }
  return Element("div", "tiles", tiles);
}

std::string Verdict(const Evaluation& evaluation) {
  if (!evaluation.has_recommendation()) return "";
  const auto& recommendation = evaluation.recommendation();
  return absl::StrCat("<section class=\"verdict\">",
                      Element("div", "eyebrow", "Recommended"),
                      Element("strong", "", Escaped(MethodWord(recommendation.method()))),
                      Element("p", "", Escaped(recommendation.reason())), "</section>\n");
}

std::string Warnings(const Evaluation& evaluation) {
  std::string text;
  const auto add = [&text](absl::string_view message) {
    absl::StrAppend(&text, Element("p", "warning", Escaped(message)), "\n");
  };
  if (evaluation.signal().weak()) add(WeakSignal(evaluation.signal()));
  for (const auto& warning : evaluation.warnings()) add(warning.message());
  return text.empty() ? "" : Element("section", "", text);
}

}  // namespace

std::string SummarySection(const PageContent& content) {
  return absl::StrCat(Verdict(content.evaluation), Tiles(content.evaluation), "\n",
                      Warnings(content.evaluation));
}

std::string MeasureSection(const PageContent& content) {
  const auto before = MeasureList(content.evaluation.before().measures());
  const auto after = MeasureList(content.evaluation.after().measures());
  HtmlTable table("Each measure with its interval",
                  {"measure", "better", "before", "interval", "after", "interval"});
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    const Estimate& was = before[i].estimate;
    const Estimate& is = after[i].estimate;
    table.Add({absl::StrCat(before[i].name, " ",
                            Element("span", "interval", Escaped(before[i].description))),
               before[i].higher_is_better ? "higher" : "lower",
               Datum(was.value(), Figure(was.value())),
               Element("span", "interval", Interval(was)),
               Datum(is.value(), Figure(is.value())),
               Element("span", "interval", Interval(is))});
  }
  return absl::StrCat(
      "<section id=\"measures\">", Element("h2", "", "Every measure"), table.Text(),
      Element("p", "lead",
              "Resampled rows scatter more than rows do, so the intervals "
              "of calibration errors lie high and need not hold the "
              "figure itself."),
      "</section>\n");
}

std::string MethodSection(const PageContent& content) {
  const Evaluation& evaluation = content.evaluation;
  const auto& options = evaluation.options();
  std::string text = absl::StrCat(
      "Intervals hold ", PercentOf(options.confidence()), " % of at most ",
      WithThousands(options.resamples()),
      " bootstrap resamples of the rows; differences use the same resamples. Reliability "
      "and ECE have ",
      options.bin_count(), " bins of equal width.");
  if (evaluation.candidates_size() > 0) {
    absl::StrAppend(&text,
                    " Methods are measured on rows that they were not fitted on: "
                    "cross-validation of ",
                    options.folds(), " folds on ",
                    RowCount(evaluation.compared_row_count()), ".");
  }
  absl::StrAppend(&text, " Seed ", options.seed(), ".");
  return Element("section", "",
                 absl::StrCat(Element("h2", "", "How it was measured"),
                              Element("p", "", Escaped(text)))) +
         "\n";
}

}  // namespace calibrd::calibctl
