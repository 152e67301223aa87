// Estimates with their intervals, one line each: a dot and whiskers.
//
//                 worse      │       better
//   temperature              ├──●──┤
//   ensemble                 │        ├───●───┤
//
//   page += IntervalFigure(words, {{"temperature", estimate, Emphasis::kNone}, …});
//
// An interval need not hold its estimate: those of calibration errors lie higher. Pure
// functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_INTERVAL_FIGURE_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_INTERVAL_FIGURE_H_

#include <optional>
#include <string>
#include <vector>

#include "calibration/v1/evaluation.pb.h"

namespace calibrd::calibctl {

enum class Emphasis { kNone, kBefore, kAfter, kRecommended };

struct IntervalLine {
  std::string name;
  std::optional<calibration::v1::Estimate> estimate;  // nothing: there is none
  Emphasis emphasis = Emphasis::kNone;
};

struct IntervalWords {
  std::string title;
  std::string description;
  std::string axis;  // what the numbers are, with their unit
  bool higher_is_better = false;
  double factor = 1;  // what numbers are multiplied with: 100 for points
};

// A line for each of `lines`; a mark at zero, which is no change.
std::string IntervalFigure(const IntervalWords& words,
                           const std::vector<IntervalLine>& lines);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_INTERVAL_FIGURE_H_
