// Shares of probability as bars, one line a label:
//
//              before                         after
//   Negative   21.2 %  ████▎                  50.0 %  ██████████
//   Positive   78.8 %  ███████████████▊       50.0 %  ██████████
//
// Without Style::bars only the numbers are written. Label names are made printable
// and aligned by display width. Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_TERMINAL_BARS_H_
#define CALIBRD_CLIENT_CALIBCTL_TERMINAL_BARS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "client/calibctl/terminal/style.h"

namespace calibrd::calibctl {

// `share` (0 to 1; values outside are cut) of `width` columns, drawn in eighths.
std::string Bar(double share, int width);

// 0.2121 as "21.2 %"; below 0.1 % as "7.6e-06", so that a share of a vocabulary does
// not read as nothing.
std::string Percent(double share);

// One column of the picture: a share for each label.
struct Shares {
  std::string title;           // "before"
  std::vector<double> values;  // K probabilities
  Paint paint = Paint::kBefore;
};

// The picture of K labels. When there are more than `max_labels`, the ones with the
// largest share in the first column are shown, largest first, then "… 48 more".
std::string RenderShares(const std::vector<std::string>& labels,
                         const std::vector<Shares>& columns, int max_labels,
                         const Style& style);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_TERMINAL_BARS_H_
