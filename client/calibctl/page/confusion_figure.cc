#include "client/calibctl/page/confusion_figure.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

constexpr double kWidth = 400;
constexpr double kAxis = 22;         // for the word beside an axis
constexpr double kLongestName = 92;  // names are cut to it
constexpr double kLargestCell = 100;
// From these shades on, numbers need another colour to be read: on a dark page, on any.
constexpr double kMiddle = 0.55;
constexpr double kStrong = 0.85;

const char* CountClass(double share) {
  if (share >= kStrong) return "cell-count strong";
  return share >= kMiddle ? "cell-count middle" : "cell-count";
}

// What the names of labels take beside a matrix, 0 where there are too many to name.
double NameWidth(const std::vector<std::string>& labels) {
  if (labels.size() > kMostNamedLabels) return 0;
  double width = 0;
  for (const std::string& label : labels) {
    width = std::max(width, TextWidth(Fitted(label, kLongestName)));
  }
  return width + 10;
}

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
        names_(NameWidth(labels)),
        left_(kAxis + names_),
        cell_(std::min(kLargestCell,
                       (kWidth - left_ - 2) / static_cast<double>(matrix.label_count))),
        upright_(names_ > cell_),
        top_(kAxis + (upright_ ? names_
                      : named_ ? kAxis
                               : 0)),
        size_(cell_ * static_cast<double>(matrix.label_count)),
        svg_(absl::StrCat("Confusion matrix ", title),
             "Lines are right labels, columns what was answered; each cell is shaded by "
             "its share of the rows of its line. The table below holds the numbers.",
             kWidth, top_ + size_ + 4) {}

  std::string Draw() {
    svg_.Rect({left_, top_, size_, size_}, "matrix");
    for (std::size_t right = 0; right < matrix_.label_count; ++right) {
      for (std::size_t best = 0; best < matrix_.label_count; ++best) {
        DrawCell(right, best);
      }
    }
    svg_.Label(left_ + size_ / 2, 12, Anchor::kMiddle, "axis", "answered");
    svg_.UprightLabel(12, top_ + size_ / 2, Anchor::kMiddle, "axis", "right");
    if (named_) DrawNames();
    return svg_.Text();
  }

 private:
  double At(std::size_t label) const { return cell_ * static_cast<double>(label); }

  void DrawCell(std::size_t right, std::size_t best) {
    const int64_t rows = matrix_.at(right, best);
    const double gap = named_ ? 1 : 0;
    const Box box = {left_ + At(best) + gap, top_ + At(right) + gap, cell_ - 2 * gap,
                     cell_ - 2 * gap};
    if (right == best) svg_.Rect(box, "diagonal-cell");
    if (rows == 0) return;  // a matrix of many labels is mostly empty
    const double share =
        static_cast<double>(rows) / static_cast<double>(matrix_.RowsOf(right));
    svg_.ShadedRect(box, absl::StrCat("cell ", css_class_), 0.08 + 0.92 * share,
                    Describe(matrix_, labels_, right, best));
    if (!named_) return;
    svg_.Label(box.x + box.width / 2, box.y + box.height / 2 + 4, Anchor::kMiddle,
               CountClass(share), absl::StrCat(rows));
  }

  void DrawNames() {
    for (std::size_t label = 0; label < matrix_.label_count; ++label) {
      const std::string& name = labels_[label];
      const std::string shown = Fitted(name, kLongestName);
      const double middle = At(label) + cell_ / 2;
      svg_.Label(left_ - 6, top_ + middle + 4, Anchor::kEnd, "name", shown, name);
      if (upright_) {
        svg_.UprightLabel(left_ + middle + 4, top_ - 6, Anchor::kStart, "name", shown,
                          name);
      } else {
        svg_.Label(left_ + middle, top_ - 8, Anchor::kMiddle, "name", shown, name);
      }
    }
  }

  const std::string css_class_;
  const ConfusionMatrix& matrix_;
  const std::vector<std::string>& labels_;
  const bool named_;
  const double names_;  // the width of the longest name
  const double left_;
  const double cell_;
  const bool upright_;  // whether the names above the columns run upwards
  const double top_;
  const double size_;
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
