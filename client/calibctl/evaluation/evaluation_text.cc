#include "client/calibctl/evaluation/evaluation_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/evaluation/measure_list.h"
#include "client/calibctl/live_text.h"
#include "client/calibctl/terminal/table.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Assessment;
using calibration::v1::Candidate;
using calibration::v1::Estimate;
using calibration::v1::Evaluation;
using calibration::v1::ReliabilityBin;

constexpr int kLongestLabel = 32;

std::string Heading(const Evaluation& evaluation, const Style& style) {
  return absl::StrCat(Painted(style, Paint::kBold, Printable(evaluation.name())),
                      "  revision ", evaluation.revision(), "  ",
                      RowCount(evaluation.row_count()), " with labels\n");
}

std::string MeasureTable(const Evaluation& evaluation, const Style& style) {
  Table table({{"MEASURE", Align::kLeft},
               {"BEFORE", Align::kRight},
               {"LOWER", Align::kRight},
               {"UPPER", Align::kRight},
               {"AFTER", Align::kRight},
               {"LOWER", Align::kRight},
               {"UPPER", Align::kRight}});
  const std::vector<NamedEstimate> before = MeasureList(evaluation.before().measures());
  const std::vector<NamedEstimate> after = MeasureList(evaluation.after().measures());
  for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i) {
    const Estimate& was = before[i].estimate;
    const Estimate& is = after[i].estimate;
    table.Add({std::string(before[i].name), Figure(was.value()), Figure(was.lower()),
               Figure(was.upper()), Figure(is.value()), Figure(is.lower()),
               Figure(is.upper())});
  }
  return table.Render(style);
}

std::string ChangeLine(const Evaluation& evaluation) {
  const Estimate& accuracy = evaluation.accuracy_change();
  const Estimate& nll = evaluation.nll_change();
  return absl::StrFormat(
      "after - before: accuracy %+.1f points (%+.1f … %+.1f), NLL %+.3f nats (%+.3f … "
      "%+.3f)\n",
      100 * accuracy.value(), 100 * accuracy.lower(), 100 * accuracy.upper(), nll.value(),
      nll.lower(), nll.upper());
}

std::string HowLine(const Evaluation& evaluation) {
  const auto& options = evaluation.options();
  std::string text =
      absl::StrCat("LOWER and UPPER hold ", PercentOf(options.confidence()), " % of ",
                   WithThousands(options.resamples()), " resamples");
  if (evaluation.candidates_size() > 0) {
    absl::StrAppend(&text, "; methods are cross-validated, ", options.folds(), " folds");
    if (evaluation.compared_row_count() < evaluation.row_count()) {
      absl::StrAppend(&text, " of ", RowCount(evaluation.compared_row_count()));
    }
  }
  return absl::StrCat(text, "; seed ", options.seed(), "\n");
}

// The labels with the most rows, in the order of the profile.
std::vector<std::size_t> Shown(const Evaluation& evaluation, int max_labels) {
  std::vector<std::size_t> order(
      static_cast<std::size_t>(evaluation.label_row_counts_size()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= static_cast<std::size_t>(max_labels)) return order;
  const auto& counts = evaluation.label_row_counts();
  std::stable_sort(order.begin(), order.end(), [&counts](std::size_t a, std::size_t b) {
    return counts.Get(static_cast<int>(a)) > counts.Get(static_cast<int>(b));
  });
  order.resize(static_cast<std::size_t>(max_labels));
  std::sort(order.begin(), order.end());
  return order;
}

std::string LabelTable(const Evaluation& evaluation,
                       const std::vector<std::string>& labels, int max_labels,
                       const Style& style) {
  const int label_count = evaluation.label_row_counts_size();
  if (label_count != static_cast<int>(labels.size())) return "";
  const std::vector<int64_t> before = DecisionCounts(evaluation.before(), label_count);
  const std::vector<int64_t> after = DecisionCounts(evaluation.after(), label_count);
  std::vector<Column> columns = {{"LABEL", Align::kLeft}, {"RIGHT", Align::kRight}};
  const bool decisions = !before.empty() && !after.empty();
  if (decisions) columns.push_back({"BEFORE", Align::kRight});
  if (decisions) columns.push_back({"AFTER", Align::kRight});
  Table table(std::move(columns));
  const std::vector<std::size_t> shown = Shown(evaluation, max_labels);
  for (const std::size_t label : shown) {
    std::vector<std::string> cells = {
        Shorten(Printable(labels[label]), kLongestLabel),
        absl::StrCat(evaluation.label_row_counts(static_cast<int>(label)))};
    if (decisions) {
      cells.push_back(absl::StrCat(before[label]));
      cells.push_back(absl::StrCat(after[label]));
    }
    table.Add(std::move(cells));
  }
  std::string text = table.Render(style);
  if (const std::size_t more = labels.size() - shown.size(); more > 0) {
    absl::StrAppend(&text, "… ", WithThousands(static_cast<int64_t>(more)), " more\n");
  }
  return text;
}

std::vector<std::string> BinCells(const ReliabilityBin* bin) {
  if (bin == nullptr) return {"-", "-", "-"};
  return {absl::StrCat(bin->row_count()), Figure(bin->confidence()),
          Figure(bin->accuracy())};
}

// The bins before and after side by side, those that hold a row in either.
std::string ReliabilityTable(const Evaluation& evaluation, const Style& style) {
  using Sides = std::pair<const ReliabilityBin*, const ReliabilityBin*>;
  std::map<std::pair<double, double>, Sides> bins;
  for (const ReliabilityBin& bin : evaluation.before().reliability()) {
    bins[{bin.lower(), bin.upper()}].first = &bin;
  }
  for (const ReliabilityBin& bin : evaluation.after().reliability()) {
    bins[{bin.lower(), bin.upper()}].second = &bin;
  }
  if (bins.empty()) return "";
  Table table({{"FROM", Align::kRight},
               {"TO", Align::kRight},
               {"BEFORE", Align::kRight},
               {"CONFIDENCE", Align::kRight},
               {"ACCURACY", Align::kRight},
               {"AFTER", Align::kRight},
               {"CONFIDENCE", Align::kRight},
               {"ACCURACY", Align::kRight}});
  for (const auto& [edges, sides] : bins) {
    std::vector<std::string> cells = {Figure(edges.first), Figure(edges.second)};
    for (const ReliabilityBin* bin : {sides.first, sides.second}) {
      const std::vector<std::string> side = BinCells(bin);
      cells.insert(cells.end(), side.begin(), side.end());
    }
    table.Add(std::move(cells));
  }
  return table.Render(style);
}

// One figure of each candidate, and how far it is from that of uncalibrated rows.
std::string CandidateTable(const Evaluation& evaluation, const std::string& header,
                           const Estimate& (calibration::v1::Measures::*figure)() const,
                           const Estimate& (Candidate::*change)() const,
                           const Style& style) {
  Table table({{"METHOD", Align::kLeft},
               {header, Align::kRight},
               {"LOWER", Align::kRight},
               {"UPPER", Align::kRight},
               {"CHANGE", Align::kRight},
               {"LOWER", Align::kRight},
               {"UPPER", Align::kRight}});
  for (const Candidate& candidate : evaluation.candidates()) {
    if (!candidate.failure().empty()) {
      table.Add({MethodWord(candidate.method()), "-", "-", "-", "-", "-", "-"});
      continue;
    }
    const Estimate& value = (candidate.measures().*figure)();
    const Estimate& difference = (candidate.*change)();
    table.Add({MethodWord(candidate.method()), Figure(value.value()),
               Figure(value.lower()), Figure(value.upper()),
               SignedFigure(difference.value()), SignedFigure(difference.lower()),
               SignedFigure(difference.upper())});
  }
  return table.Render(style);
}

std::string Candidates(const Evaluation& evaluation, const Style& style) {
  if (evaluation.candidates().empty()) return "";
  return absl::StrCat(
      CandidateTable(evaluation, "ACCURACY", &calibration::v1::Measures::accuracy,
                     &Candidate::accuracy_change, style),
      "\n",
      CandidateTable(evaluation, "NLL", &calibration::v1::Measures::nll,
                     &Candidate::nll_change, style));
}

std::string Notes(const Evaluation& evaluation, int max_warnings, const Style& style) {
  std::string text;
  if (evaluation.has_signal()) {
    absl::StrAppend(&text, Fact("signal", SignalFigure(evaluation.signal())));
  }
  if (evaluation.signal().weak()) {
    absl::StrAppend(&text, WarningLine(WeakSignal(evaluation.signal()), style));
  }
  for (const auto& warning : evaluation.warnings()) {
    absl::StrAppend(&text, WarningLine(warning.message(), style));
  }
  for (const Candidate& candidate : evaluation.candidates()) {
    if (candidate.failure().empty()) continue;
    absl::StrAppend(&text, MethodWord(candidate.method()),
                    " could not be fitted: ", Printable(candidate.failure()), "\n");
  }
  int64_t left = max_warnings;
  for (const auto& [message, methods] : CandidateWarnings(evaluation)) {
    if (left-- <= 0) continue;
    absl::StrAppend(&text, WarningLine(absl::StrCat(methods, ": ", message), style));
  }
  if (left < 0) {
    absl::StrAppend(&text, "… ", WithThousands(-left), " more warnings\n");
  }
  return text;
}

std::string Advice(const Evaluation& evaluation, const Style& style) {
  if (!evaluation.has_recommendation()) return "";
  const auto& recommendation = evaluation.recommendation();
  return absl::StrCat(Painted(style, Paint::kBold, "recommended"), "     ",
                      Painted(style, Paint::kBold, MethodWord(recommendation.method())),
                      "\n", Printable(recommendation.reason()), "\n");
}

}  // namespace

std::vector<std::pair<std::string, std::string>> CandidateWarnings(
    const Evaluation& evaluation) {
  std::vector<std::pair<std::string, std::string>> warnings;
  for (const Candidate& candidate : evaluation.candidates()) {
    for (const auto& warning : candidate.warnings()) {
      const auto same = std::find_if(
          warnings.begin(), warnings.end(),
          [&warning](const auto& known) { return known.first == warning.message(); });
      if (same == warnings.end()) {
        warnings.emplace_back(warning.message(), MethodWord(candidate.method()));
      } else {
        absl::StrAppend(&same->second, ", ", MethodWord(candidate.method()));
      }
    }
  }
  return warnings;
}

std::string EvaluationText(const Evaluation& evaluation,
                           const std::vector<std::string>& labels, int max_labels,
                           const Style& style) {
  std::string text = Heading(evaluation, style);
  for (const std::string& section :
       {MeasureTable(evaluation, style) + ChangeLine(evaluation),
        LabelTable(evaluation, labels, max_labels, style),
        ReliabilityTable(evaluation, style), Candidates(evaluation, style),
        HowLine(evaluation) + Notes(evaluation, max_labels, style),
        Advice(evaluation, style)}) {
    if (!section.empty()) absl::StrAppend(&text, "\n", section);
  }
  return text;
}

}  // namespace calibrd::calibctl
