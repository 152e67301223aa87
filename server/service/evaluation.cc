#include "server/service/evaluation.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "calibration/signal.h"
#include "server/catalog/live_start.h"
#include "server/catalog/transform_proto.h"
#include "server/service/assessment.h"
#include "server/service/method_comparison.h"

namespace calibrd::service {
namespace {

using proto::Evaluation;
using proto::EvaluationOptions;

constexpr int kDefaultFolds = 5;
constexpr int kDefaultResamples = 1000;
constexpr double kDefaultConfidence = 0.95;
constexpr int kDefaultBins = 15;

absl::Status InvalidOption(absl::string_view field, absl::string_view message) {
  return InvalidField(reason::kInvalidOptions, absl::StrCat("options.", field),
                      absl::StrCat(field, " ", message));
}

absl::Status CheckRange(absl::string_view field, int value, int least, int most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return InvalidOption(
      field, absl::StrCat("is ", value, "; it has to be ", least, " to ", most));
}

// What the profile applies now: an adaptive one has moved on from what was fitted.
absl::StatusOr<Transform> TransformOf(const proto::Profile& profile) {
  absl::StatusOr<Transform> transform =
      catalog::TransformFromProto(profile.transform(), profile.label_count());
  if (!transform.ok() || !profile.live().has_adaptive()) return transform;
  const auto& prior = profile.live().adaptive().prior();
  const auto& target = profile.options().target_prior();
  for (int k = 0; k < prior.size(); ++k) {
    transform->bias[static_cast<size_t>(k)] =
        (target.empty() ? 0.0 : std::log(target.Get(k))) -
        std::log(static_cast<double>(prior.Get(k)));
  }
  return transform;
}

}  // namespace

absl::Status EvaluationRows::Add(const proto::LabelledRows& rows, int index,
                                 const Labels& labels, const Limits& limits) {
  const auto refused = [index](absl::string_view field, absl::string_view message,
                               absl::string_view why = reason::kInvalidRows) {
    return Error(absl::StatusCode::kInvalidArgument, why,
                 absl::StrCat("message ", index, ": ", message))
        .Field(field)
        .Meta("message", absl::StrCat(index));
  };
  if (!rows.weights().empty()) {
    return refused("rows.weights",
                   "an evaluation counts every row once; send no weights");
  }
  absl::StatusOr<LabelledRows> view =
      LabelledRowsView(rows, "rows", labels.count, labels.names, limits);
  if (!view.ok()) {
    Error error = refused(FieldViolationOf(view.status()).field, view.status().message(),
                          ReasonOf(view.status()));
    for (const auto& [key, value] : MetadataOf(view.status())) error.Meta(key, value);
    return error;
  }
  if (!labels_.empty() && view->rows.scale != scale_) {
    return refused("rows.rows",
                   "rows are probabilities in one message and logarithms in another; "
                   "send all of them in one form");
  }
  scale_ = view->rows.scale;
  values_.insert(values_.end(), view->rows.values.begin(), view->rows.values.end());
  labels_.insert(labels_.end(), view->labels.begin(), view->labels.end());
  return absl::OkStatus();
}

absl::StatusOr<EvaluationOptions> CheckEvaluationOptions(
    const EvaluationOptions& options) {
  EvaluationOptions checked = options;
  if (checked.folds() == 0) checked.set_folds(kDefaultFolds);
  if (checked.resamples() == 0) checked.set_resamples(kDefaultResamples);
  if (checked.confidence() == 0) checked.set_confidence(kDefaultConfidence);
  if (checked.bin_count() == 0) checked.set_bin_count(kDefaultBins);
  if (absl::Status s = CheckRange("folds", checked.folds(), 2, 20); !s.ok()) return s;
  if (absl::Status s = CheckRange("resamples", checked.resamples(), 100, 100'000);
      !s.ok()) {
    return s;
  }
  if (absl::Status s = CheckRange("bin_count", checked.bin_count(), 1, 1000); !s.ok()) {
    return s;
  }
  if (!(checked.confidence() > 0 && checked.confidence() < 1)) {
    return InvalidOption("confidence", absl::StrCat("is ", checked.confidence(),
                                                    "; it has to be above 0, below 1"));
  }
  return checked;
}

namespace {

// How much the answers depend on the input, from labelled rows.
void FillSignal(const proto::Profile& profile, const Rows& rows, Evaluation& evaluation) {
  SignalMonitor monitor(rows.label_count, catalog::SignalReferenceOf(profile));
  std::vector<double> p(static_cast<size_t>(rows.label_count));
  for (int64_t i = 0; i < rows.count(); ++i) {
    Normalize(rows.row(i), rows.scale, absl::MakeSpan(p));
    for (double& value : p) value = std::log(std::max(value, kSmallestSignalProbability));
    monitor.Observe(p);
  }
  const std::optional<SignalReport> report = monitor.Report();
  if (!report) return;
  proto::Signal& signal = *evaluation.mutable_signal();
  signal.set_ratio(report->ratio);
  signal.set_lower(report->lower);
  signal.set_upper(report->upper);
  signal.set_weak(report->weak);
}

void FillCounts(const proto::Profile& profile, const LabelledRows& rows,
                Evaluation& evaluation) {
  evaluation.set_name(profile.name());
  evaluation.set_revision(profile.revision());
  evaluation.set_row_count(rows.rows.count());
  evaluation.mutable_label_row_counts()->Resize(profile.label_count(), 0);
  for (const int32_t label : rows.labels) {
    evaluation.set_label_row_counts(label, evaluation.label_row_counts(label) + 1);
  }
}

}  // namespace

absl::StatusOr<Evaluation> Evaluate(const proto::Profile& profile,
                                    const EvaluationRows& rows,
                                    const EvaluationOptions& options,
                                    const std::function<bool()>& cancelled) {
  const LabelledRows view = rows.View(profile.label_count());
  if (view.rows.count() < 2) {
    return InvalidField(
        reason::kInvalidRows, "rows",
        absl::StrCat(view.rows.count(),
                     " labelled rows were sent; an evaluation needs two at "
                     "least, and says little of fewer than 32"));
  }
  absl::StatusOr<Transform> transform = TransformOf(profile);
  if (!transform.ok()) return transform.status();
  Evaluation evaluation;
  FillCounts(profile, view, evaluation);
  *evaluation.mutable_options() = options;
  const Transform unchanged{.label_count = profile.label_count()};
  absl::StatusOr<Assessed> before =
      Assessed::Make(Corrected(unchanged, view.rows), view, options, cancelled);
  if (!before.ok()) return before.status();
  absl::StatusOr<Assessed> after =
      Assessed::Make(Corrected(*transform, view.rows), view, options, cancelled);
  if (!after.ok()) return after.status();
  FillAssessment(*before, view, options.confidence(), *evaluation.mutable_before());
  FillAssessment(*after, view, options.confidence(), *evaluation.mutable_after());
  Change change = ChangeOf(*after, *before, options.confidence());
  *evaluation.mutable_accuracy_change() = std::move(change.accuracy);
  *evaluation.mutable_nll_change() = std::move(change.nll);
  FillSignal(profile, view.rows, evaluation);
  if (options.measure_only()) return evaluation;
  if (absl::Status s =
          CompareMethods(profile, *transform, view, options, cancelled, evaluation);
      !s.ok()) {
    return s;
  }
  return evaluation;
}

}  // namespace calibrd::service
