// How a profile was fitted, in words: options, report, prediction sets.
//
//   out << FitFacts(profile);                 // lines of `calibctl get`
//   out << EnsembleTable(profile, style);     // what an ensemble averages
//
// Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_FIT_TEXT_H_
#define CALIBRD_CLIENT_CALIBCTL_FIT_TEXT_H_

#include <string>

#include "calibration/v1/profile.pb.h"
#include "client/calibctl/terminal/style.h"

namespace calibrd::calibctl {

// Method, transform, adaptive options, fit report and prediction sets: a line for each
// that the profile has.
std::string FitFacts(const calibration::v1::Profile& profile);

// The fit report and the prediction sets as the lines of a fit's summary; empty where
// there is neither.
std::string FitReportLines(const calibration::v1::Profile& profile);

// The members of an ensemble with their weights, the largest first; empty for others.
std::string EnsembleTable(const calibration::v1::Profile& profile, const Style& style);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_FIT_TEXT_H_
