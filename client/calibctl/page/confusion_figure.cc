#include "client/calibctl/page/confusion_figure.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

constexpr double kWidth = 400;
constexpr double kNames = 96;   // for the names of labels, where they are written
constexpr double kMargin = 24;  // where they are not
constexpr double kLargestCell = 72;
constexpr double kStrong = 0.55;  // from this shade on, numbers are written light

std::string Describe(const ConfusionMatrix& matrix,
                     const std::vector<std::string>& labels, std::size_t right,
                     std::size_t best) {
  const int64_t rows = matrix.at(right, best);
  const double share =
      static_cast<double>(rows) / static_cast<double>(matrix.RowsOf(right));
  return absl::StrFormat("%s answered as %s: %s, %.1f %% of the label", labels[right],
                         labels[best], RowCount(rows), 100 * share);
}

class Figure {
 public:
  Figure(absl::string_view title, absl::string_view css_class,
         const ConfusionMatrix& matrix, const std::vector<std::string>& labels)
      : css_class_(css_class),
        matrix_(matrix),
        labels_(labels),
        named_(matrix.label_count <= kMostNamedLabels),
        origin_((named_ ? kNames : kMargin) + 20),
        cell_(std::min(kLargestCell,
                       (kWidth - origin_ - 2) / static_cast<double>(matrix.label_count))),
        end_(origin_ + cell_ * static_cast<double>(matrix.label_count)),
        svg_(absl::StrCat("Confusion matrix ", title),
             "Lines are right labels, columns what was answered; each cell is shaded by "
             "its share of the rows of its line. The table below holds the numbers.",
             kWidth, end_ + 4) {}

  std::string Draw() {
    svg_.Rect({origin_, origin_, end_ - origin_, end_ - origin_}, "matrix");
    for (std::size_t right = 0; right < matrix_.label_count; ++right) {
      for (std::size_t best = 0; best < matrix_.label_count; ++best) {
        DrawCell(right, best);
      }
    }
    svg_.Label((origin_ + end_) / 2, 12, Anchor::kMiddle, "axis", "answered");
    svg_.UprightLabel(12, (origin_ + end_) / 2, Anchor::kMiddle, "axis", "right");
    if (named_) DrawNames();
    return svg_.Text();
  }

 private:
  double At(std::size_t label) const {
    return origin_ + cell_ * static_cast<double>(label);
  }

  void DrawCell(std::size_t right, std::size_t best) {
    const int64_t rows = matrix_.at(right, best);
    const double gap = named_ ? 1 : 0;
    const Box box = {At(best) + gap, At(right) + gap, cell_ - 2 * gap, cell_ - 2 * gap};
    if (right == best) svg_.Rect(box, "diagonal-cell");
    if (rows == 0) return;  // a matrix of many labels is mostly empty
    const double share =
        static_cast<double>(rows) / static_cast<double>(matrix_.RowsOf(right));
    svg_.ShadedRect(box, absl::StrCat("cell ", css_class_), 0.08 + 0.92 * share,
                    Describe(matrix_, labels_, right, best));
    if (!named_) return;
    svg_.Label(box.x + box.width / 2, box.y + box.height / 2 + 4, Anchor::kMiddle,
               share >= kStrong ? "cell-count strong" : "cell-count", absl::StrCat(rows));
  }

  void DrawNames() {
    for (std::size_t label = 0; label < matrix_.label_count; ++label) {
      const std::string& name = labels_[label];
      const std::string shown = Fitted(name, kNames - 8);
      const double middle = At(label) + cell_ / 2;
      svg_.Label(origin_ - 6, middle + 4, Anchor::kEnd, "name", shown, name);
      if (TextWidth(shown) < cell_) {
        svg_.Label(middle, origin_ - 8, Anchor::kMiddle, "name", shown, name);
      } else {
        svg_.UprightLabel(middle + 4, origin_ - 6, Anchor::kStart, "name", shown, name);
      }
    }
  }

  const std::string css_class_;
  const ConfusionMatrix& matrix_;
  const std::vector<std::string>& labels_;
  const bool named_;
  const double origin_;
  const double cell_;
  const double end_;
  Svg svg_;
};

}  // namespace

int64_t ConfusionMatrix::RowsOf(std::size_t right) const {
  int64_t rows = 0;
  for (std::size_t best = 0; best < label_count; ++best) rows += at(right, best);
  return rows;
}

std::vector<Confusion> LargestConfusions(const ConfusionMatrix& matrix,
                                         std::size_t most) {
  std::vector<Confusion> confusions;
  for (std::size_t right = 0; right < matrix.label_count; ++right) {
    for (std::size_t best = 0; best < matrix.label_count; ++best) {
      const int64_t rows = matrix.at(right, best);
      if (right != best && rows > 0) confusions.push_back({right, best, rows});
    }
  }
  std::stable_sort(
      confusions.begin(), confusions.end(),
      [](const Confusion& a, const Confusion& b) { return a.rows > b.rows; });
  if (confusions.size() > most) confusions.resize(most);
  return confusions;
}

std::string ConfusionFigure(absl::string_view title, absl::string_view css_class,
                            const ConfusionMatrix& matrix,
                            const std::vector<std::string>& labels) {
  return Figure(title, css_class, matrix, labels).Draw();
}

}  // namespace calibrd::calibctl
