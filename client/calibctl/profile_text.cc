#include "client/calibctl/profile_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "client/calibctl/terminal/bars.h"
#include "client/calibctl/terminal/text.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::BiasReport;
using calibration::v1::FitOptions;
using calibration::v1::Profile;
using calibration::v1::Transform;

constexpr int kFactWidth = 15;
constexpr int kInputWidth = 40;

std::string When(const google::protobuf::Timestamp& timestamp) {
  const absl::Time time = absl::FromUnixSeconds(timestamp.seconds());
  return absl::FormatTime("%Y-%m-%d %H:%M:%SZ", time, absl::UTCTimeZone());
}

// "SOURCE_CONTENT_FREE" as "content-free".
std::string Words(std::string name, absl::string_view prefix) {
  name.erase(0, prefix.size());
  return absl::AsciiStrToLower(absl::StrReplaceAll(name, {{"_", "-"}}));
}

std::string Source(const Profile& profile) {
  return Words(Profile::Source_Name(profile.source()), "SOURCE_");
}

std::string Rows(int64_t count) {
  return absl::StrCat(WithThousands(count), count == 1 ? " row" : " rows");
}

// "content-free, 5 rows"
std::string Origin(const Profile& profile) {
  if (profile.source() == Profile::SOURCE_IMPORTED) return "imported";
  return absl::StrCat(Source(profile), ", ", Rows(profile.row_count()));
}

std::string Favored(const Profile& profile) {
  const BiasReport& bias = profile.bias();
  if (!profile.has_bias() || bias.favored_label() < 0) return "-";
  if (!bias.favored_label_name().empty()) return bias.favored_label_name();
  return absl::StrCat("label ", bias.favored_label());
}

// The total variation, where it is known.
std::string Variation(const Profile& profile) {
  if (!profile.has_bias() || profile.source() == Profile::SOURCE_IMPORTED) return "-";
  return absl::StrFormat("%.3f", profile.bias().total_variation());
}

std::string Fact(absl::string_view name, absl::string_view value) {
  return absl::StrCat(PadRight(name, kFactWidth), " ", Printable(value), "\n");
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

std::string Method(const FitOptions& options) {
  return absl::StrCat(
      "weights ", Words(FitOptions::Weights_Name(options.weights()), "WEIGHTS_"),
      ", formula ", Words(FitOptions::Output_Name(options.output()), "OUTPUT_"),
      ", pooling ", Words(FitOptions::Pooling_Name(options.pooling()), "POOLING_"),
      options.normalize() == FitOptions::NORMALIZE_AFTER_POOLING
          ? ", normalised after pooling"
          : ", normalised before pooling");
}

std::string Formula(const Transform& transform, int label_count) {
  std::string weights = "identity";
  if (transform.weights_size() == 1) {
    weights = absl::StrFormat("%g × identity", transform.weights(0));
  } else if (transform.weights_size() > 0 && transform.weights_size() == label_count) {
    weights = "diagonal";
  } else if (transform.weights_size() > 1) {
    weights = "dense";
  }
  return absl::StrCat("softmax(W φ(p) + b), φ = ",
                      transform.input() == Transform::INPUT_PROBABILITY ? "p" : "ln p",
                      ", W ", weights, ", b ",
                      transform.bias().empty() ? "zero" : "fitted");
}

std::string Warnings(const Profile& profile, const Style& style) {
  std::string text;
  for (const auto& warning : profile.warnings()) {
    absl::StrAppend(&text, Painted(style, Paint::kWarning, "warning:"), " ",
                    Printable(warning.message()), "\n");
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

std::vector<double> TargetPrior(const Profile& profile) {
  const auto& target = profile.options().target_prior();
  if (target.size() == profile.bias().prior_size()) return {target.begin(), target.end()};
  const double uniform = 1.0 / std::max(1, profile.bias().prior_size());
  return std::vector<double>(static_cast<std::size_t>(profile.bias().prior_size()),
                             uniform);
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

std::string FitSummary(const Profile& profile,
                       const std::optional<std::vector<double>>& after, int max_labels,
                       const Style& style) {
  std::string text =
      absl::StrCat(Painted(style, Paint::kBold, Printable(profile.name())), "  revision ",
                   profile.revision(), "  ", Origin(profile), "\n");
  if (profile.bias().favored_label() >= 0) {
    absl::StrAppend(&text, "the model favors ", Printable(Favored(profile)),
                    " (total variation ", Variation(profile), ")\n");
  } else {
    absl::StrAppend(&text, "the model favors no label\n");
  }
  const Shares calibrated = {"after", after.value_or(std::vector<double>()),
                             Paint::kAfter};
  absl::StrAppend(&text, "\n",
                  PriorPicture(profile, "before", calibrated, max_labels, style));
  const std::string warnings = Warnings(profile, style);
  if (!warnings.empty()) absl::StrAppend(&text, "\n", warnings);
  return text;
}

std::string ProfileDetails(const Profile& profile, int max_labels, const Style& style) {
  std::string text = absl::StrCat(
      Fact("name", profile.name()),
      Fact("revision",
           absl::StrCat(profile.revision(), profile.active() ? " (active)" : "")),
      Fact("etag", profile.etag()), Fact("created", When(profile.create_time())),
      Fact("updated", When(profile.update_time())), Fact("source", Origin(profile)),
      Fact("labels", LabelList(profile, max_labels)));
  if (profile.has_options()) {
    absl::StrAppend(&text, Fact("method", Method(profile.options())));
  }
  absl::StrAppend(&text,
                  Fact("transform", Formula(profile.transform(), profile.label_count())));
  if (profile.source() != Profile::SOURCE_IMPORTED) {
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
  if (profile.bias().rows_size() > 0) {
    absl::StrAppend(&text, "\n", BiasRows(profile, max_labels, style));
  }
  const std::string warnings = Warnings(profile, style);
  if (!warnings.empty()) absl::StrAppend(&text, "\n", warnings);
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
