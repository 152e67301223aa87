// How good the decisions and the probabilities of rows are when the right labels are
// known: accuracy, F1, NLL, Brier score, the confusion matrix.
//
//   Rows rows{.values = q, .label_count = 3};         // n×3 probabilities
//   const std::vector<int> labels = {0, 2, 1, 1};     // the right label of each row
//   if (absl::Status bad = CheckLabels(rows, labels); !bad.ok()) return bad;
//   double accuracy = Accuracy(rows, labels);
//   double nll = NegativeLogLikelihood(rows, labels);
//
// Whether the probabilities mean what they say is asked by calibration/reliability.h; all
// measures at once, with intervals, come from calibration/measures.h.
//
// Rows: n >= 1 rows of K probabilities that sum to 1, such as Kernel::Apply writes;
// nothing is normalised here. Labels: n indices in 0 … K-1. Both are preconditions, not
// checked. The decision of a row is its most probable label, the lowest index on a tie.
//
// Units: NLL in nats a row, Brier score in 0 … 2, the others in 0 … 1. Sums are in
// double. Thread-safety: pure functions.

#ifndef CALIBRD_CALIBRATION_METRICS_H_
#define CALIBRD_CALIBRATION_METRICS_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "calibration/rows.h"

namespace calibrd {

// OK if there is one label for each row, each in 0 … K-1. Errors: INVALID_ARGUMENT with
// the reason INVALID_ARGUMENT, the field `labels` or `labels[i]`, metadata `row`.
absl::Status CheckLabels(const Rows& rows, absl::Span<const int> labels);

// The share of rows whose decision is the right label.
double Accuracy(const Rows& rows, absl::Span<const int> labels);

// What the rows hold of one label. Right rows are those of the label that were decided
// for it.
struct LabelCount {
  int64_t rows = 0;
  int64_t decisions = 0;
  int64_t right = 0;
};

// By label, K of them.
std::vector<LabelCount> CountLabels(const Rows& rows, absl::Span<const int> labels);

// The mean, over the labels that have rows, of the share of their rows that is right
// (recall); scikit-learn's balanced_accuracy_score.
double BalancedAccuracy(absl::Span<const LabelCount> counts);

// The mean over all K labels of F1 = 2·right / (rows + decisions). A label with neither
// rows nor decisions counts as 0, as in scikit-learn's f1_score(average="macro",
// labels=range(K), zero_division=0).
double MacroF1(absl::Span<const LabelCount> counts);

// K×K, row-major: entry [i·K + j] is the number of rows of label i that were decided for
// label j. K² numbers: not for vocabularies.
std::vector<int64_t> ConfusionMatrix(const Rows& rows, absl::Span<const int> labels);

// What NegativeLogLikelihood takes a smaller probability of a right label for, so that
// one row costs at most 27.6 nats. (scikit-learn's log_loss: 2.2e-16, 36.0 nats.)
inline constexpr double kSmallestLikelihood = 1e-12;

// The mean of -ln(probability of the right label).
double NegativeLogLikelihood(const Rows& rows, absl::Span<const int> labels);

// The mean of the sum over ALL labels of (probability - (1 if right else 0))², from 0 to
// 2 (Brier 1950, equation 2). For K = 2 that is twice the mean of (p - y)² of one column,
// which some give as the Brier score: see BinaryBrierScore in calibration/reliability.h.
double BrierScore(const Rows& rows, absl::Span<const int> labels);

// The same of one row.
double BrierLoss(absl::Span<const float> row, int label);

// -ln(probability of `label`), limited as above.
double LogLoss(absl::Span<const float> row, int label);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_METRICS_H_
