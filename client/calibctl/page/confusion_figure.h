// A confusion matrix: rows by right label and best label.
//
//   const ConfusionMatrix matrix = {4, {assessment.confusion().begin(), …}};
//   page += ConfusionFigure("Before", "before", matrix, labels);
//   for (const Confusion& one : LargestConfusions(matrix, 20)) …
//
// Each line of cells is shaded by its share of the line's rows. Up to 12 labels are
// named and counted in the figure; more are too small for words, and LargestConfusions
// tells what matters. Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_CONFUSION_FIGURE_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_CONFUSION_FIGURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace calibrd::calibctl {

// More labels are not named in a figure.
inline constexpr std::size_t kMostNamedLabels = 12;

struct ConfusionMatrix {
  std::size_t label_count = 0;
  std::vector<int64_t> counts;  // K * K, row-major: the row is the right label

  int64_t at(std::size_t right, std::size_t best) const {
    return counts[right * label_count + best];
  }
  // The rows whose right label is `right`.
  int64_t RowsOf(std::size_t right) const;
};

// Rows of one label that were taken for another.
struct Confusion {
  std::size_t right = 0;
  std::size_t best = 0;
  int64_t rows = 0;
};

// The `most` largest ones, the largest first.
std::vector<Confusion> LargestConfusions(const ConfusionMatrix& matrix, std::size_t most);

// `labels` are the K names; `css_class` colours the cells.
std::string ConfusionFigure(absl::string_view title, absl::string_view css_class,
                            const ConfusionMatrix& matrix,
                            const std::vector<std::string>& labels);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_CONFUSION_FIGURE_H_
