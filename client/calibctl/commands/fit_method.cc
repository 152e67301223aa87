#include "client/calibctl/commands/fit_method.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {
namespace {

using calibration::v1::Adaptive;
using calibration::v1::FitOptions;
using calibration::v1::Method;
using calibration::v1::PredictionSetOptions;

// The methods whose parameters are drawn to where they start.
constexpr std::array<Method, 8> kRegularized = {
    calibration::v1::METHOD_TEMPERATURE,
    calibration::v1::METHOD_BIAS,
    calibration::v1::METHOD_BIAS_CORRECTED_TEMPERATURE,
    calibration::v1::METHOD_VECTOR,
    calibration::v1::METHOD_MATRIX,
    calibration::v1::METHOD_DIRICHLET,
    calibration::v1::METHOD_BETA,
    calibration::v1::METHOD_LINEAR_PROBE};

void AddPriorOptions(CLI::App& command, MethodArguments& arguments) {
  command.option_defaults()->group("Rows without labels");
  command.add_option("--weights", arguments.weights, "The shape of W (diagonal)")
      ->check(CLI::IsMember({"diagonal", "identity"}));
  command
      .add_option("--formula", arguments.formula,
                  "How corrected rows are made: p/prior, divided by its sum, or "
                  "softmax(W p + b) (normalized; softmax with identity weights)")
      ->check(CLI::IsMember({"normalized", "softmax"}));
  command
      .add_option("--pooling", arguments.pooling,
                  "How the rows become one prior (parameters)")
      ->check(CLI::IsMember({"parameters", "probabilities", "minimum"}));
  command
      .add_option("--normalize", arguments.normalize,
                  "Divide rows by their sum before or after pooling (before)")
      ->check(CLI::IsMember({"before", "after"}));
  command.add_option("--target-prior", arguments.target_prior,
                     "What the answers should be like, such as 0.3,0.7 (uniform)");
  command.add_option("--min-probability", arguments.min_probability,
                     "Smaller probabilities are raised to it (1e-6)");
}

void AddAdaptiveOptions(CLI::App& command, MethodArguments& arguments) {
  command.option_defaults()->group("Adaptive profiles");
  CLI::Option* adaptive =
      command.add_flag("--adaptive", arguments.adaptive,
                       "Go on learning the prior from the rows that calibrate sends");
  command
      .add_option("--prior-strength", arguments.prior_strength,
                  "For how many rows the fitted prior counts (10)")
      ->check(CLI::PositiveNumber)
      ->needs(adaptive);
  command
      .add_option("--half-life-rows", arguments.half_life_rows,
                  "After so many rows, a row counts half (2000)")
      ->check(CLI::PositiveNumber)
      ->needs(adaptive);
  command
      .add_option("--adapt-after-rows", arguments.adapt_after_rows,
                  "The prior does not move before so many rows (0)")
      ->check(CLI::NonNegativeNumber)
      ->needs(adaptive);
  command
      .add_option("--max-shift", arguments.max_shift,
                  "How far a label's bias may move, in nats (3)")
      ->check(CLI::PositiveNumber)
      ->needs(adaptive);
  command.add_flag("--paused", arguments.paused, "Learn nothing for now")
      ->needs(adaptive);
}

void AddLabelledOptions(CLI::App& command, MethodArguments& arguments) {
  command.option_defaults()->group("Labelled rows");
  command
      .add_option("--regularize-weights", arguments.regularize_weights,
                  "What the distance of W from its start costs (by the number of rows)")
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--regularize-bias", arguments.regularize_bias,
                  "What the size of b costs (by the number of rows)")
      ->check(CLI::NonNegativeNumber);
  command
      .add_option("--bin-count", arguments.bin_count,
                  "The bins of each label, of histogram-binning (10)")
      ->check(CLI::Range(1, std::numeric_limits<int>::max()));
  CLI::Option* sets =
      command
          .add_option("--prediction-sets", arguments.prediction_sets,
                      "Fit prediction sets too, for calibrate --coverage; by this score")
          ->check(CLI::IsMember({"lac", "aps"}));
  command
      .add_option("--holdout", arguments.holdout,
                  "The share of the rows that is kept to fit the sets (0.5)")
      ->check(CLI::PositiveNumber)
      ->needs(sets);
}

absl::Status HasNoEffect(absl::string_view option, absl::string_view goes_with) {
  return absl::InvalidArgumentError(
      absl::StrCat(option, " would have no effect: it goes with ", goes_with));
}

// The server would pass over these without a word.
absl::Status CheckPriorOptionsUnset(const MethodArguments& arguments) {
  const std::pair<const char*, bool> options[] = {
      {"--weights", !arguments.weights.empty()},
      {"--formula", !arguments.formula.empty()},
      {"--pooling", !arguments.pooling.empty()},
      {"--normalize", !arguments.normalize.empty()},
      {"--target-prior", !arguments.target_prior.empty()},
      {"--min-probability", arguments.min_probability != 0}};
  for (const auto& [option, given] : options) {
    if (given) return HasNoEffect(option, "rows without labels");
  }
  return absl::OkStatus();
}

absl::Status CheckLabelledOptions(const MethodArguments& arguments, Method method,
                                  bool labelled) {
  const bool regularized = labelled && std::find(kRegularized.begin(), kRegularized.end(),
                                                 method) != kRegularized.end();
  for (const auto& [option, given] :
       {std::pair{"--regularize-weights", arguments.regularize_weights.has_value()},
        std::pair{"--regularize-bias", arguments.regularize_bias.has_value()}}) {
    if (!given || regularized) continue;
    std::string methods;
    for (const Method one : kRegularized) {
      absl::StrAppend(&methods, methods.empty() ? "" : ", ",
                      EnumWord(calibration::v1::Method_Name(one), "METHOD_"));
    }
    return HasNoEffect(option, absl::StrCat("--labelled and one --method of ", methods));
  }
  if (arguments.bin_count != 0 &&
      !(labelled && method == calibration::v1::METHOD_HISTOGRAM_BINNING)) {
    return HasNoEffect("--bin-count", "--labelled and --method=histogram-binning");
  }
  return absl::OkStatus();
}

absl::Status FillTargetPrior(const MethodArguments& arguments, FitOptions& options) {
  if (arguments.target_prior.empty()) return absl::OkStatus();
  for (const absl::string_view text : absl::StrSplit(arguments.target_prior, ',')) {
    double share = 0;
    if (!absl::SimpleAtod(text, &share)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--target-prior: \"", text, "\" is not a number"));
    }
    options.add_target_prior(share);
  }
  return absl::OkStatus();
}

absl::Status FillPrior(const MethodArguments& arguments, FitOptions& options) {
  // The command line has checked each word against the ones it offers.
  options.set_weights(EnumOf<FitOptions::Weights>(arguments.weights, "WEIGHTS_"));
  options.set_output(EnumOf<FitOptions::Output>(arguments.formula, "OUTPUT_"));
  options.set_pooling(EnumOf<FitOptions::Pooling>(arguments.pooling, "POOLING_"));
  if (!arguments.normalize.empty()) {
    options.set_normalize(arguments.normalize == "after"
                              ? FitOptions::NORMALIZE_AFTER_POOLING
                              : FitOptions::NORMALIZE_BEFORE_POOLING);
  }
  options.set_min_probability(arguments.min_probability);
  return FillTargetPrior(arguments, options);
}

void FillAdaptive(const MethodArguments& arguments, Adaptive& adaptive) {
  adaptive.set_prior_strength(arguments.prior_strength);
  adaptive.set_half_life_rows(arguments.half_life_rows);
  adaptive.set_min_rows(arguments.adapt_after_rows);
  adaptive.set_max_shift(arguments.max_shift);
  adaptive.set_paused(arguments.paused);
}

void FillLabelled(const MethodArguments& arguments, FitOptions& options) {
  if (arguments.regularize_weights) {
    options.mutable_regularization()->set_weights(*arguments.regularize_weights);
  }
  if (arguments.regularize_bias) {
    options.mutable_regularization()->set_bias(*arguments.regularize_bias);
  }
  options.set_bin_count(arguments.bin_count);
  if (arguments.prediction_sets.empty()) return;
  PredictionSetOptions& sets = *options.mutable_prediction_sets();
  sets.set_score(
      EnumOf<PredictionSetOptions::Score>(arguments.prediction_sets, "SCORE_"));
  sets.set_holdout(arguments.holdout);
}

}  // namespace

std::vector<std::string> MethodWords() {
  std::vector<std::string> words;
  const auto& methods = *calibration::v1::Method_descriptor();
  for (int i = 0; i < methods.value_count(); ++i) {
    if (methods.value(i)->number() == calibration::v1::METHOD_UNSPECIFIED) continue;
    words.push_back(EnumWord(methods.value(i)->name(), "METHOD_"));
  }
  return words;
}

void AddMethodOptions(CLI::App& command, MethodArguments& arguments) {
  command.option_defaults()->group("Method");
  command
      .add_option("--method", arguments.method,
                  "How to fit (prior; ensemble for labelled rows)")
      ->check(CLI::IsMember(MethodWords()));
  AddPriorOptions(command, arguments);
  AddAdaptiveOptions(command, arguments);
  AddLabelledOptions(command, arguments);
}

absl::StatusOr<FitOptions> MakeFitOptions(const MethodArguments& arguments,
                                          bool labelled) {
  FitOptions options;
  options.set_method(EnumOf<Method>(arguments.method, "METHOD_"));
  absl::Status bad = CheckLabelledOptions(arguments, options.method(), labelled);
  if (bad.ok() && labelled) bad = CheckPriorOptionsUnset(arguments);
  if (bad.ok()) bad = FillPrior(arguments, options);
  if (!bad.ok()) return bad;
  FillLabelled(arguments, options);
  if (arguments.adaptive) FillAdaptive(arguments, *options.mutable_adaptive());
  return options;
}

}  // namespace calibrd::calibctl
