#include "client/calibctl/profile_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "client/calibctl/fit_text.h"
#include "client/calibctl/live_text.h"
#include "client/calibctl/terminal/bars.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::BiasReport;
using calibration::v1::Profile;

constexpr int kInputWidth = 40;

std::string Source(const Profile& profile) {
  return EnumWord(Profile::Source_Name(profile.source()), "SOURCE_");
}

// "content-free, 5 rows"
std::string Origin(const Profile& profile) {
  if (profile.source() == Profile::SOURCE_IMPORTED) return "imported";
  return absl::StrCat(Source(profile), ", ", RowCount(profile.row_count()));
}

// Whether the fit measured a bias: from rows without labels only. A list leaves out the
// prior itself.
bool HasPrior(const Profile& profile) {
  return profile.has_bias() && profile.source() != Profile::SOURCE_IMPORTED &&
         profile.source() != Profile::SOURCE_LABELLED;
}

std::string Favored(const Profile& profile) {
  const BiasReport& bias = profile.bias();
  if (!profile.has_bias() || bias.favored_label() < 0) return "-";
  if (!bias.favored_label_name().empty()) return bias.favored_label_name();
  return absl::StrCat("label ", bias.favored_label());
}

// The total variation, where it is known.
std::string Variation(const Profile& profile) {
  if (!HasPrior(profile)) return "-";
  return absl::StrFormat("%.3f", profile.bias().total_variation());
}

std::string LabelList(const Profile& profile, int max_labels) {
  std::vector<std::string> names;
  for (const auto& label : profile.labels()) {
    if (static_cast<int>(names.size()) == max_labels) break;
    names.push_back(label.name());
  }
  std::string list = WithThousands(profile.label_count());
  if (names.empty()) return list;
  absl::StrAppend(&list, ": ", absl::StrJoin(names, ", "));
  const int64_t more = profile.labels_size() - static_cast<int64_t>(names.size());
  if (more > 0) absl::StrAppend(&list, ", … ", WithThousands(more), " more");
  return list;
}

std::string Warnings(const Profile& profile, const Style& style) {
  std::string text;
  for (const auto& warning : profile.warnings()) {
    absl::StrAppend(&text, WarningLine(warning.message(), style));
  }
  return text;
}

std::string RowLabel(const std::vector<std::string>& names, int label) {
  const auto index = static_cast<std::size_t>(label);
  return label >= 0 && index < names.size() ? names[index] : "-";
}

std::string BiasRows(const Profile& profile, int max_rows, const Style& style) {
  const std::vector<std::string> names = LabelNames(profile);
  const auto& rows = profile.bias().rows();
  // Without any text, the rows came without texts.
  const bool inputs = std::any_of(rows.begin(), rows.end(),
                                  [](const auto& row) { return !row.input().empty(); });
  std::vector<Column> columns = {{"ROW", Align::kRight},
                                 {"FAVORS", Align::kLeft},
                                 {"BIAS", Align::kRight},
                                 {"LABEL MASS", Align::kRight}};
  if (inputs) columns.push_back({"INPUT", Align::kLeft});
  Table table(std::move(columns));
  const int shown = std::min(max_rows, rows.size());
  for (int i = 0; i < shown; ++i) {
    const BiasReport::Row& row = rows[i];
    std::vector<std::string> cells = {absl::StrCat(i),
                                      RowLabel(names, row.favored_label()),
                                      absl::StrFormat("%.3f", row.total_variation()),
                                      absl::StrFormat("%.3g", row.label_mass())};
    if (inputs) {
      const std::string input = absl::StrCat("\"", Printable(row.input()), "\"");
      cells.push_back(Shorten(input, kInputWidth));
    }
    table.Add(std::move(cells));
  }
  std::string text = table.Render(style);
  if (const int64_t more = profile.row_count() - shown; more > 0) {
    absl::StrAppend(&text, "… ", WithThousands(more), " more\n");
  }
  return text;
}

std::string PriorPicture(const Profile& profile, absl::string_view title,
                         const Shares& beside, int max_labels, const Style& style) {
  const auto& prior = profile.bias().prior();
  std::vector<Shares> columns = {
      {std::string(title), {prior.begin(), prior.end()}, Paint::kBefore}};
  const std::vector<std::string> names = LabelNames(profile);
  if (names.size() != columns[0].values.size()) return "";
  if (beside.values.size() == names.size()) columns.push_back(beside);
  return RenderShares(names, columns, max_labels, style);
}

std::string BiasLine(const Profile& profile) {
  if (profile.bias().favored_label() < 0) return "the model favors no label\n";
  return absl::StrCat("the model favors ", Printable(Favored(profile)),
                      " (total variation ", Variation(profile), ")\n");
}

}  // namespace

std::vector<std::string> LabelNames(const Profile& profile) {
  std::vector<std::string> names;
  for (const auto& label : profile.labels()) names.push_back(label.name());
  if (!names.empty()) return names;
  for (int i = 0; i < profile.label_count(); ++i) {
    names.push_back(absl::StrCat("label ", i));
  }
  return names;
}

std::vector<double> TargetPrior(const Profile& profile) {
  const auto& target = profile.options().target_prior();
  if (target.size() == profile.bias().prior_size()) return {target.begin(), target.end()};
  const double uniform = 1.0 / std::max(1, profile.bias().prior_size());
  return std::vector<double>(static_cast<std::size_t>(profile.bias().prior_size()),
                             uniform);
}

std::string FitSummary(const Profile& profile,
                       const std::optional<std::vector<double>>& after, int max_labels,
                       const Style& style) {
  std::string text =
      absl::StrCat(Painted(style, Paint::kBold, Printable(profile.name())), "  revision ",
                   profile.revision(), "  ", Origin(profile), "\n");
  if (HasPrior(profile)) absl::StrAppend(&text, BiasLine(profile));
  absl::StrAppend(&text, FitReportLines(profile));
  if (profile.bias().prior_size() > 0) {
    const Shares calibrated = {"after", after.value_or(std::vector<double>()),
                               Paint::kAfter};
    absl::StrAppend(&text, "\n",
                    PriorPicture(profile, "before", calibrated, max_labels, style));
  }
  const std::string ensemble = EnsembleTable(profile, style);
  if (!ensemble.empty()) absl::StrAppend(&text, "\n", ensemble);
  const std::string warnings = Warnings(profile, style);
  if (!warnings.empty()) absl::StrAppend(&text, "\n", warnings);
  return text;
}

std::string ProfileDetails(const Profile& profile, int max_labels, absl::Time now,
                           const Style& style) {
  std::string text = absl::StrCat(
      Fact("name", profile.name()),
      Fact("revision",
           absl::StrCat(profile.revision(), profile.active() ? " (active)" : "")),
      Fact("etag", profile.etag()), Fact("created", When(profile.create_time())),
      Fact("updated", When(profile.update_time())), Fact("source", Origin(profile)),
      Fact("labels", LabelList(profile, max_labels)));
  absl::StrAppend(&text, FitFacts(profile));
  if (HasPrior(profile)) {
    absl::StrAppend(&text, Fact("favored label", Favored(profile)),
                    Fact("total variation", Variation(profile)));
  }
  const std::map<std::string, std::string> annotations(profile.annotations().begin(),
                                                       profile.annotations().end());
  for (const auto& [key, value] : annotations) {
    absl::StrAppend(&text, Fact("annotation", absl::StrCat(key, " = ", value)));
  }
  if (profile.bias().prior_size() > 0) {
    const Shares target = {"target", TargetPrior(profile), Paint::kAfter};
    absl::StrAppend(&text, "\n",
                    PriorPicture(profile, "prior", target, max_labels, style));
  }
  // What was observed counts as one row of the report: the prior itself.
  if (profile.bias().rows_size() > 0 && profile.source() != Profile::SOURCE_OBSERVED) {
    absl::StrAppend(&text, "\n", BiasRows(profile, max_labels, style));
  }
  for (const std::string& section :
       {EnsembleTable(profile, style), Warnings(profile, style),
        LiveText(profile, max_labels, now, style)}) {
    if (!section.empty()) absl::StrAppend(&text, "\n", section);
  }
  return text;
}

Table ProfileTable(const std::vector<Profile>& profiles) {
  Table table({{"NAME", Align::kLeft},
               {"REVISION", Align::kRight},
               {"LABELS", Align::kRight},
               {"ROWS", Align::kRight},
               {"SOURCE", Align::kLeft},
               {"FAVORS", Align::kLeft},
               {"BIAS", Align::kRight},
               {"UPDATED", Align::kLeft}});
  for (const Profile& profile : profiles) {
    table.Add({profile.name(), absl::StrCat(profile.revision()),
               absl::StrCat(profile.label_count()), absl::StrCat(profile.row_count()),
               Source(profile), Favored(profile), Variation(profile),
               When(profile.update_time())});
  }
  return table;
}

Table RevisionTable(const std::vector<Profile>& revisions) {
  Table table({{"REVISION", Align::kRight},
               {"ACTIVE", Align::kLeft},
               {"ROWS", Align::kRight},
               {"SOURCE", Align::kLeft},
               {"FAVORS", Align::kLeft},
               {"BIAS", Align::kRight},
               {"CREATED", Align::kLeft}});
  for (const Profile& revision : revisions) {
    table.Add({absl::StrCat(revision.revision()), revision.active() ? "active" : "",
               absl::StrCat(revision.row_count()), Source(revision), Favored(revision),
               Variation(revision), When(revision.create_time())});
  }
  return table;
}

}  // namespace calibrd::calibctl
