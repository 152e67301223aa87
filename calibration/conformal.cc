#include "calibration/conformal.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "calibration/metrics.h"
#include "calibration/random.h"

namespace calibrd {
namespace {

// What rounding may add to the score of a row that sums to 1 in float32.
constexpr double kLargestScore = 1.01;

// So that 100 · 0.07, which is 7.000000000000001 in double, is 7.
constexpr double kRounding = 1e-9;

// Whether label a comes after label b.
struct ComesLater {
  absl::Span<const float> row;
  bool operator()(int a, int b) const {
    const float p = row[static_cast<size_t>(a)], q = row[static_cast<size_t>(b)];
    return p != q ? p < q : a > b;
  }
};

// The labels of a row in the order of falling probability, as far as they are asked for:
// a heap in the place where they are to be written.
class FallingLabels {
 public:
  FallingLabels(absl::Span<const float> row, absl::Span<int> labels)
      : order_{row}, labels_(labels), heap_end_(labels.end()) {
    std::iota(labels_.begin(), labels_.end(), 0);
    std::make_heap(labels_.begin(), heap_end_, order_);
  }

  int Next() {
    std::pop_heap(labels_.begin(), heap_end_, order_);
    return *--heap_end_;
  }

  // Puts the labels that Next gave to the front, in its order.
  void ToFront() { std::reverse(labels_.begin(), labels_.end()); }

 private:
  ComesLater order_;
  absl::Span<int> labels_;
  absl::Span<int>::iterator heap_end_;
};

// `before` is the sum of what is more probable; u is 1 but for kApsRandomized.
double Score(ConformalScore score, double probability, double before, double u) {
  switch (score) {
    case ConformalScore::kLac:
      return 1 - probability;
    case ConformalScore::kApsInclusive:
      return before + probability;
    case ConformalScore::kAps:
    case ConformalScore::kApsRandomized:
      break;
  }
  return before + (1 - u) * probability;
}

// Adds up in the order of PredictionSet, so that the two round alike.
double ScoreOfLabel(ConformalScore score, absl::Span<const float> row, int label,
                    double u, absl::Span<int> scratch) {
  const double probability = row[static_cast<size_t>(label)];
  if (score == ConformalScore::kLac) return Score(score, probability, 0, u);
  double before = 0;
  FallingLabels falling(row, scratch);
  for (int next = falling.Next(); next != label; next = falling.Next()) {
    before += row[static_cast<size_t>(next)];
  }
  return Score(score, probability, before, u);
}

// Keeps m scores of evenly spaced ranks, each rounded up; the last is the largest.
std::vector<double> Thin(const std::vector<double>& sorted) {
  const auto n = static_cast<int64_t>(sorted.size());
  if (n <= kMostConformalScores) return sorted;
  std::vector<double> kept;
  for (int64_t j = 1; j <= kMostConformalScores; ++j) {
    const int64_t rank = (j * n + kMostConformalScores - 1) / kMostConformalScores;
    kept.push_back(sorted[static_cast<size_t>(rank - 1)]);
  }
  return kept;
}

}  // namespace

absl::StatusOr<ConformalFit> FitConformal(const Rows& rows, absl::Span<const int> labels,
                                          const ConformalOptions& options) {
  if (absl::Status bad = CheckRows(rows, {}); !bad.ok()) return bad;
  if (absl::Status bad = CheckLabels(rows, labels); !bad.ok()) return bad;
  Random random(options.seed);
  std::vector<int> scratch(static_cast<size_t>(rows.label_count));
  std::vector<double> scores;
  for (int64_t i = 0; i < rows.count(); ++i) {
    const double u =
        options.score == ConformalScore::kApsRandomized ? random.Unit() : 1.0;
    scores.push_back(ScoreOfLabel(options.score, rows.row(i),
                                  labels[static_cast<size_t>(i)], u,
                                  absl::MakeSpan(scratch)));
  }
  std::sort(scores.begin(), scores.end());
  return ConformalFit{
      .score = options.score, .row_count = rows.count(), .scores = Thin(scores)};
}

absl::Status CheckConformalFit(const ConformalFit& fit) {
  if (fit.row_count < 1) {
    return InvalidField(
        reason::kInvalidArgument, "row_count",
        absl::StrCat("fitted on ", fit.row_count, " rows; at least 1 is needed"));
  }
  const int64_t kept = std::min(fit.row_count, kMostConformalScores);
  if (static_cast<int64_t>(fit.scores.size()) != kept) {
    return InvalidField(reason::kInvalidArgument, "scores",
                        absl::StrCat(fit.scores.size(), " scores of ", fit.row_count,
                                     " rows; there have to be ", kept));
  }
  double last = 0;
  for (size_t i = 0; i < fit.scores.size(); ++i) {
    if (!(fit.scores[i] >= last && fit.scores[i] <= kLargestScore)) {
      return InvalidField(reason::kInvalidArgument, absl::StrCat("scores[", i, "]"),
                          absl::StrCat("the score is ", fit.scores[i],
                                       "; scores are from 0 to 1 and do not fall"));
    }
    last = fit.scores[i];
  }
  return absl::OkStatus();
}

absl::Status CheckCoverage(double coverage) {
  if (coverage > 0 && coverage < 1) return absl::OkStatus();
  return InvalidField(
      reason::kInvalidArgument, "coverage",
      absl::StrCat("the coverage is ", coverage, "; it has to be above 0 and below 1"));
}

absl::StatusOr<double> Threshold(const ConformalFit& fit, double coverage) {
  if (absl::Status s = CheckCoverage(coverage); !s.ok()) return s;
  const auto n = static_cast<double>(fit.row_count);
  const double rank = std::max(1.0, std::ceil((n + 1) * coverage - kRounding));
  if (rank > n) return std::numeric_limits<double>::infinity();
  // The first kept one of that rank or above: the smallest j with ceil(j n/m) >= rank.
  const auto kept = static_cast<int64_t>(fit.scores.size());
  const int64_t j = (static_cast<int64_t>(rank) - 1) * kept / fit.row_count;
  return fit.scores[static_cast<size_t>(j)];
}

int PredictionSet(ConformalScore score, absl::Span<const float> row, double threshold,
                  absl::Span<int> labels) {
  FallingLabels falling(row, labels);
  double before = 0;
  int size = 0;
  // Scores rise as probabilities fall, so that the first label that is not in ends it.
  while (size < static_cast<int>(row.size())) {
    const double probability = row[static_cast<size_t>(falling.Next())];
    if (size > 0 && Score(score, probability, before, 1) > threshold) break;
    before += probability;
    ++size;
  }
  falling.ToFront();
  return size;
}

}  // namespace calibrd
