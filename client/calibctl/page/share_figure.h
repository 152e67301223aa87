// Shares of labels before and after, beside what they should be:
//
//   Negative  ██████▎    20.2 %
//             ███████████│  50.0 %
//
//   const LabelShares shares = {before, after, goal};
//   page += ShareFigure({"The prior", "…", "target"}, labels, shares,
//                       FarthestLabels(shares, 20));
//
// Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_SHARE_FIGURE_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_SHARE_FIGURE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace calibrd::calibctl {

// K shares each, which are probabilities; `after` may be empty: not known.
struct LabelShares {
  std::vector<double> before;
  std::vector<double> after;
  std::vector<double> goal;
};

// The labels to show: all, in their order, or those `most` labels whose share before is
// farthest from the goal, the farthest first.
std::vector<std::size_t> FarthestLabels(const LabelShares& shares, std::size_t most);

struct ShareWords {
  std::string title;
  std::string description;
  std::string goal;  // what the mark stands for: "target"
};

// Two bars and a mark for each of the labels `shown`.
std::string ShareFigure(const ShareWords& words, const std::vector<std::string>& labels,
                        const LabelShares& shares, const std::vector<std::size_t>& shown);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_SHARE_FIGURE_H_
