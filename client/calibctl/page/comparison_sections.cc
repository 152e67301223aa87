// The sections that set labels against labels and methods against methods.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/evaluation/evaluation_text.h"
#include "client/calibctl/evaluation/measure_list.h"
#include "client/calibctl/page/confusion_figure.h"
#include "client/calibctl/page/html_table.h"
#include "client/calibctl/page/interval_figure.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/page/sections.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Assessment;
using calibration::v1::Candidate;
using calibration::v1::Estimate;
using calibration::v1::Evaluation;
using calibration::v1::Method;

constexpr std::size_t kMostConfusions = 20;
constexpr std::size_t kMostWarnings = 20;

// Confusion.

ConfusionMatrix MatrixOf(const Assessment& assessment, std::size_t label_count) {
  ConfusionMatrix matrix{label_count,
                         {assessment.confusion().begin(), assessment.confusion().end()}};
  if (matrix.counts.size() != label_count * label_count) matrix.counts.clear();
  return matrix;
}

std::string MatrixTable(absl::string_view title, const ConfusionMatrix& matrix,
                        const std::vector<std::string>& labels) {
  std::vector<std::string> headers = {"right label"};
  headers.insert(headers.end(), labels.begin(), labels.end());
  HtmlTable table(absl::StrCat("Rows by right label and answer, ", title), headers);
  for (std::size_t right = 0; right < labels.size(); ++right) {
    std::vector<std::string> cells = {Escaped(labels[right])};
    for (std::size_t best = 0; best < labels.size(); ++best) {
      const int64_t rows = matrix.at(right, best);
      cells.push_back(Datum(static_cast<double>(rows), WithThousands(rows)));
    }
    table.Add(cells);
  }
  return table.Folded("The numbers");
}

std::string LargestTable(absl::string_view title, const ConfusionMatrix& matrix,
                         const std::vector<std::string>& labels) {
  HtmlTable table(absl::StrCat("The largest confusions ", title),
                  {"right label", "answered", "rows", "of the label"});
  for (const Confusion& one : LargestConfusions(matrix, kMostConfusions)) {
    const double share =
        static_cast<double>(one.rows) / static_cast<double>(matrix.RowsOf(one.right));
    table.Add({Escaped(labels[one.right]), Escaped(labels[one.best]),
               Datum(static_cast<double>(one.rows), WithThousands(one.rows)),
               Datum(share, absl::StrFormat("%.1f %%", 100 * share))});
  }
  return table.Text();
}

std::string MatrixSide(absl::string_view heading, const char* css_class,
                       const ConfusionMatrix& matrix,
                       const std::vector<std::string>& labels) {
  const bool named = labels.size() <= kMostNamedLabels;
  return Element(
      "div", "",
      absl::StrCat(
          Element("h3", css_class, heading),
          Element("figure", "", ConfusionFigure(css_class, css_class, matrix, labels)),
          named ? MatrixTable(css_class, matrix, labels)
                : LargestTable(css_class, matrix, labels)));
}

// Candidates.

std::optional<Estimate> If(bool there, const Estimate& estimate) {
  return there ? std::optional<Estimate>(estimate) : std::nullopt;
}

Emphasis EmphasisOf(Method method, const Evaluation& evaluation) {
  if (method == evaluation.recommendation().method()) return Emphasis::kRecommended;
  if (method == calibration::v1::METHOD_NONE) return Emphasis::kBefore;
  if (method == calibration::v1::METHOD_CURRENT) return Emphasis::kAfter;
  return Emphasis::kNone;
}

std::vector<IntervalLine> Lines(const Evaluation& evaluation,
                                const Estimate& (Candidate::*change)() const) {
  std::vector<IntervalLine> lines;
  for (const Candidate& candidate : evaluation.candidates()) {
    lines.push_back({MethodWord(candidate.method()),
                     If(candidate.failure().empty(), (candidate.*change)()),
                     EmphasisOf(candidate.method(), evaluation)});
  }
  return lines;
}

std::string Changed(const Estimate& change) {
  return absl::StrCat(
      Datum(change.value(), SignedFigure(change.value())), " ",
      Element("span", "interval",
              absl::StrFormat("(%+.3f … %+.3f)", change.lower(), change.upper())));
}

std::string CandidateTable(const Evaluation& evaluation) {
  HtmlTable table(
      "Each method with its intervals",
      {"method", "accuracy", "change of accuracy", "NLL", "change of NLL", "ECE"});
  for (const Candidate& candidate : evaluation.candidates()) {
    const std::string name = Escaped(MethodWord(candidate.method()));
    if (!candidate.failure().empty()) {
      table.Add({absl::StrCat(name, " ",
                              Element("span", "interval",
                                      Escaped(absl::StrCat("could not be fitted: ",
                                                           candidate.failure())))),
                 "-", "-", "-", "-", "-"});
      continue;
    }
    const auto& measures = candidate.measures();
    const auto figure = [](const Estimate& estimate) {
      return Datum(estimate.value(), Figure(estimate.value()));
    };
    table.Add(
        {name, figure(measures.accuracy()), Changed(candidate.accuracy_change()),
         figure(measures.nll()), Changed(candidate.nll_change()), figure(measures.ece())},
        candidate.method() == evaluation.recommendation().method() ? "recommended" : "");
  }
  return table.Text();
}

std::string CandidateNotes(const Evaluation& evaluation) {
  std::string notes;
  std::size_t left = kMostWarnings;
  for (const auto& [message, methods] : CandidateWarnings(evaluation)) {
    if (left-- == 0) {
      absl::StrAppend(&notes, Element("p", "warning", "… and more warnings"), "\n");
      break;
    }
    absl::StrAppend(
        &notes, Element("p", "warning", Escaped(absl::StrCat(methods, ": ", message))),
        "\n");
  }
  return notes;
}

std::string Panel(const IntervalWords& words, const std::vector<IntervalLine>& lines) {
  return Element("figure", "", IntervalFigure(words, lines));
}

}  // namespace

std::string ConfusionSection(const PageContent& content) {
  const std::size_t k = content.labels.size();
  const ConfusionMatrix before = MatrixOf(content.evaluation.before(), k);
  const ConfusionMatrix after = MatrixOf(content.evaluation.after(), k);
  if (before.counts.empty() || after.counts.empty()) return "";
  return absl::StrCat(
      "<section id=\"confusion\">", Element("h2", "", "What is taken for what"),
      Element(
          "p", "lead",
          "Each line is a right label, each column an answer; the stronger a cell, the "
          "more of the line's rows. On the diagonal the answer is right."),
      Element("div", "pair",
              MatrixSide("Before", "before", before, content.labels) +
                  MatrixSide("After", "after", after, content.labels)),
      "</section>\n");
}

std::string CandidateSection(const PageContent& content) {
  const Evaluation& evaluation = content.evaluation;
  if (evaluation.candidates().empty()) return "";
  const std::string figures = Element(
      "div", "pair",
      Panel({"Change of NLL by method",
             "For each method the change of NLL against uncalibrated rows with its "
             "interval. The table below holds the numbers.",
             "change of NLL, nats", false, 1},
            Lines(evaluation, &Candidate::nll_change)) +
          Panel({"Change of accuracy by method",
                 "For each method the change of accuracy against uncalibrated rows with "
                 "its interval. The table below holds the numbers.",
                 "change of accuracy, points", true, 100},
                Lines(evaluation, &Candidate::accuracy_change)));
  return absl::StrCat(
      "<section id=\"candidates\">", Element("h2", "", "Which method helps most"),
      Element("p", "lead",
              "Each method against the rows as they came, measured on rows that it was "
              "not fitted on. An interval that does not touch zero is more than chance."),
      "<ul class=\"key\"><li class=\"before\">as they came</li><li class=\"after\">the "
      "profile</li><li class=\"best\">recommended</li></ul>\n",
      figures, CandidateTable(evaluation), CandidateNotes(evaluation), "</section>\n");
}

}  // namespace calibrd::calibctl
