#include "client/calibctl/page/interval_figure.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/page/axis.h"
#include "client/calibctl/page/markup.h"

namespace calibrd::calibctl {
namespace {

constexpr double kWidth = 460;
constexpr double kNames = 180;
constexpr double kRight = kWidth - 14;
constexpr double kTop = 24;
constexpr double kPitch = 25;
constexpr double kFoot = 42;

absl::string_view ClassOf(Emphasis emphasis) {
  switch (emphasis) {
    case Emphasis::kNone:
      return "other";
    case Emphasis::kBefore:
      return "before";
    case Emphasis::kAfter:
      return "after";
    case Emphasis::kRecommended:
      return "recommended";
  }
  return "other";
}

Axis AxisOf(const IntervalWords& words, const std::vector<IntervalLine>& lines) {
  std::vector<double> values = {0};
  for (const IntervalLine& line : lines) {
    if (!line.estimate) continue;
    for (const double value :
         {line.estimate->value(), line.estimate->lower(), line.estimate->upper()}) {
      values.push_back(words.factor * value);
    }
  }
  return Axis::Around(values, kNames + 12, kRight);
}

void DrawFrame(const IntervalWords& words, const Axis& x, double bottom, Svg& svg) {
  for (const double mark : x.Marks(5)) {
    svg.Line(x.At(mark), kTop, x.At(mark), bottom, "grid");
    svg.Label(x.At(mark), bottom + 16, Anchor::kMiddle, "tick", MarkText(mark));
  }
  svg.Line(x.At(0), kTop - 4, x.At(0), bottom, "zero");
  svg.Label((kNames + 12 + kRight) / 2, bottom + 35, Anchor::kMiddle, "axis", words.axis);
  const double room = 70;  // for one of the words
  const bool left_is_worse = words.higher_is_better;
  if (x.At(0) - x.At(x.low()) > room) {
    svg.Label(x.At(0) - 8, 12, Anchor::kEnd, "small",
              left_is_worse ? "← worse" : "← better");
  }
  if (x.At(x.high()) - x.At(0) > room) {
    svg.Label(x.At(0) + 8, 12, Anchor::kStart, "small",
              left_is_worse ? "better →" : "worse →");
  }
}

void DrawLine(const IntervalWords& words, const IntervalLine& line, const Axis& x,
              double y, Svg& svg) {
  const bool recommended = line.emphasis == Emphasis::kRecommended;
  svg.Label(kNames, y + 4, Anchor::kEnd, recommended ? "name strong-name" : "name",
            Fitted(line.name, kNames), line.name);
  if (!line.estimate) {
    svg.Label(kNames + 16, y + 4, Anchor::kStart, "small", "could not be fitted");
    return;
  }
  const double value = words.factor * line.estimate->value();
  const double lower = words.factor * line.estimate->lower();
  const double upper = words.factor * line.estimate->upper();
  const std::string title =
      absl::StrFormat("%s: %+.3g (%+.3g … %+.3g)", line.name, value, lower, upper);
  const std::string css_class(ClassOf(line.emphasis));
  const std::string whisker = absl::StrCat("whisker ", css_class);
  svg.Line(x.At(lower), y, x.At(upper), y, whisker);
  svg.Line(x.At(lower), y - 4, x.At(lower), y + 4, whisker);
  svg.Line(x.At(upper), y - 4, x.At(upper), y + 4, whisker);
  const std::string dot = absl::StrCat("dot ", css_class);
  if (recommended) {
    svg.Diamond(x.At(value), y, 7, dot, title);
  } else {
    svg.Dot(x.At(value), y, 4.5, dot, title);
  }
}

}  // namespace

std::string IntervalFigure(const IntervalWords& words,
                           const std::vector<IntervalLine>& lines) {
  const double bottom = kTop + kPitch * static_cast<double>(lines.size());
  Svg svg(words.title, words.description, kWidth, bottom + kFoot);
  const Axis x = AxisOf(words, lines);
  DrawFrame(words, x, bottom, svg);
  double y = kTop + kPitch / 2;
  for (const IntervalLine& line : lines) {
    DrawLine(words, line, x, y, svg);
    y += kPitch;
  }
  return svg.Text();
}

}  // namespace calibrd::calibctl
