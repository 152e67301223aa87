// A reliability diagram: how often rows of a confidence are right.
//
//   page += ReliabilityFigure("Before", "before", assessment.reliability(), ece);
//
// A bar for each bin, as high as its accuracy. What is missing to its mean confidence is
// a gap on top of it, what is above it is a lighter part of the bar. A dot at both; the
// diagonal, where the two are equal; below, how many rows each bin holds. Pure function,
// safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_RELIABILITY_FIGURE_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_RELIABILITY_FIGURE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "calibration/v1/evaluation.pb.h"

namespace calibrd::calibctl {

// The figure of `assessment`. `title` heads it; `css_class` colours the bars.
std::string ReliabilityFigure(absl::string_view title, absl::string_view css_class,
                              const calibration::v1::Assessment& assessment);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_RELIABILITY_FIGURE_H_
