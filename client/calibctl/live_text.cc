#include "client/calibctl/live_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/profile_text.h"
#include "client/calibctl/terminal/bars.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::AdaptivePrior;
using calibration::v1::Drift;
using calibration::v1::LiveStatistics;
using calibration::v1::Profile;
using calibration::v1::Signal;

// By custom, for the population stability index.
constexpr double kWorthALook = 0.1;
constexpr double kLargeChange = 0.25;

// The server's own bound: Signal.weak is a ratio under it.
constexpr double kWeakSignal = 0.75;

// "3 h": the largest unit that fits, whole.
std::string Age(absl::Duration age) {
  struct Unit {
    absl::Duration length;
    const char* name;
  };
  for (const Unit& unit : {Unit{absl::Hours(24), "d"}, Unit{absl::Hours(1), "h"},
                           Unit{absl::Minutes(1), "min"}}) {
    if (age >= unit.length) return absl::StrCat(age / unit.length, " ", unit.name);
  }
  return absl::StrCat(std::max<int64_t>(0, age / absl::Seconds(1)), " s");
}

std::string Seen(const LiveStatistics& live, absl::Time now) {
  std::string text = RowCount(live.row_count());
  if (!live.has_start_time()) return text;
  const absl::Time start = absl::FromUnixSeconds(live.start_time().seconds());
  absl::StrAppend(&text, " since ", When(live.start_time()), " (", Age(now - start),
                  " ago)");
  if (live.has_update_time()) absl::StrAppend(&text, ", last ", When(live.update_time()));
  return text;
}

std::string Learned(const AdaptivePrior& adaptive,
                    const std::vector<std::string>& names) {
  const auto favored = static_cast<std::size_t>(adaptive.favored_label());
  return absl::StrFormat("shift %.3f nats, from %.1f effective rows; favors %s now",
                         adaptive.shift(), adaptive.effective_rows(),
                         adaptive.favored_label() >= 0 && favored < names.size()
                             ? names[favored]
                             : "no label");
}

std::string Side(const Drift::Distance& distance) {
  return absl::StrFormat("%s: stability index %.3f, total variation %.3f",
                         DriftWord(distance.population_stability_index()),
                         distance.population_stability_index(),
                         distance.total_variation());
}

std::string DriftFacts(const Drift& drift) {
  return absl::StrCat(
      Fact("input drift", Side(drift.input())),
      Fact("output drift", Side(drift.output())),
      Fact("compared", absl::StrCat("the last ", RowCount(drift.window_rows()), " with ",
                                    RowCount(drift.reference_rows()))));
}

std::string LiveWarnings(const LiveStatistics& live, const Style& style) {
  std::string text;
  if (live.signal().weak()) {
    absl::StrAppend(&text, WarningLine(WeakSignal(live.signal()), style));
  }
  if (live.drift().input().population_stability_index() >= kLargeChange) {
    absl::StrAppend(&text, WarningLine("live rows are far from those of the fit: the "
                                       "model, the prompt or the traffic has changed; "
                                       "fit again on new rows",
                                       style));
  }
  if (live.adaptive().at_max_shift()) {
    absl::StrAppend(&text, WarningLine("the learned shift is held by --max-shift: the "
                                       "fitted prior is far off; fit again on new rows",
                                       style));
  }
  return text;
}

// The fitted prior beside the one that is taken out now.
std::string Priors(const Profile& profile, const std::vector<std::string>& names,
                   int max_labels, const Style& style) {
  const auto& fitted = profile.bias().prior();
  const auto& now = profile.live().adaptive().prior();
  const auto count = static_cast<int>(names.size());
  if (count == 0 || fitted.size() != count || now.size() != count) return "";
  const std::vector<Shares> columns = {
      {"fitted", {fitted.begin(), fitted.end()}, Paint::kBefore},
      {"now", {now.begin(), now.end()}, Paint::kAfter}};
  return absl::StrCat("\n", RenderShares(names, columns, max_labels, style));
}

std::string Figure(const std::optional<double>& figure) {
  return figure ? absl::StrFormat("%.3f", *figure) : "-";
}

}  // namespace

std::string SignalFigure(const Signal& signal) {
  return absl::StrFormat("%.2f (95 %% interval %.2f … %.2f)%s", signal.ratio(),
                         signal.lower(), signal.upper(), signal.weak() ? ", weak" : "");
}

std::string WeakSignal(const Signal& signal) {
  std::string message = absl::StrFormat(
      "the signal is weak (%.2f, under %.2f): the model's answers hardly depend on the "
      "input, so the prompt does not work and calibration cannot mend it",
      signal.ratio(), kWeakSignal);
  if (signal.upper() >= kWeakSignal) {
    absl::StrAppend(&message, "; the interval reaches above, more rows will tell");
  }
  return message;
}

absl::string_view DriftWord(double population_stability_index) {
  if (population_stability_index >= kLargeChange) return "large change";
  return population_stability_index >= kWorthALook ? "worth a look" : "steady";
}

std::string LiveText(const Profile& profile, int max_labels, absl::Time now,
                     const Style& style) {
  if (!profile.has_live()) return "";
  const LiveStatistics& live = profile.live();
  const std::vector<std::string> names = LabelNames(profile);
  std::string text = Fact("live rows", Seen(live, now));
  if (live.has_adaptive()) {
    absl::StrAppend(&text, Fact("learned", Learned(live.adaptive(), names)));
  }
  absl::StrAppend(&text, live.has_signal() ? Fact("signal", SignalFigure(live.signal()))
                                           : Fact("signal", "too few rows yet"));
  absl::StrAppend(&text, live.has_drift() ? DriftFacts(live.drift())
                                          : Fact("drift", "too few rows yet"));
  absl::StrAppend(&text, Priors(profile, names, max_labels, style));
  const std::string warnings = LiveWarnings(live, style);
  if (!warnings.empty()) absl::StrAppend(&text, "\n", warnings);
  return text;
}

Table RankTable(const std::vector<Profile>& profiles) {
  Table table({{"NAME", Align::kLeft},
               {"REVISION", Align::kRight},
               {"ROWS", Align::kRight},
               {"INPUT-DRIFT", Align::kRight},
               {"OUTPUT-DRIFT", Align::kRight},
               {"SIGNAL", Align::kRight},
               {"LOWER", Align::kRight},
               {"UPPER", Align::kRight},
               {"SHIFT", Align::kRight}});
  for (const Profile& profile : profiles) {
    const LiveStatistics& live = profile.live();
    const auto known = [](bool there, double figure) {
      return Figure(there ? std::optional<double>(figure) : std::nullopt);
    };
    table.Add(
        {profile.name(), absl::StrCat(profile.revision()), absl::StrCat(live.row_count()),
         known(live.has_drift(), live.drift().input().population_stability_index()),
         known(live.has_drift(), live.drift().output().population_stability_index()),
         known(live.has_signal(), live.signal().ratio()),
         known(live.has_signal(), live.signal().lower()),
         known(live.has_signal(), live.signal().upper()),
         known(live.has_adaptive(), live.adaptive().shift())});
  }
  return table;
}

}  // namespace calibrd::calibctl
