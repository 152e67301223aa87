#include "server/service/fit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "calibration/prior.h"
#include "server/catalog/transform_proto.h"
#include "server/service/checks.h"
#include "server/service/fit_labelled.h"
#include "server/service/fit_options.h"
#include "server/service/reference.h"
#include "server/service/resource_name.h"

namespace calibrd::service {
namespace {

using proto::FitProfileRequest;
using proto::Profile;
using proto::Warning;

// The rows of a request that have no labels, with the field that they came in.
struct Source {
  const proto::Rows* rows;
  absl::string_view field;
  Profile::Source kind;
};

Source SourceOf(const FitProfileRequest& request) {
  switch (request.source_case()) {
    case FitProfileRequest::kDomain:
      return {&request.domain(), "domain", Profile::SOURCE_DOMAIN};
    case FitProfileRequest::kUnlabelled:
      return {&request.unlabelled(), "unlabelled", Profile::SOURCE_UNLABELLED};
    default:
      return {&request.content_free(), "content_free", Profile::SOURCE_CONTENT_FREE};
  }
}

void AddWarning(Profile& profile, Warning::Code code, int64_t row, int label,
                std::string message) {
  Warning* warning = profile.add_warnings();
  warning->set_code(code);
  warning->set_row(static_cast<int>(row));
  warning->set_label(label);
  warning->set_message(std::move(message));
}

// `row 2 ("nothing")`, or `row 2` where the request did not name its input.
std::string DescribeRow(int64_t row, const proto::Rows& rows) {
  if (row >= rows.inputs_size()) return absl::StrCat("row ", row);
  return absl::StrCat("row ", row, " (", Quoted(rows.inputs(static_cast<int>(row))), ")");
}

void AddWarnings(const PriorFit& fit, const PriorOptions& options, const Source& source,
                 const Labels& labels, Profile& profile) {
  for (const RaisedProbability& raised : fit.raised) {
    AddWarning(profile, Warning::CODE_PROBABILITY_RAISED, raised.row, raised.label,
               absl::StrCat(DescribeRow(raised.row, *source.rows), ", ",
                            DescribeLabel(raised.label, labels.names),
                            ": the probability ", raised.probability,
                            " was raised to min_probability, ", options.min_probability));
  }
  const auto listed = static_cast<int64_t>(fit.raised.size());
  if (fit.raised_count > listed) {
    AddWarning(profile, Warning::CODE_MORE_RAISED, -1, -1,
               absl::StrCat(fit.raised_count - listed,
                            " more probabilities were raised to min_probability, ",
                            options.min_probability));
  }
  if (fit.favored_label < 0 && labels.count > 1) {
    AddWarning(profile, Warning::CODE_NO_BIAS, -1, -1,
               "the prior equals the target prior, so there is no bias to take out");
  }
  if (source.kind == Profile::SOURCE_CONTENT_FREE && fit.rows.size() == 1) {
    AddWarning(
        profile, Warning::CODE_SINGLE_ROW, 0, -1,
        "fitted on a single row; models answer each content-free input differently, so "
        "three or more (\"N/A\", \"[MASK]\", \"\") give a steadier prior");
  }
}

void FillBias(const PriorFit& fit, const Labels& labels, const proto::Rows& rows,
              proto::BiasReport& bias) {
  bias.mutable_prior()->Reserve(labels.count);
  for (const double p : fit.prior) bias.add_prior(static_cast<float>(p));
  bias.set_favored_label(fit.favored_label);
  if (fit.favored_label >= 0 && !labels.names.empty()) {
    bias.set_favored_label_name(labels.names[static_cast<size_t>(fit.favored_label)]);
  }
  bias.set_total_variation(fit.total_variation);
  const size_t reported = std::min<size_t>(fit.rows.size(), kMaxReportedRows);
  for (size_t i = 0; i < reported; ++i) {
    proto::BiasReport::Row* row = bias.add_rows();
    if (!rows.inputs().empty()) row->set_input(rows.inputs(static_cast<int>(i)));
    row->set_favored_label(fit.rows[i].favored_label);
    row->set_total_variation(fit.rows[i].total_variation);
    row->set_label_mass(fit.rows[i].label_mass);
  }
}

// What FitProfile and ImportProfile have in common.
template <typename Request>
absl::Status CheckCommon(const Request& request) {
  if (absl::Status s = CheckProfileName(request.name(), "name"); !s.ok()) return s;
  if (absl::Status s = CheckRequestId(request.request_id()); !s.ok()) return s;
  return CheckAnnotations(request.annotations());
}

template <typename Request>
Profile CommonProfile(const Request& request, const Labels& labels) {
  Profile profile;
  profile.set_name(request.name());
  *profile.mutable_labels() = request.labels();
  profile.set_label_count(labels.count);
  *profile.mutable_annotations() = request.annotations();
  return profile;
}

absl::Status CheckMethod(proto::Method method) {
  if (method == proto::METHOD_UNSPECIFIED || method == proto::METHOD_PRIOR) {
    return absl::OkStatus();
  }
  return InvalidField(reason::kInvalidOptions, "options.method",
                      absl::StrCat(proto::Method_Name(method),
                                   " needs labelled rows; without labels there is "
                                   "METHOD_PRIOR"));
}

// Fits rows without labels into `profile`.
absl::Status FitPriorOf(const Source& source, const proto::FitOptions& wanted,
                        const Labels& labels, const Limits& limits, Profile& profile) {
  if (absl::Status s = CheckMethod(wanted.method()); !s.ok()) return s;
  if (wanted.has_prediction_sets()) {
    return InvalidField(reason::kInvalidOptions, "options.prediction_sets",
                        "prediction sets need labelled rows");
  }
  absl::StatusOr<PriorOptions> options = PriorOptionsFromProto(wanted, labels.count);
  if (!options.ok()) return options.status();
  absl::StatusOr<std::optional<AdaptiveOptions>> adaptive =
      AdaptiveOptionsFromProto(wanted, *options, labels.count);
  if (!adaptive.ok()) return adaptive.status();
  absl::StatusOr<Rows> rows =
      RowsView(*source.rows, source.field, labels.count, labels.names, limits);
  if (!rows.ok()) return rows.status();
  if (absl::Status s = CheckInputs(*source.rows, source.field, rows->count()); !s.ok()) {
    return s;
  }
  absl::StatusOr<PriorFit> fit = FitPrior(*rows, labels.names, *options);
  if (!fit.ok()) return fit.status();

  profile.set_source(source.kind);
  profile.set_row_count(rows->count());
  *profile.mutable_options() = PriorOptionsToProto(*options);
  profile.mutable_options()->set_method(proto::METHOD_PRIOR);
  if (*adaptive) {
    *profile.mutable_options()->mutable_adaptive() = AdaptiveOptionsToProto(**adaptive);
  }
  *profile.mutable_transform() = catalog::TransformToProto(fit->transform);
  FillBias(*fit, labels, *source.rows, *profile.mutable_bias());
  AddWarnings(*fit, *options, source, labels, profile);
  if (source.kind == Profile::SOURCE_UNLABELLED) {
    AddRowReference(*rows, fit->transform, profile);
  } else {
    AddContentFreeReference(*rows, profile);
  }
  return absl::OkStatus();
}

// Takes what `current` has learned for the prior, with the options that it has.
absl::StatusOr<Profile> FitObserved(const FitProfileRequest& request,
                                    const Profile* current, const Limits& limits) {
  if (current == nullptr || !current->options().has_adaptive()) {
    return Error(absl::StatusCode::kFailedPrecondition, reason::kNotAdaptive,
                 absl::StrCat("there is no adaptive profile ", Quoted(request.name()),
                              "; fit one with options.adaptive first"))
        .Meta("name", request.name());
  }
  const int64_t least = request.observed().min_rows() == 0
                            ? kFewestObserved
                            : request.observed().min_rows();
  if (least < 0) {
    return InvalidField(reason::kInvalidArgument, "observed.min_rows", "it is negative");
  }
  const int64_t seen = current->live().row_count();
  if (seen < least || !current->live().has_adaptive()) {
    return Error(absl::StatusCode::kFailedPrecondition, reason::kTooFewRows,
                 absl::StrCat("the profile has seen ", seen, " rows since its last fit; ",
                              least, " are needed (observed.min_rows)"))
        .Meta("name", request.name())
        .Meta("rows", absl::StrCat(seen));
  }
  FitProfileRequest refit = request;
  *refit.mutable_labels() = current->labels();
  refit.set_label_count(current->label_count());
  absl::StatusOr<Labels> labels =
      CheckLabels(refit.labels(), refit.label_count(), limits);
  if (!labels.ok()) return labels.status();
  proto::Rows prior;
  *prior.mutable_probabilities()->mutable_values() = current->live().adaptive().prior();
  Profile profile = CommonProfile(refit, *labels);
  const proto::FitOptions& options =
      request.has_options() ? request.options() : current->options();
  const Source source{&prior, "observed", Profile::SOURCE_OBSERVED};
  if (absl::Status s = FitPriorOf(source, options, *labels, limits, profile); !s.ok()) {
    return s;
  }
  profile.set_row_count(seen);
  *profile.mutable_reference() = current->reference();
  return profile;
}

}  // namespace

absl::StatusOr<Profile> Fit(const FitProfileRequest& request, const Profile* current,
                            const Limits& limits) {
  if (absl::Status s = CheckCommon(request); !s.ok()) return s;
  if (request.has_observed()) return FitObserved(request, current, limits);
  absl::StatusOr<Labels> labels =
      CheckLabels(request.labels(), request.label_count(), limits);
  if (!labels.ok()) return labels.status();
  if (request.source_case() == FitProfileRequest::SOURCE_NOT_SET) {
    return InvalidField(reason::kInvalidRows, "content_free",
                        "no rows to fit on; set content_free, domain, unlabelled, "
                        "labelled or observed");
  }
  Profile profile = CommonProfile(request, *labels);
  absl::Status fitted =
      request.has_labelled()
          ? FitLabelledRows(request, *labels, current, limits, profile)
          : FitPriorOf(SourceOf(request), request.options(), *labels, limits, profile);
  if (!fitted.ok()) return fitted;
  return profile;
}

absl::StatusOr<Profile> Import(const proto::ImportProfileRequest& request,
                               const Limits& limits) {
  if (absl::Status s = CheckCommon(request); !s.ok()) return s;
  absl::StatusOr<Labels> labels =
      CheckLabels(request.labels(), request.label_count(), limits);
  if (!labels.ok()) return labels.status();
  if (!request.has_transform()) {
    return InvalidField(reason::kInvalidTransform, "transform", "no transform to import");
  }
  absl::StatusOr<Transform> transform =
      catalog::TransformFromProto(request.transform(), labels->count);
  if (!transform.ok()) return PrefixField(transform.status(), "transform.");

  Profile profile = CommonProfile(request, *labels);
  profile.set_source(Profile::SOURCE_IMPORTED);
  profile.mutable_bias()->set_favored_label(-1);
  *profile.mutable_transform() = catalog::TransformToProto(*transform);
  return profile;
}

}  // namespace calibrd::service
