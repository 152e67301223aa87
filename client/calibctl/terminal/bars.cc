#include "client/calibctl/terminal/bars.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

constexpr int kLongestLabel = 32;
constexpr int kNumberWidth = 8;
constexpr int kShortestBar = 8;
constexpr int kLongestBar = 32;

// The labels to draw, in the order to draw them.
std::vector<std::size_t> Chosen(const Shares& first, std::size_t max_labels) {
  std::vector<std::size_t> order(first.values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (order.size() <= max_labels) return order;
  std::stable_sort(order.begin(), order.end(), [&first](std::size_t a, std::size_t b) {
    return first.values[a] > first.values[b];
  });
  order.resize(max_labels);
  return order;
}

int BarWidth(int label_width, std::size_t columns, const Style& style) {
  if (!style.bars) return 0;
  const int count = static_cast<int>(columns);
  const int left = style.width - 2 - label_width - count * (kNumberWidth + 4);
  return std::clamp(left / std::max(1, count), kShortestBar, kLongestBar);
}

std::string Cell(const Shares& column, std::size_t label, int bar_width,
                 const Style& style) {
  const double share = column.values[label];
  std::string cell = PadLeft(Percent(share), kNumberWidth);
  if (bar_width == 0) return cell;
  const std::string bar = Bar(share, bar_width);
  const auto rest = static_cast<std::size_t>(bar_width - DisplayWidth(bar));
  return absl::StrCat(cell, "  ", Painted(style, column.paint, bar),
                      std::string(rest, ' '));
}

std::string Title(const Shares& column, int bar_width) {
  const int width = kNumberWidth + (bar_width == 0 ? 0 : bar_width + 2);
  return bar_width == 0 ? PadLeft(column.title, width)
                        : PadRight(PadLeft(column.title, kNumberWidth), width);
}

}  // namespace

std::string Bar(double share, int width) {
  constexpr std::array<absl::string_view, 8> kPartial = {"",  "▏", "▎", "▍",
                                                         "▌", "▋", "▊", "▉"};
  const double cut = std::isnan(share) ? 0.0 : std::clamp(share, 0.0, 1.0);
  const auto eighths = static_cast<std::size_t>(std::lround(cut * width * 8));
  std::string bar;
  for (std::size_t i = 0; i < eighths / 8; ++i) bar += "█";
  absl::StrAppend(&bar, kPartial[eighths % 8]);
  return bar;
}

std::string Percent(double share) {
  if (share > 0 && share < 0.001) return absl::StrFormat("%.1e", share);
  return absl::StrFormat("%.1f %%", 100 * share);
}

std::string RenderShares(const std::vector<std::string>& labels,
                         const std::vector<Shares>& columns, int max_labels,
                         const Style& style) {
  if (columns.empty()) return "";
  const std::vector<std::size_t> chosen =
      Chosen(columns.front(), static_cast<std::size_t>(std::max(1, max_labels)));
  std::vector<std::string> names;
  int label_width = 0;
  for (const std::size_t label : chosen) {
    names.push_back(Shorten(Printable(labels[label]), kLongestLabel));
    label_width = std::max(label_width, DisplayWidth(names.back()));
  }
  const int bar_width = BarWidth(label_width, columns.size(), style);

  std::string header = std::string(static_cast<std::size_t>(label_width) + 2, ' ');
  for (const Shares& column : columns) {
    absl::StrAppend(&header, "  ", Title(column, bar_width));
  }
  absl::StripTrailingAsciiWhitespace(&header);
  std::string text = absl::StrCat(Painted(style, Paint::kFaint, header), "\n");
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::string line = absl::StrCat("  ", PadRight(names[i], label_width));
    for (const Shares& column : columns) {
      absl::StrAppend(&line, "  ", Cell(column, chosen[i], bar_width, style));
    }
    absl::StripTrailingAsciiWhitespace(&line);
    absl::StrAppend(&text, line, "\n");
  }
  if (const std::size_t more = labels.size() - chosen.size(); more > 0) {
    absl::StrAppend(&text, "  … ", WithThousands(static_cast<int64_t>(more)), " more\n");
  }
  return text;
}

}  // namespace calibrd::calibctl
