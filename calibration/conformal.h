// Prediction sets: the labels that hold the right one as often as is wanted, whatever the
// model is worth. Split conformal classification.
//
//   absl::StatusOr<ConformalFit> fit =
//       FitConformal(rows, labels, {.score = ConformalScore::kLac});
//   absl::StatusOr<double> threshold = Threshold(*fit, 0.9);     // of 10 rows, 9 covered
//   std::vector<int> set(K);
//   int size = PredictionSet(fit->score, row, *threshold, absl::MakeSpan(set));
//   // set[0 … size-1]: the labels, the most probable first
//
// The guarantee: for rows that come like the n fitted ones, in any order as likely
// (exchangeable), the set holds the right label with a probability of at least the wanted
// coverage. With kLac, kAps and kApsInclusive it is at most coverage + 1/(n+1) + 1/4096,
// where scores do not tie and the best label need not be added. Both hold on the average
// over fits and rows, not for each label or kind of row. Rows must come through the same
// transform when fitted and when used.
//
// A score says how ill a label fits a row; a set holds the labels whose score is not
// above the threshold, the ceil((n+1)·coverage)-th smallest score of the right labels
// (Vovk, Gammerman, Shafer 2005; Angelopoulos and Bates 2021, section 1). Labels in a
// set, by score: SmolLM2-135M corrected by the prior of random words, on SST-2, AG News
// and TREC (2, 4 and 6 labels), 300 splits into 75 rows to fit and 75 to use:
//
//     coverage   kLac             kAps             kApsInclusive    kApsRandomized
//     0.8        1.04 1.61 3.14   1.04 1.62 3.33   1.31 1.74 3.59   1.64 2.12 3.91
//     0.9        1.31 2.15 4.66   1.31 2.17 4.72   1.98 2.36 5.02   1.91 2.66 5.26
//
// MAPIE 1.6.0 (SplitConformalClassifier) gives the same sets, but for these: where ours
// has the best label because nothing else fits, MAPIE's LAC set is empty; labels of equal
// probability enter one by one, the lowest index first, and in MAPIE together; MAPIE's
// comparisons are 1e-8 wide, ours exact; where n is too small for the coverage, MAPIE
// raises an error, and ours is the full set; MAPIE's APS refuses K = 2.
//
// Rows: probabilities that sum to 1, a precondition; sums are in double. Thread-safety:
// pure functions; a ConformalFit is a value. Cost of a set: O(K + size·log K), and no
// allocation, whatever K is.

#ifndef CALIBRD_CALIBRATION_CONFORMAL_H_
#define CALIBRD_CALIBRATION_CONFORMAL_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "calibration/rows.h"

namespace calibrd {

// With the labels of a row in the order of falling probability (the lowest index first on
// a tie), q the probability of a label and B the sum of the probabilities before it:
enum class ConformalScore : uint8_t {
  // 1 - q: a set holds what is probable enough (Sadinle, Lei, Wasserman 2019). The
  // smallest sets on the average; where rows are uncertain, large ones.
  kLac,
  // B: a set holds labels until their sum exceeds the threshold, the one that crosses it
  // included (adaptive prediction sets, Romano, Sesia, Candès 2020, without its random
  // numbers). In MAPIE: "aps" with every random number 1, include_last_label=True.
  kAps,
  // B + q: a set holds labels as long as their sum does not exceed the threshold. Simple
  // to say; wide for few labels, as the last label always scores 1. In MAPIE: "aps" with
  // every random number 0, include_last_label=False.
  kApsInclusive,
  // Fitted with the scores B + (1 - u) q, u random in [0, 1); sets as with kAps, without
  // random numbers, which is wider than needed. In MAPIE: "aps" as it is by default.
  kApsRandomized,
};

struct ConformalOptions {
  ConformalScore score = ConformalScore::kLac;
  uint64_t seed = 1;  // of kApsRandomized
};

// The most scores that are kept of a fit: 32 KiB.
inline constexpr int64_t kMostConformalScores = 4096;

struct ConformalFit {
  ConformalScore score = ConformalScore::kLac;
  int64_t row_count = 0;  // n
  // Of the right labels, rising: all n of them, or m = 4096, of which the j-th (from 1)
  // is the ceil(j·n/m)-th smallest. A threshold takes the next one that was kept, so that
  // coverage can only gain by it, at most 1/m.
  std::vector<double> scores;
};

// Errors: INVALID_ARGUMENT, those of CheckRows (no rows among them) and of CheckLabels.
absl::StatusOr<ConformalFit> FitConformal(const Rows& rows, absl::Span<const int> labels,
                                          const ConformalOptions& options = {});

// OK for what FitConformal makes: to be asked of a fit that was stored or sent. Errors:
// INVALID_ARGUMENT with the field `row_count`, `scores` or `scores[i]`.
absl::Status CheckConformalFit(const ConformalFit& fit);

// INVALID_ARGUMENT with the field `coverage` where that is not in (0, 1).
absl::Status CheckCoverage(double coverage);

// What PredictionSet needs; infinite, for the full set, where n is too small for the
// coverage: n < coverage/(1 - coverage), such as 9 for 0.9. Errors: those of
// CheckCoverage.
absl::StatusOr<double> Threshold(const ConformalFit& fit, double coverage);

// Writes the labels of the set of a row (K probabilities), the most probable first, to
// the front of `labels`, and returns their number: 1 … K, as the best label is always in.
// `labels` has K places; those behind the set hold the labels that are not in it.
int PredictionSet(ConformalScore score, absl::Span<const float> row, double threshold,
                  absl::Span<int> labels);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_CONFORMAL_H_
