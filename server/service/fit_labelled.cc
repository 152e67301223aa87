#include "server/service/fit_labelled.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "calibration/conformal.h"
#include "calibration/cross_validation.h"
#include "calibration/ensemble.h"
#include "calibration/error.h"
#include "calibration/kernel.h"
#include "server/catalog/transform_proto.h"
#include "server/service/fit_options.h"
#include "server/service/reference.h"
#include "server/service/resource_name.h"

namespace calibrd::service {
namespace {

using proto::FitOptions;
using proto::FitProfileRequest;
using proto::Profile;
using proto::Warning;
using Score = proto::PredictionSetOptions;

constexpr double kDefaultHoldout = 0.5;

// Which rows fit the sets is drawn with this seed: the same rows give the same profile.
constexpr uint64_t kHoldoutSeed = 1;

absl::Status InvalidOption(absl::string_view field, absl::string_view message) {
  return InvalidField(reason::kInvalidOptions, absl::StrCat("options.", field), message);
}

// The options with their defaults, as far as they do not depend on the method.
absl::StatusOr<FitOptions> CheckOptions(const FitOptions& wanted) {
  FitOptions options;
  options.set_method(wanted.method() == proto::METHOD_UNSPECIFIED ? proto::METHOD_ENSEMBLE
                                                                  : wanted.method());
  if (options.method() == proto::METHOD_PRIOR) {
    return InvalidOption("method",
                         "METHOD_PRIOR needs no labels; send the rows as `unlabelled`");
  }
  if (!proto::Method_IsValid(options.method())) {
    return InvalidOption("method", absl::StrCat("method is ", wanted.method(),
                                                ", which this server does not know"));
  }
  if (wanted.has_adaptive()) {
    return InvalidOption("adaptive", "a labelled fit is not adaptive; METHOD_PRIOR is");
  }
  if (!wanted.has_prediction_sets()) return options;
  proto::PredictionSetOptions& sets = *options.mutable_prediction_sets();
  sets = wanted.prediction_sets();
  if (sets.score() == Score::SCORE_UNSPECIFIED) sets.set_score(Score::SCORE_LAC);
  if (!Score::Score_IsValid(sets.score())) {
    return InvalidOption(
        "prediction_sets.score",
        absl::StrCat("score is ", sets.score(), ", which this server does not know"));
  }
  const bool all_rows =
      options.method() == proto::METHOD_NONE || options.method() == proto::METHOD_CURRENT;
  if (sets.holdout() == 0) sets.set_holdout(all_rows ? 1 : kDefaultHoldout);
  if (!(sets.holdout() > 0 && (sets.holdout() < 1 || all_rows))) {
    return InvalidOption(
        "prediction_sets.holdout",
        absl::StrCat("holdout is ", sets.holdout(), "; it has to be above 0, below 1"));
  }
  return options;
}

// Rows that own their numbers.
struct OwnedRows {
  std::vector<float> values;
  std::vector<int32_t> labels;
  std::vector<float> weights;

  void Add(const LabelledRows& rows, int64_t i) {
    const absl::Span<const float> row = rows.rows.row(i);
    values.insert(values.end(), row.begin(), row.end());
    labels.push_back(rows.labels[static_cast<size_t>(i)]);
    if (!rows.weights.empty()) weights.push_back(rows.weights[static_cast<size_t>(i)]);
  }
  LabelledRows View(const LabelledRows& like) const {
    return {{values, like.rows.label_count, like.rows.scale}, labels, weights};
  }
};

// Rows for the transform, and rows for the sets; of every label the same share.
struct Divided {
  OwnedRows fit;
  OwnedRows sets;
};

Divided Divide(const LabelledRows& rows, double holdout) {
  constexpr int kParts = 1000;
  Divided divided;
  const std::vector<int> parts =
      StratifiedFolds(rows.labels, rows.rows.label_count, kParts, kHoldoutSeed);
  const auto n = static_cast<double>(rows.rows.count());
  // Parts are dealt out in turn, so a row's part is its place in the draw, modulo.
  const double first_of_sets = std::min<double>(kParts, n) * (1 - holdout);
  for (int64_t i = 0; i < rows.rows.count(); ++i) {
    const bool fits = parts[static_cast<size_t>(i)] < first_of_sets;
    (fits ? divided.fit : divided.sets).Add(rows, i);
  }
  return divided;
}

// The corrected rows.
std::vector<float> Apply(const Transform& transform, const Rows& rows) {
  const Kernel kernel = Kernel::Compile(transform);
  std::vector<float> q(rows.values.size());
  const auto k = static_cast<size_t>(rows.label_count);
  for (int64_t i = 0; i < rows.count(); ++i) {
    kernel.Apply(rows.row(i), rows.scale,
                 absl::MakeSpan(q).subspan(static_cast<size_t>(i) * k, k));
  }
  return q;
}

// The transform of the active revision, for METHOD_CURRENT.
absl::StatusOr<Transform> CurrentTransform(const FitProfileRequest& request,
                                           const Profile* current, const Labels& labels) {
  if (current == nullptr) {
    return Error(absl::StatusCode::kFailedPrecondition, reason::kProfileNotFound,
                 absl::StrCat("there is no profile ", Quoted(request.name()),
                              " whose transform METHOD_CURRENT could keep"))
        .Meta("name", request.name());
  }
  if (current->label_count() != labels.count) {
    return InvalidField(reason::kInvalidLabels, "labels",
                        absl::StrCat(labels.count,
                                     " labels; the profile, whose transform "
                                     "METHOD_CURRENT keeps, has ",
                                     current->label_count()));
  }
  return catalog::TransformFromProto(current->transform(), labels.count);
}

void Report(const LabelledFit& fit, Profile& profile) {
  proto::FitReport& report = *profile.mutable_fit();
  report.set_objective(fit.objective);
  report.set_nll(fit.nll);
  report.set_iterations(fit.iterations);
  report.set_converged(fit.converged);
  report.set_gradient(fit.gradient);
}

// Fits the transform of a labelled method, with the report and the warnings of it.
absl::StatusOr<Transform> FitTransform(const LabelledRows& rows, const FitOptions& wanted,
                                       LabelledMethod method, const Labels& labels,
                                       const Profile* current, Profile& profile) {
  absl::StatusOr<LabelledOptions> options =
      LabelledOptionsFromProto(wanted, method, labels.count);
  if (!options.ok()) return options.status();
  if (current != nullptr && current->label_count() == labels.count) {
    options->prior = PriorOf(*current);
  }
  absl::StatusOr<LabelledFit> fit = FitLabelled(rows, labels.names, *options);
  if (!fit.ok()) return InContract(fit.status());
  proto::Regularization& used = *profile.mutable_options()->mutable_regularization();
  used.set_weights(fit->weight_l2);
  used.set_bias(fit->bias_l2);
  if (method == LabelledMethod::kHistogram) {
    profile.mutable_options()->set_bin_count(options->bin_count);
  }
  Report(*fit, profile);
  AddWarnings(*fit, labels, *profile.mutable_warnings());
  return std::move(fit->transform);
}

absl::StatusOr<Transform> FitEnsembleOf(const LabelledRows& rows, const Labels& labels,
                                        const Profile* current, Profile& profile) {
  std::vector<double> prior;
  if (current != nullptr && current->label_count() == labels.count) {
    prior = PriorOf(*current);
  }
  absl::StatusOr<EnsembleFit> fit = FitEnsemble(rows, labels.names, prior, {});
  if (!fit.ok()) return PrefixField(fit.status(), "labelled.");
  proto::FitReport& report = *profile.mutable_fit();
  report.set_objective(fit->out_of_fold_nll);
  report.set_nll(fit->nll);
  report.set_converged(true);
  for (const EnsembleFit::Member& member : fit->members) {
    proto::EnsembleMember* out = report.add_members();
    out->set_name(member.name);
    out->set_weight(member.weight);
    out->set_nll(member.nll);
  }
  return std::move(fit->transform);
}

absl::Status FitSets(const LabelledRows& rows, const Transform& transform,
                     Profile& profile) {
  if (rows.labels.empty()) {
    return InvalidField(reason::kInvalidRows, "labelled.rows",
                        "too few rows to keep some for the prediction sets");
  }
  const Score::Score score = profile.options().prediction_sets().score();
  const std::vector<float> q = Apply(transform, rows.rows);
  absl::StatusOr<ConformalFit> fit = FitConformal(
      {q, rows.rows.label_count}, rows.labels,
      {.score = score == Score::SCORE_APS ? ConformalScore::kAps : ConformalScore::kLac});
  if (!fit.ok()) return fit.status();
  proto::PredictionSets& sets = *profile.mutable_prediction_sets();
  sets.set_score(score);
  sets.set_row_count(fit->row_count);
  sets.mutable_scores()->Add(fit->scores.begin(), fit->scores.end());
  return absl::OkStatus();
}

std::string Sentence(const LabelledFit& fit, LabelledWarning warning,
                     const std::string& label) {
  switch (warning) {
    case LabelledWarning::kLabelWithoutRows:
      return absl::StrCat(label,
                          " is the right one of no row; what is known of it is "
                          "what the start says");
    case LabelledWarning::kOneLabel:
      return "all rows have the same right label, so they cannot tell it from another";
    case LabelledWarning::kSeparable:
      return "every row is answered right, so only the regularisation keeps the "
             "parameters finite; more rows, or a stronger one, are safer";
    case LabelledWarning::kFewRows:
      return "there are fewer rows than parameters; the regularisation decides the rest";
    case LabelledWarning::kUninformative:
      return "a label of higher probability is not more often right, so the temperature "
             "is at its bound of 100: answers are nearly even, and decisions the same";
    case LabelledWarning::kPointsLeftOut:
      return "an isotonic map had more points than are kept, and was thinned out";
    case LabelledWarning::kNotConverged:
      return absl::StrCat("the fit stopped after ", fit.iterations,
                          " steps with a gradient of ", fit.gradient,
                          "; its parameters are the best that were found");
  }
  return "";
}

Warning::Code CodeOf(LabelledWarning warning) {
  switch (warning) {
    case LabelledWarning::kLabelWithoutRows:
      return Warning::CODE_LABEL_WITHOUT_ROWS;
    case LabelledWarning::kOneLabel:
      return Warning::CODE_ONE_LABEL;
    case LabelledWarning::kSeparable:
      return Warning::CODE_SEPARABLE;
    case LabelledWarning::kFewRows:
      return Warning::CODE_FEW_ROWS;
    case LabelledWarning::kUninformative:
      return Warning::CODE_UNINFORMATIVE;
    case LabelledWarning::kPointsLeftOut:
      return Warning::CODE_POINTS_LEFT_OUT;
    case LabelledWarning::kNotConverged:
      return Warning::CODE_NOT_CONVERGED;
  }
  return Warning::CODE_UNSPECIFIED;
}

}  // namespace

Warning WarningOf(const LabelledFit& fit, LabelledWarning warning, const Labels& labels,
                  int label) {
  Warning out;
  out.set_code(CodeOf(warning));
  out.set_row(-1);
  out.set_label(label);
  out.set_message(
      Sentence(fit, warning, label < 0 ? "" : DescribeLabel(label, labels.names)));
  return out;
}

void AddWarnings(const LabelledFit& fit, const Labels& labels,
                 google::protobuf::RepeatedPtrField<Warning>& warnings) {
  for (const LabelledWarning warning : fit.warnings) {
    if (warning != LabelledWarning::kLabelWithoutRows) {
      *warnings.Add() = WarningOf(fit, warning, labels, -1);
      continue;
    }
    for (const int label : fit.labels_without_rows) {
      if (warnings.size() >= kMaxReportedRows) break;
      *warnings.Add() = WarningOf(fit, warning, labels, label);
    }
  }
}

std::vector<double> PriorOf(const Profile& profile) {
  const auto& prior = profile.bias().prior();
  const bool usable =
      std::all_of(prior.begin(), prior.end(), [](float p) { return p > 0; });
  return usable ? std::vector<double>(prior.begin(), prior.end()) : std::vector<double>();
}

absl::Status FitLabelledRows(const FitProfileRequest& request, const Labels& labels,
                             const Profile* current, const Limits& limits,
                             Profile& profile) {
  absl::StatusOr<FitOptions> options = CheckOptions(request.options());
  if (!options.ok()) return options.status();
  absl::StatusOr<LabelledRows> rows = LabelledRowsView(
      request.labelled(), "labelled", labels.count, labels.names, limits);
  if (!rows.ok()) return rows.status();
  *profile.mutable_options() = *options;
  profile.set_source(Profile::SOURCE_LABELLED);
  profile.set_row_count(rows->rows.count());
  profile.mutable_bias()->set_favored_label(-1);

  const bool sets = options->has_prediction_sets();
  const Divided divided =
      sets ? Divide(*rows, options->prediction_sets().holdout()) : Divided();
  absl::StatusOr<Transform> transform = Transform{.label_count = labels.count};
  const LabelledRows fitted = sets ? divided.fit.View(*rows) : *rows;
  if (options->method() == proto::METHOD_CURRENT) {
    transform = CurrentTransform(request, current, labels);
  } else if (options->method() != proto::METHOD_NONE) {
    if (fitted.labels.empty()) {
      return InvalidField(reason::kInvalidRows, "labelled.rows",
                          "too few rows for the transform and the prediction sets");
    }
    const auto method = LabelledMethodOf(options->method());
    transform = method ? FitTransform(fitted, request.options(), *method, labels, current,
                                      profile)
                       : FitEnsembleOf(fitted, labels, current, profile);
  }
  if (!transform.ok()) return transform.status();
  *profile.mutable_transform() = catalog::TransformToProto(*transform);
  AddRowReference(rows->rows, *transform, profile);
  if (!sets) return absl::OkStatus();
  return FitSets(divided.sets.View(*rows), *transform, profile);
}

}  // namespace calibrd::service
