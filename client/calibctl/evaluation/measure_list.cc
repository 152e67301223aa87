#include "client/calibctl/evaluation/measure_list.h"

#include <cstddef>

#include "absl/strings/str_format.h"
#include "client/calibctl/words.h"

namespace calibrd::calibctl {

using calibration::v1::Estimate;
using calibration::v1::Measures;

std::vector<NamedEstimate> MeasureList(const Measures& measures) {
  struct Entry {
    absl::string_view name;
    absl::string_view description;
    bool higher_is_better;
    bool (Measures::*has)() const;
    const Estimate& (Measures::*estimate)() const;
  };
  static constexpr Entry kEntries[] = {
      {"accuracy", "share of the rows whose best label is right", true,
       &Measures::has_accuracy, &Measures::accuracy},
      {"balanced-accuracy", "mean accuracy of the labels that occur", true,
       &Measures::has_balanced_accuracy, &Measures::balanced_accuracy},
      {"macro-f1", "mean F1 of the labels", true, &Measures::has_macro_f1,
       &Measures::macro_f1},
      {"nll", "mean of -ln q of the right label, nats", false, &Measures::has_nll,
       &Measures::nll},
      {"brier", "mean square distance from the right answer, 0 to 2", false,
       &Measures::has_brier, &Measures::brier},
      {"ece", "expected calibration error, bins of equal width", false,
       &Measures::has_ece, &Measures::ece},
      {"ece-equal-mass", "the same, bins of equal mass", false,
       &Measures::has_ece_equal_mass, &Measures::ece_equal_mass},
      {"mce", "the largest gap of a bin", false, &Measures::has_mce, &Measures::mce},
      {"classwise-ece", "mean calibration error of each label", false,
       &Measures::has_classwise_ece, &Measures::classwise_ece},
      {"debiased-ece", "root of the debiased square error", false,
       &Measures::has_debiased_ece, &Measures::debiased_ece},
      {"smooth-ece", "calibration error without bins", false, &Measures::has_smooth_ece,
       &Measures::smooth_ece},
      {"marginal-error", "debiased error of each label against the rest", false,
       &Measures::has_marginal_error, &Measures::marginal_error}};
  std::vector<NamedEstimate> list;
  for (const Entry& entry : kEntries) {
    if (!(measures.*entry.has)()) continue;
    list.push_back({entry.name, entry.description, entry.higher_is_better,
                    (measures.*entry.estimate)()});
  }
  return list;
}

std::string MethodWord(calibration::v1::Method method) {
  return EnumWord(calibration::v1::Method_Name(method), "METHOD_");
}

std::string Figure(double value) {
  return absl::StrFormat("%.3f", value);
}

std::string SignedFigure(double value) {
  return absl::StrFormat("%+.3f", value);
}

std::string PercentOf(double confidence) {
  return absl::StrFormat("%.6g", 100 * confidence);
}

std::vector<int64_t> DecisionCounts(const calibration::v1::Assessment& assessment,
                                    int label_count) {
  const auto k = static_cast<std::size_t>(label_count);
  if (static_cast<std::size_t>(assessment.confusion_size()) != k * k) return {};
  std::vector<int64_t> counts(k, 0);
  for (std::size_t i = 0; i < k * k; ++i) {
    counts[i % k] += assessment.confusion(static_cast<int>(i));
  }
  return counts;
}

}  // namespace calibrd::calibctl
