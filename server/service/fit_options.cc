#include "server/service/fit_options.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/catalog/live_statistics.h"

namespace calibrd::service {
namespace {

using Options = proto::FitOptions;

// The value of a choice that the request may leave at its default; nullptr for a number
// that the contract does not know.
template <typename Proto, typename T, size_t n>
const T* Choose(Proto value, const std::pair<Proto, T> (&choices)[n]) {
  for (const auto& [key, choice] : choices) {
    if (key == value) return &choice;
  }
  return nullptr;
}

absl::Status UnknownChoice(absl::string_view field, int value) {
  return InvalidField(
      reason::kInvalidOptions, absl::StrCat("options.", field),
      absl::StrCat(field, " is ", value, ", which this server does not know"));
}

constexpr std::pair<LabelledMethod, proto::Method> kMethods[] = {
    {LabelledMethod::kTemperature, proto::METHOD_TEMPERATURE},
    {LabelledMethod::kBias, proto::METHOD_BIAS},
    {LabelledMethod::kTemperatureBias, proto::METHOD_BIAS_CORRECTED_TEMPERATURE},
    {LabelledMethod::kVector, proto::METHOD_VECTOR},
    {LabelledMethod::kMatrix, proto::METHOD_MATRIX},
    {LabelledMethod::kDirichlet, proto::METHOD_DIRICHLET},
    {LabelledMethod::kPlatt, proto::METHOD_PLATT},
    {LabelledMethod::kBeta, proto::METHOD_BETA},
    {LabelledMethod::kIsotonic, proto::METHOD_ISOTONIC},
    {LabelledMethod::kHistogram, proto::METHOD_HISTOGRAM_BINNING},
    {LabelledMethod::kLinearProbe, proto::METHOD_LINEAR_PROBE}};

}  // namespace

absl::StatusOr<PriorOptions> PriorOptionsFromProto(const Options& options,
                                                   int label_count) {
  using W = PriorOptions::Weights;
  using O = PriorOptions::Output;
  using P = PriorOptions::Pooling;
  using N = PriorOptions::Normalization;
  static constexpr std::pair<Options::Weights, W> kWeights[] = {
      {Options::WEIGHTS_UNSPECIFIED, W::kDiagonal},
      {Options::WEIGHTS_DIAGONAL, W::kDiagonal},
      {Options::WEIGHTS_IDENTITY, W::kIdentity}};
  static constexpr std::pair<Options::Output, O> kOutputs[] = {
      {Options::OUTPUT_NORMALIZED, O::kNormalized},
      {Options::OUTPUT_SOFTMAX, O::kSoftmax}};
  static constexpr std::pair<Options::Pooling, P> kPoolings[] = {
      {Options::POOLING_UNSPECIFIED, P::kParameters},
      {Options::POOLING_PARAMETERS, P::kParameters},
      {Options::POOLING_PROBABILITIES, P::kProbabilities},
      {Options::POOLING_MINIMUM, P::kMinimum}};
  static constexpr std::pair<Options::Normalize, N> kNormalizations[] = {
      {Options::NORMALIZE_UNSPECIFIED, N::kBeforePooling},
      {Options::NORMALIZE_BEFORE_POOLING, N::kBeforePooling},
      {Options::NORMALIZE_AFTER_POOLING, N::kAfterPooling}};

  const W* weights = Choose(options.weights(), kWeights);
  if (weights == nullptr) return UnknownChoice("weights", options.weights());
  const O default_output = *weights == W::kIdentity ? O::kSoftmax : O::kNormalized;
  const O* output = options.output() == Options::OUTPUT_UNSPECIFIED
                        ? &default_output
                        : Choose(options.output(), kOutputs);
  if (output == nullptr) return UnknownChoice("output", options.output());
  const P* pooling = Choose(options.pooling(), kPoolings);
  if (pooling == nullptr) return UnknownChoice("pooling", options.pooling());
  const N* normalization = Choose(options.normalize(), kNormalizations);
  if (normalization == nullptr) return UnknownChoice("normalize", options.normalize());

  PriorOptions checked;
  checked.weights = *weights;
  checked.output = *output;
  checked.pooling = *pooling;
  checked.normalization = *normalization;
  checked.target_prior.assign(options.target_prior().begin(),
                              options.target_prior().end());
  if (options.min_probability() != 0) checked.min_probability = options.min_probability();
  if (absl::Status s = CheckPriorOptions(checked, label_count); !s.ok()) {
    return PrefixField(s, "options.");
  }
  return checked;
}

Options PriorOptionsToProto(const PriorOptions& options) {
  Options result;
  result.set_weights(options.weights == PriorOptions::Weights::kIdentity
                         ? Options::WEIGHTS_IDENTITY
                         : Options::WEIGHTS_DIAGONAL);
  result.set_output(options.output == PriorOptions::Output::kSoftmax
                        ? Options::OUTPUT_SOFTMAX
                        : Options::OUTPUT_NORMALIZED);
  switch (options.pooling) {
    case PriorOptions::Pooling::kParameters:
      result.set_pooling(Options::POOLING_PARAMETERS);
      break;
    case PriorOptions::Pooling::kProbabilities:
      result.set_pooling(Options::POOLING_PROBABILITIES);
      break;
    case PriorOptions::Pooling::kMinimum:
      result.set_pooling(Options::POOLING_MINIMUM);
      break;
  }
  result.set_normalize(options.normalization == PriorOptions::Normalization::kAfterPooling
                           ? Options::NORMALIZE_AFTER_POOLING
                           : Options::NORMALIZE_BEFORE_POOLING);
  result.mutable_target_prior()->Assign(options.target_prior.begin(),
                                        options.target_prior.end());
  result.set_min_probability(options.min_probability);
  return result;
}

absl::StatusOr<std::optional<AdaptiveOptions>> AdaptiveOptionsFromProto(
    const Options& options, const PriorOptions& prior, int label_count) {
  if (!options.has_adaptive()) return std::optional<AdaptiveOptions>();
  if (prior.weights != PriorOptions::Weights::kDiagonal ||
      prior.output != PriorOptions::Output::kNormalized) {
    return InvalidField(reason::kInvalidOptions, "options.adaptive",
                        "an adaptive profile goes with WEIGHTS_DIAGONAL and "
                        "OUTPUT_NORMALIZED only");
  }
  if (label_count > catalog::kMaxLiveLabels) {
    return InvalidField(
        reason::kInvalidOptions, "options.adaptive",
        absl::StrCat("an adaptive profile can have at most ", catalog::kMaxLiveLabels,
                     " labels; this one has ", label_count));
  }
  const proto::Adaptive& adaptive = options.adaptive();
  AdaptiveOptions checked;
  if (adaptive.prior_strength() != 0) checked.prior_strength = adaptive.prior_strength();
  if (adaptive.half_life_rows() != 0) checked.half_life_rows = adaptive.half_life_rows();
  if (adaptive.max_shift() != 0) checked.max_shift = adaptive.max_shift();
  checked.min_rows = adaptive.min_rows();
  checked.paused = adaptive.paused();
  if (absl::Status s = CheckAdaptiveOptions(checked); !s.ok()) {
    return PrefixField(s, "options.adaptive.");
  }
  return std::optional<AdaptiveOptions>(checked);
}

proto::Adaptive AdaptiveOptionsToProto(const AdaptiveOptions& options) {
  proto::Adaptive adaptive;
  adaptive.set_prior_strength(options.prior_strength);
  adaptive.set_half_life_rows(options.half_life_rows);
  adaptive.set_min_rows(options.min_rows);
  adaptive.set_max_shift(options.max_shift);
  adaptive.set_paused(options.paused);
  return adaptive;
}

std::optional<LabelledMethod> LabelledMethodOf(proto::Method method) {
  for (const auto& [labelled, of_contract] : kMethods) {
    if (of_contract == method) return labelled;
  }
  return std::nullopt;
}

proto::Method MethodOf(LabelledMethod method) {
  for (const auto& [labelled, of_contract] : kMethods) {
    if (labelled == method) return of_contract;
  }
  return proto::METHOD_UNSPECIFIED;
}

absl::StatusOr<LabelledOptions> LabelledOptionsFromProto(const Options& options,
                                                         LabelledMethod method,
                                                         int label_count) {
  LabelledOptions checked{.method = method};
  if (options.regularization().has_weights()) {
    checked.weight_l2 = options.regularization().weights();
  }
  if (options.regularization().has_bias()) {
    checked.bias_l2 = options.regularization().bias();
  }
  if (options.bin_count() != 0) checked.bin_count = options.bin_count();
  absl::Status bad = CheckLabelledOptions(checked, label_count);
  return bad.ok() ? absl::StatusOr<LabelledOptions>(checked) : InContract(bad);
}

absl::Status InContract(const absl::Status& status) {
  static constexpr std::pair<absl::string_view, absl::string_view> kFields[] = {
      {"method", "options.method"},
      {"weight_l2", "options.regularization.weights"},
      {"bias_l2", "options.regularization.bias"},
      {"bin_count", "options.bin_count"}};
  const std::string field = FieldViolationOf(status).field;
  for (const auto& [ours, of_contract] : kFields) {
    if (field == ours) {
      return InvalidField(ReasonOf(status), of_contract, status.message());
    }
  }
  return status;
}

}  // namespace calibrd::service
