#include "client/calibctl/page/share_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "client/calibctl/page/axis.h"
#include "client/calibctl/page/markup.h"
#include "client/calibctl/terminal/bars.h"

namespace calibrd::calibctl {
namespace {

constexpr double kWidth = 440;
constexpr double kNames = 120;   // for the names of labels
constexpr double kNumbers = 62;  // for the numbers behind the bars
constexpr double kBar = 11;      // the height of a bar
constexpr double kPitch = 2 * kBar + 15;
constexpr double kTop = 6;
constexpr double kFoot = 24;

double LargestShare(const LabelShares& shares, const std::vector<std::size_t>& shown) {
  double largest = 1e-9;
  for (const std::size_t label : shown) {
    largest = std::max({largest, shares.before[label], shares.goal[label]});
    if (!shares.after.empty()) largest = std::max(largest, shares.after[label]);
  }
  return largest;
}

}  // namespace

std::vector<std::size_t> FarthestLabels(const LabelShares& shares, std::size_t most) {
  std::vector<std::size_t> order(shares.before.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= most) return order;
  const auto distance = [&shares](std::size_t label) {
    return std::abs(shares.before[label] - shares.goal[label]);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return distance(a) > distance(b);
  });
  order.resize(most);
  return order;
}

std::string ShareFigure(const ShareWords& words, const std::vector<std::string>& labels,
                        const LabelShares& shares,
                        const std::vector<std::size_t>& shown) {
  const double bottom = kTop + kPitch * static_cast<double>(shown.size());
  Svg svg(words.title, words.description, kWidth, bottom + kFoot);
  const Axis x(0, LargestShare(shares, shown), kNames + 8, kWidth - kNumbers);
  for (const double mark : x.Marks(4)) {
    svg.Line(x.At(mark), kTop, x.At(mark), bottom, "grid");
    svg.Label(x.At(mark), bottom + 16, Anchor::kMiddle, "tick",
              absl::StrCat(MarkText(100 * mark), " %"));
  }
  double y = kTop + 6;
  for (const std::size_t label : shown) {
    const std::string& name = labels[label];
    svg.Label(kNames, y + kBar + 4, Anchor::kEnd, "name", Fitted(name, kNames), name);
    const auto bar = [&](double top, double share, const char* css_class) {
      svg.Rect({x.At(0), top, x.At(share) - x.At(0), kBar},
               absl::StrCat("bar ", css_class),
               absl::StrCat(name, ", ", css_class, ": ", Percent(share)));
      svg.Label(kWidth - kNumbers + 8, top + kBar - 1, Anchor::kStart, "small",
                Percent(share));
    };
    bar(y, shares.before[label], "before");
    if (!shares.after.empty()) bar(y + kBar + 1, shares.after[label], "after");
    const double goal = x.At(shares.goal[label]);
    svg.Line(goal, y - 3, goal, y + 2 * kBar + 4, "goal");
    y += kPitch;
  }
  return svg.Text();
}

}  // namespace calibrd::calibctl
