// A profile in words: what a person reads after fit and get.
//
//   out << FitSummary(profile, after, 20, style);
//   out << ProfileDetails(profile, 20, absl::Now(), style);
//   out << ProfileTable(profiles).Render(style);
//
// What the server sent is made printable. Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PROFILE_TEXT_H_
#define CALIBRD_CLIENT_CALIBCTL_PROFILE_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "calibration/v1/profile.pb.h"
#include "client/calibctl/terminal/style.h"
#include "client/calibctl/terminal/table.h"

namespace calibrd::calibctl {

// The names of the K labels; "label 0" and so on where only their number is known.
std::vector<std::string> LabelNames(const calibration::v1::Profile& profile);

// What the prior should be, as many numbers as it has: the target of the fit, or even.
std::vector<double> TargetPrior(const calibration::v1::Profile& profile);

// What a fit found: the name, the revision, the rows, the prior before and, where it
// is known, `after` the transform; the report of a labelled fit; the warnings.
std::string FitSummary(const calibration::v1::Profile& profile,
                       const std::optional<std::vector<double>>& after, int max_labels,
                       const Style& style);

// Everything about a profile that a person can read; at most `max_labels` labels and as
// many rows of the bias report. `now` tells the age of what it has seen.
std::string ProfileDetails(const calibration::v1::Profile& profile, int max_labels,
                           absl::Time now, const Style& style);

// One line a profile, as list shows them; and one line a revision, as revisions does.
Table ProfileTable(const std::vector<calibration::v1::Profile>& profiles);
Table RevisionTable(const std::vector<calibration::v1::Profile>& revisions);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PROFILE_TEXT_H_
