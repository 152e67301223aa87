#include "client/calibctl/fit_text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/calibctl/terminal/table.h"
#include "client/calibctl/terminal/text.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Adaptive;
using calibration::v1::EnsembleMember;
using calibration::v1::FitOptions;
using calibration::v1::FitReport;
using calibration::v1::LabelMap;
using calibration::v1::PredictionSetOptions;
using calibration::v1::Profile;
using calibration::v1::Transform;

// Rows without labels were fitted before there was a choice of methods.
bool IsPrior(const FitOptions& options) {
  return options.method() == calibration::v1::METHOD_PRIOR ||
         options.method() == calibration::v1::METHOD_UNSPECIFIED;
}

std::string PriorMethod(const FitOptions& options) {
  return absl::StrCat(
      "prior, weights ",
      EnumWord(FitOptions::Weights_Name(options.weights()), "WEIGHTS_"), ", formula ",
      EnumWord(FitOptions::Output_Name(options.output()), "OUTPUT_"), ", pooling ",
      EnumWord(FitOptions::Pooling_Name(options.pooling()), "POOLING_"),
      options.normalize() == FitOptions::NORMALIZE_AFTER_POOLING
          ? ", normalised after pooling"
          : ", normalised before pooling");
}

std::string Method(const FitOptions& options) {
  if (IsPrior(options)) return PriorMethod(options);
  std::string text = EnumWord(calibration::v1::Method_Name(options.method()), "METHOD_");
  if (options.bin_count() > 0) {
    absl::StrAppend(&text, ", ", options.bin_count(), " bins");
  }
  if (options.has_regularization()) {
    absl::StrAppendFormat(&text, ", regularization: weights %.3g, bias %.3g",
                          options.regularization().weights(),
                          options.regularization().bias());
  }
  return text;
}

std::string Maps(const Transform& transform) {
  int64_t points = 0;
  bool steps = false;
  for (const LabelMap& map : transform.maps()) {
    points += map.x_size();
    steps = steps || map.kind() == LabelMap::KIND_STEP;
  }
  return absl::StrCat(
      "a map of p for each label, divided by their sum: ", steps ? "steps" : "lines",
      " between ", WithThousands(points), " points");
}

std::string Formula(const Transform& transform, int label_count) {
  if (transform.maps_size() > 0) return Maps(transform);
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

std::string Learning(const Adaptive& adaptive) {
  std::string text = absl::StrFormat(
      "the fitted prior counts %g rows, half-life %g rows, shift of at "
      "most %g nats",
      adaptive.prior_strength(), adaptive.half_life_rows(), adaptive.max_shift());
  if (adaptive.min_rows() > 0) {
    absl::StrAppend(&text, ", moves after ", RowCount(adaptive.min_rows()));
  }
  if (adaptive.paused()) absl::StrAppend(&text, "; paused");
  return text;
}

std::string Report(const Profile& profile) {
  const FitReport& fit = profile.fit();
  std::string text = absl::StrFormat("NLL %.4f nats", fit.nll());
  if (fit.members_size() > 0) {
    absl::StrAppendFormat(&text, ", cross-validated %.4f", fit.objective());
    return text;
  }
  absl::StrAppendFormat(&text, ", objective %.4f", fit.objective());
  if (fit.iterations() == 0 && fit.converged()) return text;  // no search was needed
  absl::StrAppend(&text,
                  fit.converged() ? ", converged after " : ", not converged after ",
                  fit.iterations(), fit.iterations() == 1 ? " step" : " steps");
  if (!fit.converged()) absl::StrAppendFormat(&text, " (gradient %.2g)", fit.gradient());
  return text;
}

std::string Sets(const Profile& profile) {
  const std::string score = EnumWord(
      PredictionSetOptions::Score_Name(profile.prediction_sets().score()), "SCORE_");
  return absl::StrCat(absl::AsciiStrToUpper(score), ", fitted on ",
                      RowCount(profile.prediction_sets().row_count()));
}

}  // namespace

std::string FitFacts(const Profile& profile) {
  std::string text;
  if (profile.has_options()) {
    absl::StrAppend(&text, Fact("method", Method(profile.options())));
  }
  absl::StrAppend(&text,
                  Fact("transform", Formula(profile.transform(), profile.label_count())));
  if (profile.options().has_adaptive()) {
    absl::StrAppend(&text, Fact("adaptive", Learning(profile.options().adaptive())));
  }
  if (profile.has_fit()) absl::StrAppend(&text, Fact("fit", Report(profile)));
  if (profile.has_prediction_sets()) {
    absl::StrAppend(&text, Fact("prediction sets", Sets(profile)));
  }
  return text;
}

std::string FitReportLines(const Profile& profile) {
  std::string text;
  if (profile.has_fit()) {
    absl::StrAppend(&text, Method(profile.options()), ": ", Report(profile), "\n");
  }
  if (profile.has_prediction_sets()) {
    absl::StrAppend(&text, "prediction sets: ", Sets(profile), "\n");
  }
  return text;
}

std::string EnsembleTable(const Profile& profile, const Style& style) {
  std::vector<EnsembleMember> members(profile.fit().members().begin(),
                                      profile.fit().members().end());
  if (members.empty()) return "";
  std::stable_sort(members.begin(), members.end(),
                   [](const EnsembleMember& a, const EnsembleMember& b) {
                     return a.weight() > b.weight();
                   });
  Table table(
      {{"WEIGHT", Align::kRight}, {"NLL", Align::kRight}, {"MEMBER", Align::kLeft}});
  for (const EnsembleMember& member : members) {
    table.Add({absl::StrFormat("%.3f", member.weight()),
               absl::StrFormat("%.4f", member.nll()), member.name()});
  }
  return table.Render(style);
}

}  // namespace calibrd::calibctl
