#include "calibration/cross_validation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "calibration/kernel.h"
#include "calibration/random.h"

namespace calibrd {
namespace {

// Rows that were picked out of others, with their numbers.
struct Picked {
  std::vector<float> values;
  std::vector<int32_t> labels;
  std::vector<float> weights;

  LabelledRows View(const LabelledRows& all) const {
    return {{values, all.rows.label_count, all.rows.scale}, labels, weights};
  }
};

// The rows outside of `fold`.
Picked TrainingRows(const LabelledRows& rows, absl::Span<const int> folds, int fold) {
  Picked picked;
  for (size_t i = 0; i < folds.size(); ++i) {
    if (folds[i] == fold) continue;
    const absl::Span<const float> row = rows.rows.row(static_cast<int64_t>(i));
    picked.values.insert(picked.values.end(), row.begin(), row.end());
    picked.labels.push_back(rows.labels[i]);
    if (!rows.weights.empty()) picked.weights.push_back(rows.weights[i]);
  }
  return picked;
}

}  // namespace

std::vector<int> StratifiedFolds(absl::Span<const int32_t> labels, int label_count,
                                 int fold_count, uint64_t seed) {
  std::vector<std::vector<size_t>> by_label(static_cast<size_t>(label_count));
  for (size_t i = 0; i < labels.size(); ++i) {
    by_label[static_cast<size_t>(labels[i])].push_back(i);
  }
  Random random(seed);
  std::vector<int> folds(labels.size());
  int next = 0;  // goes on from label to label, so that folds are of equal size
  for (std::vector<size_t>& rows : by_label) {
    for (size_t i = rows.size(); i > 1; --i) {
      std::swap(rows[i - 1], rows[random.Below(i)]);
    }
    for (const size_t row : rows) {
      folds[row] = next;
      next = (next + 1) % fold_count;
    }
  }
  return folds;
}

absl::StatusOr<std::vector<float>> CrossValidate(const LabelledRows& rows,
                                                 absl::Span<const int> folds,
                                                 int fold_count, const Fitter& fit) {
  std::vector<float> answers(rows.rows.values.size());
  const auto k = static_cast<size_t>(rows.rows.label_count);
  for (int fold = 0; fold < fold_count; ++fold) {
    if (std::find(folds.begin(), folds.end(), fold) == folds.end()) continue;
    const Picked training = TrainingRows(rows, folds, fold);
    if (training.labels.empty()) {
      return InvalidField(reason::kInvalidRows, "rows",
                          absl::StrCat(folds.size(),
                                       " rows are too few to be divided "
                                       "for a cross-validation"));
    }
    absl::StatusOr<Transform> transform = fit(training.View(rows));
    if (!transform.ok()) return transform.status();
    const Kernel kernel = Kernel::Compile(*transform);
    for (size_t i = 0; i < folds.size(); ++i) {
      if (folds[i] != fold) continue;
      kernel.Apply(rows.rows.row(static_cast<int64_t>(i)), rows.rows.scale,
                   absl::MakeSpan(answers).subspan(i * k, k));
    }
  }
  return answers;
}

}  // namespace calibrd
