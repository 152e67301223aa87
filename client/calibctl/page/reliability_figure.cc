#include "client/calibctl/page/reliability_figure.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/evaluation/measure_list.h"
#include "client/calibctl/page/axis.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Assessment;
using calibration::v1::ReliabilityBin;

constexpr double kWidth = 380;
constexpr double kHeight = 436;
constexpr double kLeft = 48;
constexpr double kRight = 368;
constexpr double kTop = 12;
constexpr double kBottom = 332;     // of the diagram, a square
constexpr double kCountsTop = 366;  // of the counts below it
constexpr double kCountsBottom = 414;
constexpr double kRoomForCount = 18;  // a bin that is narrower shows no number

// 950, 1.2k, 34k, 1.2M.
std::string ShortCount(int64_t count) {
  const auto number = static_cast<double>(count);
  if (count < 1000) return absl::StrCat(count);
  if (count < 999'500)
    return absl::StrFormat("%.*fk", count < 9950 ? 1 : 0, number / 1e3);
  return absl::StrFormat("%.1fM", number / 1e6);
}

std::string Describe(const ReliabilityBin& bin) {
  return absl::StrFormat(
      "confidence %.3f to %.3f: %s, mean confidence %.3f, accuracy "
      "%.3f, gap %+.3f",
      bin.lower(), bin.upper(), RowCount(bin.row_count()), bin.confidence(),
      bin.accuracy(), bin.accuracy() - bin.confidence());
}

class Diagram {
 public:
  Diagram(absl::string_view title, absl::string_view css_class,
          const Assessment& assessment)
      : css_class_(css_class),
        assessment_(assessment),
        svg_(absl::StrCat("Reliability ", title), Description(), kWidth, kHeight) {}

  std::string Draw() {
    DrawGrid();
    for (const ReliabilityBin& bin : assessment_.reliability()) DrawBin(bin);
    svg_.Line(x_.At(0), y_.At(0), x_.At(1), y_.At(1), "diagonal");
    for (const ReliabilityBin& bin : assessment_.reliability()) {
      svg_.Dot(x_.At(bin.confidence()), y_.At(bin.accuracy()), 3.5,
               absl::StrCat("dot ", css_class_), Describe(bin));
    }
    svg_.Label(kLeft + 10, kTop + 20, Anchor::kStart, "figure-note",
               absl::StrCat("ECE ", Figure(assessment_.measures().ece().value())));
    DrawCounts();
    return svg_.Text();
  }

 private:
  std::string Description() const {
    std::string text =
        "For each bin of confidence, how many rows it holds, their mean "
        "confidence and the share that is right.";
    for (const ReliabilityBin& bin : assessment_.reliability()) {
      absl::StrAppend(&text, " ", Describe(bin), ".");
    }
    return text;
  }

  void DrawGrid() {
    for (const double mark : x_.Marks(5)) {
      svg_.Line(x_.At(mark), kTop, x_.At(mark), kBottom, "grid");
      svg_.Line(kLeft, y_.At(mark), kRight, y_.At(mark), "grid");
      svg_.Label(x_.At(mark), kBottom + 16, Anchor::kMiddle, "tick", MarkText(mark));
      svg_.Label(kLeft - 7, y_.At(mark) + 4, Anchor::kEnd, "tick", MarkText(mark));
    }
    svg_.UprightLabel(13, (kTop + kBottom) / 2, Anchor::kMiddle, "axis", "accuracy");
    svg_.Label((kLeft + kRight) / 2, kHeight - 4, Anchor::kMiddle, "axis", "confidence");
  }

  // A bin takes its place but for half a pixel on either side.
  Box Column(const ReliabilityBin& bin, double top, double bottom) const {
    const double left = x_.At(bin.lower()) + 0.5;
    return {left, top, x_.At(bin.upper()) - 0.5 - left, bottom - top};
  }

  void DrawBin(const ReliabilityBin& bin) {
    const double accuracy = y_.At(bin.accuracy());
    const double confidence = y_.At(bin.confidence());
    // Pixels run downwards: the larger one is the lower number.
    svg_.Rect(Column(bin, std::max(accuracy, confidence), y_.At(0)),
              absl::StrCat("bar ", css_class_), Describe(bin));
    svg_.Rect(Column(bin, std::min(accuracy, confidence), std::max(accuracy, confidence)),
              bin.accuracy() < bin.confidence() ? std::string("gap")
                                                : absl::StrCat("rest ", css_class_),
              Describe(bin));
  }

  void DrawCounts() {
    int64_t most = 1;
    for (const ReliabilityBin& bin : assessment_.reliability()) {
      most = std::max(most, bin.row_count());
    }
    const Axis y(0, static_cast<double>(most), kCountsBottom, kCountsTop + 8);
    for (const ReliabilityBin& bin : assessment_.reliability()) {
      const Box box =
          Column(bin, y.At(static_cast<double>(bin.row_count())), kCountsBottom);
      svg_.Rect(box, "count", Describe(bin));
      if (box.width < kRoomForCount) continue;
      svg_.Label(box.x + box.width / 2, box.y - 3, Anchor::kMiddle, "small",
                 ShortCount(bin.row_count()));
    }
    svg_.Line(kLeft, kCountsBottom, kRight, kCountsBottom, "grid");
    svg_.UprightLabel(13, (kCountsTop + kCountsBottom) / 2, Anchor::kMiddle, "axis",
                      "rows");
  }

  const std::string css_class_;
  const Assessment& assessment_;
  const Axis x_{0, 1, kLeft, kRight};
  const Axis y_{0, 1, kBottom, kTop};
  Svg svg_;
};

}  // namespace

std::string ReliabilityFigure(absl::string_view title, absl::string_view css_class,
                              const Assessment& assessment) {
  return Diagram(title, css_class, assessment).Draw();
}

}  // namespace calibrd::calibctl
