#include "calibration/labelled.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "calibration/labelled/methods.h"

namespace calibrd {
namespace {

using Method = LabelledMethod;

constexpr double kLargestStrength = 1e6;
constexpr int kMostIterations = 100'000;

absl::Status InvalidOption(absl::string_view field, absl::string_view message) {
  return InvalidField(reason::kInvalidOptions, field, message);
}

bool IsDense(Method method) {
  return method == Method::kMatrix || method == Method::kDirichlet ||
         method == Method::kLinearProbe;
}

absl::Status CheckMethod(Method method, int label_count) {
  const absl::string_view name = LabelledMethodName(method);
  if (label_count < 2) {
    return InvalidOption("method",
                         "one label leaves nothing to fit; at least 2 are needed");
  }
  if ((method == Method::kPlatt || method == Method::kBeta) && label_count != 2) {
    return InvalidOption(
        "method",
        absl::StrCat(name, " is for 2 labels, not for ", label_count, "; use ",
                     method == Method::kPlatt ? "TEMPERATURE_BIAS" : "DIRICHLET"));
  }
  if (IsDense(method) && label_count > kMaxDenseLabels) {
    return InvalidOption(
        "method",
        absl::StrCat(name,
                     " has dense weights, which are allowed for at "
                     "most ",
                     kMaxDenseLabels, " labels, not for ", label_count, "; use VECTOR"));
  }
  return absl::OkStatus();
}

absl::Status CheckStrength(const std::optional<double>& strength,
                           absl::string_view field) {
  if (!strength || (*strength >= 0 && *strength <= kLargestStrength)) {
    return absl::OkStatus();
  }
  return InvalidOption(field,
                       absl::StrCat(field, " is ", *strength, "; it has to be from 0 to ",
                                    kLargestStrength));
}

absl::Status CheckPrior(absl::Span<const double> prior, int label_count) {
  if (prior.empty()) return absl::OkStatus();
  if (prior.size() != static_cast<size_t>(label_count)) {
    return InvalidOption(
        "prior", absl::StrCat("prior has ", prior.size(), " numbers for ", label_count,
                              " labels; send none or one for each"));
  }
  for (size_t i = 0; i < prior.size(); ++i) {
    if (prior[i] > 0 && prior[i] <= kLargestParameter) continue;
    const std::string field = absl::StrCat("prior[", i, "]");
    return InvalidOption(
        field, absl::StrCat(field, " is ", prior[i],
                            "; it has to be above 0 and at most ", kLargestParameter));
  }
  return absl::OkStatus();
}

// Without a pull on every parameter, fewer rows than parameters have no one answer.
absl::Status CheckRowCount(const LabelledOptions& options, const LabelCounts& counts) {
  const auto label_count = static_cast<int>(counts.shares.size());
  const int64_t parameters = CountParameters(options.method, label_count);
  if (!IsAffine(options.method) || counts.rows >= parameters) return absl::OkStatus();
  const Strengths strengths = StrengthsOf(options, counts.rows);
  const bool has_weights = options.method != Method::kBias;
  const bool has_bias = options.method != Method::kTemperature;
  const bool free_weights = has_weights && strengths.weight < kLeastStrength;
  if (!free_weights && !(has_bias && strengths.bias < kLeastStrength)) {
    return absl::OkStatus();
  }
  const absl::string_view field = free_weights ? "weight_l2" : "bias_l2";
  return InvalidOption(
      field,
      absl::StrCat(counts.rows, " rows do not determine the ", parameters,
                   " parameters of ", LabelledMethodName(options.method), " where ",
                   field, " is 0; send at least ", parameters, " rows, leave ", field,
                   " unset or above 0, or use a method of fewer parameters"));
}

void AddWarnings(const LabelledOptions& options, const LabelCounts& counts,
                 LabelledFit& fit) {
  const auto label_count = static_cast<int>(counts.shares.size());
  for (int k = 0; k < label_count; ++k) {
    if (counts.shares[static_cast<size_t>(k)] == 0) fit.labels_without_rows.push_back(k);
  }
  const size_t without = fit.labels_without_rows.size();
  if (without > 0) fit.warnings.push_back(LabelledWarning::kLabelWithoutRows);
  if (without + 1 == counts.shares.size()) {
    fit.warnings.push_back(LabelledWarning::kOneLabel);
  }
  const int64_t needed = options.method == Method::kHistogram
                             ? options.bin_count
                             : CountParameters(options.method, label_count);
  if (counts.rows < needed) fit.warnings.push_back(LabelledWarning::kFewRows);
  if (!fit.converged) fit.warnings.push_back(LabelledWarning::kNotConverged);
  std::sort(fit.warnings.begin(), fit.warnings.end());
}

}  // namespace

absl::string_view LabelledMethodName(LabelledMethod method) {
  constexpr absl::string_view kNames[] = {
      "TEMPERATURE", "BIAS",      "TEMPERATURE_BIAS", "PLATT",    "VECTOR",   "BETA",
      "MATRIX",      "DIRICHLET", "LINEAR_PROBE",     "ISOTONIC", "HISTOGRAM"};
  return kNames[static_cast<size_t>(method)];
}

absl::string_view LabelledWarningName(LabelledWarning warning) {
  constexpr absl::string_view kNames[] = {
      "LABEL_WITHOUT_ROWS", "ONE_LABEL",       "SEPARABLE",    "FEW_ROWS",
      "UNINFORMATIVE",      "POINTS_LEFT_OUT", "NOT_CONVERGED"};
  return kNames[static_cast<size_t>(warning)];
}

int64_t CountParameters(LabelledMethod method, int label_count) {
  const int64_t k = label_count;
  switch (method) {
    case Method::kTemperature:
      return 1;
    case Method::kBias:
      return k - 1;
    case Method::kPlatt:
    case Method::kTemperatureBias:
      return k;
    case Method::kVector:
    case Method::kBeta:
      return 2 * k - 1;
    case Method::kMatrix:
    case Method::kDirichlet:
      return k * k - 1;
    case Method::kLinearProbe:  // p sums to 1, so that W can do what b does
      return k * k - k;
    case Method::kIsotonic:
    case Method::kHistogram:
      return 0;
  }
  return 0;
}

absl::Status CheckLabelledOptions(const LabelledOptions& options, int label_count) {
  if (absl::Status s = CheckMethod(options.method, label_count); !s.ok()) return s;
  if (absl::Status s = CheckStrength(options.weight_l2, "weight_l2"); !s.ok()) return s;
  if (absl::Status s = CheckStrength(options.bias_l2, "bias_l2"); !s.ok()) return s;
  if (absl::Status s = CheckPrior(options.prior, label_count); !s.ok()) return s;
  if (options.bin_count < 1 || options.bin_count > kMaxMapPoints) {
    return InvalidOption("bin_count",
                         absl::StrCat("bin_count is ", options.bin_count,
                                      "; it has to be from 1 to ", kMaxMapPoints));
  }
  if (options.method == Method::kHistogram &&
      int64_t{options.bin_count} * label_count > kMaxMapPointsOfAllLabels) {
    return InvalidOption(
        "bin_count", absl::StrCat(options.bin_count, " bins for each of ", label_count,
                                  " labels; at most ", kMaxMapPointsOfAllLabels,
                                  " are allowed together"));
  }
  if (!(options.gradient > 0) || !std::isfinite(options.gradient)) {
    return InvalidOption("gradient", absl::StrCat("gradient is ", options.gradient,
                                                  "; it has to be above 0"));
  }
  if (options.most_iterations < 1 || options.most_iterations > kMostIterations) {
    return InvalidOption("most_iterations",
                         absl::StrCat("most_iterations is ", options.most_iterations,
                                      "; it has to be from 1 to ", kMostIterations));
  }
  return absl::OkStatus();
}

absl::StatusOr<LabelledFit> FitLabelled(const LabelledRows& rows,
                                        absl::Span<const std::string> label_names,
                                        const LabelledOptions& options) {
  if (absl::Status s = CheckLabelledRows(rows, label_names); !s.ok()) return s;
  const int label_count = rows.rows.label_count;
  if (absl::Status s = CheckLabelledOptions(options, label_count); !s.ok()) return s;
  const LabelCounts counts = CountLabels(rows);
  if (absl::Status s = CheckRowCount(options, counts); !s.ok()) return s;
  LabelledFit fit = IsAffine(options.method) ? FitAffine(rows, options, counts)
                    : options.method == Method::kPlatt
                        ? FitPlattScaling(rows, options, counts)
                        : FitLabelMaps(rows, options, counts);
  AddWarnings(options, counts, fit);
  return fit;
}

}  // namespace calibrd
