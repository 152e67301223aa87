// The sections with figures; those that are words and tables are in table_sections.cc.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/evaluation/measure_list.h"
#include "client/calibctl/page/html_table.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/page/reliability_figure.h"
#include "client/calibctl/page/sections.h"
#include "client/calibctl/page/share_figure.h"
#include "client/calibctl/terminal/bars.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Assessment;
using calibration::v1::Evaluation;
using calibration::v1::ReliabilityBin;

// More labels make a figure that nobody reads to its end.
constexpr std::size_t kMostLabels = 20;
// What a table holds at most.
constexpr std::size_t kMostLines = 200;

std::string Section(absl::string_view id, absl::string_view heading,
                    absl::string_view lead, absl::string_view content) {
  return absl::StrCat("<section id=\"", id, "\">", Element("h2", "", heading),
                      Element("p", "lead", lead), content, "</section>\n");
}

std::string Key(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string items;
  for (const auto& [css_class, text] : entries) {
    absl::StrAppend(&items, Element("li", css_class, text));
  }
  return absl::StrCat(Element("ul", "key", items), "\n");
}

std::string Figures(const std::vector<std::string>& figures) {
  std::string all;
  for (const std::string& figure : figures) {
    absl::StrAppend(&all, Element("div", "", figure), "\n");
  }
  return Element("div", "pair", all) + "\n";
}

// Reliability.

std::string ReliabilityTable(absl::string_view title, const Assessment& assessment) {
  HtmlTable table(absl::StrCat("Reliability ", title),
                  {"confidence", "rows", "mean confidence", "accuracy", "gap"});
  for (const ReliabilityBin& bin : assessment.reliability()) {
    const double gap = bin.accuracy() - bin.confidence();
    table.Add(
        {absl::StrFormat("%.3f to %.3f", bin.lower(), bin.upper()),
         Datum(static_cast<double>(bin.row_count()), WithThousands(bin.row_count())),
         Datum(bin.confidence(), Figure(bin.confidence())),
         Datum(bin.accuracy(), Figure(bin.accuracy())), Datum(gap, SignedFigure(gap))});
  }
  return table.Folded("The numbers");
}

std::string ReliabilitySide(absl::string_view heading, const char* css_class,
                            const Assessment& assessment) {
  return absl::StrCat(
      Element("h3", css_class, heading),
      Element("figure", "", ReliabilityFigure(css_class, css_class, assessment)),
      ReliabilityTable(css_class, assessment));
}

// Shares.

std::string ShareTable(const PageContent& content, absl::string_view caption,
                       const std::string& goal, const LabelShares& shares) {
  std::vector<std::string> headers = {"label", "before"};
  if (!shares.after.empty()) headers.emplace_back("after");
  headers.push_back(goal);
  HtmlTable table(caption, headers);
  for (const std::size_t label : FarthestLabels(shares, kMostLines)) {
    std::vector<std::string> cells = {Escaped(content.labels[label])};
    const auto add = [&cells](double share) {
      cells.push_back(Datum(share, Percent(share)));
    };
    add(shares.before[label]);
    if (!shares.after.empty()) add(shares.after[label]);
    add(shares.goal[label]);
    table.Add(cells);
  }
  return content.labels.size() > kMostLabels ? table.Folded("The numbers") : table.Text();
}

std::string SharePair(const PageContent& content, const ShareWords& words,
                      const LabelShares& shares) {
  const std::vector<std::size_t> shown = FarthestLabels(shares, kMostLabels);
  std::string note;
  if (shown.size() < content.labels.size()) {
    note = Element("p", "lead",
                   absl::StrCat("The ", shown.size(), " of ", content.labels.size(),
                                " labels that are farthest off before."));
  }
  const std::string figure =
      Element("figure", "", ShareFigure(words, content.labels, shares, shown));
  return absl::StrCat(
      Key({{"before", "before"}, {"after", "after"}, {"goal", words.goal}}), note,
      Figures({figure, ShareTable(content, words.title, words.goal, shares)}));
}

std::vector<double> SharesOf(const std::vector<int64_t>& counts, int64_t total) {
  std::vector<double> shares;
  for (const int64_t count : counts) {
    shares.push_back(static_cast<double>(count) / static_cast<double>(total));
  }
  return shares;
}

}  // namespace

std::string ReliabilitySection(const PageContent& content) {
  const Evaluation& evaluation = content.evaluation;
  return Section(
      "reliability", "Is it right as often as it says?",
      "Rows in bins of their confidence, the probability of the best label. On the "
      "diagonal, a row that says 80 % is right in 8 of 10 cases; below it the "
      "probabilities promise too much, above it (the light part of a bar) too little.",
      absl::StrCat(Key({{"before", "accuracy before"},
                        {"after", "accuracy after"},
                        {"gap", "missing to the mean confidence"},
                        {"count", "rows"}}),
                   Figures({ReliabilitySide("Before", "before", evaluation.before()),
                            ReliabilitySide("After", "after", evaluation.after())})));
}

std::string PriorSection(const PageContent& content) {
  if (content.prior.before.size() != content.labels.size() || content.labels.empty()) {
    return "";
  }
  return Section("prior", "The bias that the profile takes out",
                 "What the model answers where there is nothing to answer, what the "
                 "profile makes of it, and what it should be.",
                 SharePair(content,
                           {"The prior of the profile",
                            "For each label the share of the prior before and after, and "
                            "the target. The table beside it holds the numbers.",
                            "target"},
                           content.prior));
}

std::string DecisionSection(const PageContent& content) {
  const Evaluation& evaluation = content.evaluation;
  const auto k = static_cast<int>(content.labels.size());
  const std::vector<int64_t> before = DecisionCounts(evaluation.before(), k);
  const std::vector<int64_t> after = DecisionCounts(evaluation.after(), k);
  if (before.empty() || after.empty()) return "";
  const auto& right = evaluation.label_row_counts();
  const int64_t rows = evaluation.row_count();
  const LabelShares shares = {SharesOf(before, rows), SharesOf(after, rows),
                              SharesOf({right.begin(), right.end()}, rows)};
  return Section("decisions", "How often each label is answered",
                 "The share of the rows whose best label it is, and of those whose right "
                 "label it is.",
                 SharePair(content,
                           {"Decisions",
                            "For each label the share of rows that were given it before "
                            "and after, and the share whose right label it is. The table "
                            "beside it holds the numbers.",
                            "right"},
                           shares));
}

}  // namespace calibrd::calibctl
