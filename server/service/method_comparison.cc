#include "server/service/method_comparison.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "calibration/cross_validation.h"
#include "calibration/ensemble.h"
#include "calibration/error.h"
#include "calibration/labelled.h"
#include "calibration/random.h"
#include "calibration/recommendation.h"
#include "calibration/skill.h"
#include "server/service/assessment.h"
#include "server/service/fit_labelled.h"
#include "server/service/fit_options.h"

namespace calibrd::service {
namespace {

using proto::Candidate;
using proto::Method;

// Comparing methods takes many fits; more rows than this would change no decision.
constexpr size_t kMostComparedRows = 20'000;

// Beyond this K a dense W is compared only if the caller names it.
constexpr int kMostDenseLabels = 32;

bool IsDense(proto::Method method) {
  return method == proto::METHOD_MATRIX || method == proto::METHOD_DIRICHLET ||
         method == proto::METHOD_LINEAR_PROBE;
}

// What is compared unless the caller says.
std::vector<proto::Method> UsualMethods(int label_count) {
  std::vector<proto::Method> methods;
  for (int number = proto::Method_MIN; number <= proto::Method_MAX; ++number) {
    if (!proto::Method_IsValid(number)) continue;
    const auto method = static_cast<proto::Method>(number);
    const auto labelled = LabelledMethodOf(method);
    if (labelled && CheckLabelledOptions({.method = *labelled}, label_count).ok() &&
        (label_count <= kMostDenseLabels || !IsDense(method))) {
      methods.push_back(method);
    }
  }
  return methods;
}

absl::StatusOr<std::vector<proto::Method>> MethodsOf(
    const proto::EvaluationOptions& options, int label_count) {
  if (options.methods().empty()) return UsualMethods(label_count);
  std::vector<proto::Method> methods;
  for (int i = 0; i < options.methods_size(); ++i) {
    const proto::Method method = options.methods(i);
    const bool always = method == proto::METHOD_NONE || method == proto::METHOD_CURRENT ||
                        method == proto::METHOD_ENSEMBLE;
    if (always) continue;
    const auto labelled = LabelledMethodOf(method);
    if (!labelled) {
      return InvalidField(reason::kInvalidOptions,
                          absl::StrCat("options.methods[", i, "]"),
                          "this is no method that can be fitted to labelled rows");
    }
    absl::Status suits = CheckLabelledOptions({.method = *labelled}, label_count);
    if (!suits.ok()) {
      return InvalidField(reason::kInvalidOptions,
                          absl::StrCat("options.methods[", i, "]"), suits.message());
    }
    methods.push_back(method);
  }
  std::sort(methods.begin(), methods.end());
  methods.erase(std::unique(methods.begin(), methods.end()), methods.end());
  return methods;
}

// Rows that own their numbers: some of others, drawn with `seed`, in their order.
struct SomeRows {
  std::vector<float> values;
  std::vector<int32_t> labels;

  SomeRows(const LabelledRows& rows, size_t count, uint64_t seed) {
    std::vector<size_t> order(rows.labels.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    Random random(seed);
    for (size_t i = 0; i < count; ++i) {
      std::swap(order[i], order[i + random.Below(order.size() - i)]);
    }
    order.resize(count);
    // In their order, so that resamples of all rows are those of before and after.
    std::sort(order.begin(), order.end());
    for (const size_t i : order) {
      const absl::Span<const float> row = rows.rows.row(static_cast<int64_t>(i));
      values.insert(values.end(), row.begin(), row.end());
      labels.push_back(rows.labels[i]);
    }
  }
};

// Fits each method without some of the rows, and measures it on these.
class Comparison {
 public:
  Comparison(const proto::Profile& profile, const LabelledRows& rows,
             const proto::EvaluationOptions& options,
             const std::function<bool()>& cancelled, Assessed uncalibrated)
      : rows_(rows),
        options_(options),
        cancelled_(cancelled),
        prior_(PriorOf(profile)),
        uncalibrated_(std::move(uncalibrated)),
        fold_count_(
            static_cast<int>(std::min<int64_t>(options.folds(), rows.rows.count()))),
        folds_(StratifiedFolds(rows.labels, rows.rows.label_count, fold_count_,
                               options.seed())) {
    labels_.count = profile.label_count();
    for (const proto::Label& label : profile.labels())
      labels_.names.push_back(label.name());
  }

  const Assessed& uncalibrated() const { return uncalibrated_; }

  // A method of the labelled family.
  Candidate Try(Method method) const {
    LabelledOptions wanted{.method = *LabelledMethodOf(method), .prior = prior_};
    absl::StatusOr<LabelledFit> whole = FitLabelled(rows_, labels_.names, wanted);
    absl::StatusOr<std::vector<float>> q = CrossValidate(
        rows_, folds_, fold_count_,
        [&](const LabelledRows& training) -> absl::StatusOr<Transform> {
          absl::StatusOr<LabelledFit> fit = FitLabelled(training, labels_.names, wanted);
          if (!fit.ok()) return fit.status();
          return std::move(fit->transform);
        });
    Candidate candidate = Measure(method, std::move(q));
    if (whole.ok()) AddWarnings(*whole, labels_, *candidate.mutable_warnings());
    return candidate;
  }

  absl::StatusOr<EnsembleFit> FitEnsembleOf() const {
    return FitEnsemble(rows_, labels_.names, prior_,
                       {.fold_count = fold_count_, .seed = options_.seed()});
  }

  // What `answers`, n×K probabilities, are worth; or why there are none.
  Candidate Measure(Method method, absl::StatusOr<std::vector<float>> answers) const {
    Candidate candidate;
    candidate.set_method(method);
    if (!answers.ok()) {
      candidate.set_failure(std::string(answers.status().message()));
      return candidate;
    }
    absl::StatusOr<Assessed> assessed =
        Assessed::Make(*std::move(answers), rows_, options_, cancelled_);
    if (!assessed.ok()) {
      candidate.set_failure(std::string(assessed.status().message()));
      return candidate;
    }
    *candidate.mutable_measures() = MeasuresOf(*assessed, options_.confidence());
    Change change = ChangeOf(*assessed, uncalibrated_, options_.confidence());
    *candidate.mutable_accuracy_change() = std::move(change.accuracy);
    *candidate.mutable_nll_change() = std::move(change.nll);
    return candidate;
  }

  Gain GainOf(const std::vector<float>& answers) const {
    return PairedGain({answers, labels_.count}, uncalibrated_.rows(), rows_.labels);
  }

 private:
  const LabelledRows& rows_;
  const proto::EvaluationOptions& options_;
  const std::function<bool()>& cancelled_;
  Labels labels_;
  std::vector<double> prior_;
  Assessed uncalibrated_;
  int fold_count_;
  std::vector<int> folds_;
};

Method MethodOf(Advice advice) {
  switch (advice) {
    case Advice::kUncalibrated:
      return proto::METHOD_NONE;
    case Advice::kTemperature:
      return proto::METHOD_TEMPERATURE;
    case Advice::kCurrent:
      return proto::METHOD_CURRENT;
    case Advice::kEnsemble:
      return proto::METHOD_ENSEMBLE;
  }
  return proto::METHOD_NONE;
}

std::string Points(const proto::Estimate& change) {
  return absl::StrFormat("%+.1f points (%+.1f … %+.1f)", 100 * change.value(),
                         100 * change.lower(), 100 * change.upper());
}

std::string Against(const Gain& gain) {
  return absl::StrFormat("NLL %s by %.3f ± %.3f nats", gain.mean > 0 ? "lower" : "higher",
                         std::abs(gain.mean), gain.standard_error);
}

std::string MembersOf(const EnsembleFit& fit) {
  return absl::StrJoin(fit.members, ", ",
                       [](std::string* out, const EnsembleFit::Member& member) {
                         absl::StrAppend(out, member.name, " ",
                                         absl::StrFormat("%.0f %%", 100 * member.weight));
                       });
}

// Why, in a sentence with the figures.
std::string ReasonFor(Advice advice, const Evidence& evidence,
                      const EnsembleFit& ensemble, const proto::Evaluation& evaluation,
                      int64_t rows) {
  const auto accuracy_of = [&evaluation](Method method) {
    for (const Candidate& candidate : evaluation.candidates()) {
      if (candidate.method() == method) return Points(candidate.accuracy_change());
    }
    return std::string();
  };
  const std::string few =
      rows < 32 ? absl::StrCat("; ", rows, " rows say little, send 32 or more") : "";
  const std::string unskilled = absl::StrFormat(
      "on these %d rows the answers say too little about the labels (skill %.1f standard "
      "deviations, %.1f are needed), so that any change of decisions would be chance",
      rows, evidence.skill, evidence.least_skill);
  switch (advice) {
    case Advice::kEnsemble:
      return absl::StrCat(
          "an average of fits (", MembersOf(ensemble),
          ") does best on rows that it was not fitted on: ", Against(evidence.ensemble),
          " than uncalibrated, accuracy ", accuracy_of(proto::METHOD_ENSEMBLE), few);
    case Advice::kCurrent:
      return absl::StrCat(
          "the profile does as well as what could be fitted to these rows: ",
          Against(evidence.current), " than uncalibrated, accuracy ",
          accuracy_of(proto::METHOD_CURRENT), few);
    case Advice::kTemperature:
      return absl::StrCat(unskilled,
                          "; a temperature only makes the probabilities honest: ",
                          Against(evidence.temperature), ", the same decisions", few);
    case Advice::kUncalibrated:
      break;
  }
  if (evidence.skill < evidence.least_skill) {
    return absl::StrCat("leave it uncalibrated: ", unskilled, few);
  }
  return absl::StrCat(
      "leave it uncalibrated: nothing has a lower NLL on rows that it was "
      "not fitted on (an average of fits: ",
      Against(evidence.ensemble), ")", few);
}

}  // namespace

absl::Status CompareMethods(const proto::Profile& profile, const Transform& transform,
                            const LabelledRows& all,
                            const proto::EvaluationOptions& options,
                            const std::function<bool()>& cancelled,
                            proto::Evaluation& evaluation) {
  absl::StatusOr<std::vector<Method>> methods = MethodsOf(options, profile.label_count());
  if (!methods.ok()) return methods.status();
  if (profile.label_count() < 2)
    return absl::OkStatus();  // one answer: nothing to choose
  const SomeRows some(all, std::min(all.labels.size(), kMostComparedRows),
                      options.seed());
  const LabelledRows rows{
      {some.values, profile.label_count(), all.rows.scale}, some.labels, {}};
  absl::StatusOr<Assessed> before =
      Assessed::Make(Corrected({.label_count = profile.label_count()}, rows.rows), rows,
                     options, cancelled);
  if (!before.ok()) return before.status();
  evaluation.set_compared_row_count(rows.rows.count());
  const Comparison comparison(profile, rows, options, cancelled, *std::move(before));

  const Rows& uncalibrated = comparison.uncalibrated().rows();
  *evaluation.add_candidates() = comparison.Measure(
      proto::METHOD_NONE,
      std::vector<float>(uncalibrated.values.begin(), uncalibrated.values.end()));
  const std::vector<float> current = Corrected(transform, rows.rows);
  *evaluation.add_candidates() = comparison.Measure(proto::METHOD_CURRENT, current);
  for (const Method method : *methods) {
    if (cancelled()) return absl::CancelledError("the caller has gone");
    *evaluation.add_candidates() = comparison.Try(method);
  }
  if (cancelled()) return absl::CancelledError("the caller has gone");
  absl::StatusOr<EnsembleFit> ensemble = comparison.FitEnsembleOf();
  if (!ensemble.ok()) return ensemble.status();
  *evaluation.add_candidates() =
      comparison.Measure(proto::METHOD_ENSEMBLE, ensemble->out_of_fold);

  Evidence evidence;
  evidence.skill = SkillStatistic(rows);
  evidence.least_skill = LeastSkill(rows.rows.count());
  evidence.temperature = comparison.GainOf(ensemble->temperature);
  evidence.ensemble = comparison.GainOf(ensemble->out_of_fold);
  evidence.current = comparison.GainOf(current);
  const Advice advice = Advise(evidence);
  evaluation.mutable_recommendation()->set_method(MethodOf(advice));
  evaluation.mutable_recommendation()->set_reason(
      ReasonFor(advice, evidence, *ensemble, evaluation, rows.rows.count()));
  return absl::OkStatus();
}

}  // namespace calibrd::service
