// What a profile has seen since it was fitted, in words: rows, what was learned, drift,
// signal.
//
//   out << LiveText(profile, 20, absl::Now(), style);
//   out << RankTable(profiles).Render(style);
//
// Pure functions, safe from any thread. Shift is in nats, ages are rounded.

#ifndef CALIBRD_CLIENT_CALIBCTL_LIVE_TEXT_H_
#define CALIBRD_CLIENT_CALIBCTL_LIVE_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "calibration/v1/profile.pb.h"
#include "client/calibctl/terminal/style.h"
#include "client/calibctl/terminal/table.h"

namespace calibrd::calibctl {

// A population stability index in the customary words: under 0.1 "steady", from 0.1
// "worth a look", from 0.25 "large change".
absl::string_view DriftWord(double population_stability_index);

// "1.90 (95 % interval 1.60 … 2.25)", with ", weak" where it is.
std::string SignalFigure(const calibration::v1::Signal& signal);

// What a weak signal means, in a sentence.
std::string WeakSignal(const calibration::v1::Signal& signal);

// The whole section; empty where the profile has seen nothing. At most `max_labels`
// labels of the priors are shown, those with the largest fitted share.
std::string LiveText(const calibration::v1::Profile& profile, int max_labels,
                     absl::Time now, const Style& style);

// One line a profile, as rank shows them; "-" where a figure is not known yet.
Table RankTable(const std::vector<calibration::v1::Profile>& profiles);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_LIVE_TEXT_H_
