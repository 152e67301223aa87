#include "tests/client/calibctl/evaluation/example.h"

#include <cstdint>
#include <vector>

namespace calibrd::calibctl {

using calibration::v1::Assessment;
using calibration::v1::Candidate;
using calibration::v1::Estimate;
using calibration::v1::Evaluation;

Estimate EstimateOf(double value, double lower, double upper) {
  Estimate estimate;
  estimate.set_value(value);
  estimate.set_lower(lower);
  estimate.set_upper(upper);
  return estimate;
}

namespace {

void Fill(double accuracy, double nll, const std::vector<int64_t>& confusion,
          Assessment& out) {
  auto& measures = *out.mutable_measures();
  *measures.mutable_accuracy() = EstimateOf(accuracy, accuracy - 0.125, accuracy + 0.125);
  *measures.mutable_nll() = EstimateOf(nll, nll - 0.0625, nll + 0.0625);
  *measures.mutable_ece() = EstimateOf(0.125, 0.1, 0.15);
  out.mutable_confusion()->Add(confusion.begin(), confusion.end());
}

void AddBin(double lower, double upper, int64_t rows, double confidence, double accuracy,
            Assessment& out) {
  auto& bin = *out.add_reliability();
  bin.set_lower(lower);
  bin.set_upper(upper);
  bin.set_row_count(rows);
  bin.set_confidence(confidence);
  bin.set_accuracy(accuracy);
}

void AddCandidate(calibration::v1::Method method, double accuracy, double nll,
                  Evaluation& out) {
  Candidate& candidate = *out.add_candidates();
  candidate.set_method(method);
  *candidate.mutable_measures()->mutable_accuracy() =
      EstimateOf(accuracy, accuracy - 0.125, accuracy + 0.125);
  *candidate.mutable_measures()->mutable_nll() =
      EstimateOf(nll, nll - 0.0625, nll + 0.0625);
  *candidate.mutable_accuracy_change() =
      EstimateOf(accuracy - 0.5, accuracy - 0.5625, accuracy - 0.4375);
  *candidate.mutable_nll_change() = EstimateOf(nll - 1, nll - 1.0625, nll - 0.9375);
}

}  // namespace

Evaluation ExampleEvaluation() {
  Evaluation evaluation;
  evaluation.set_name("models/gpt2/prompts/sst2");
  evaluation.set_revision(3);
  evaluation.set_row_count(100);
  evaluation.add_label_row_counts(60);
  evaluation.add_label_row_counts(40);
  Fill(0.5, 1.0, {10, 50, 0, 40}, *evaluation.mutable_before());
  Fill(0.75, 0.5, {45, 15, 10, 30}, *evaluation.mutable_after());
  AddBin(0.75, 1, 100, 0.9, 0.5, *evaluation.mutable_before());
  AddBin(0.5, 0.75, 80, 0.625, 0.6875, *evaluation.mutable_after());
  AddBin(0.75, 1, 20, 0.875, 1, *evaluation.mutable_after());
  *evaluation.mutable_accuracy_change() = EstimateOf(0.25, 0.125, 0.375);
  *evaluation.mutable_nll_change() = EstimateOf(-0.5, -0.625, -0.375);
  AddCandidate(calibration::v1::METHOD_NONE, 0.5, 1.0, evaluation);
  AddCandidate(calibration::v1::METHOD_ENSEMBLE, 0.8125, 0.4375, evaluation);
  Candidate& failed = *evaluation.add_candidates();
  failed.set_method(calibration::v1::METHOD_ISOTONIC);
  failed.set_failure("too few rows");
  auto& warning = *evaluation.mutable_candidates(1)->add_warnings();
  warning.set_code(calibration::v1::Warning::CODE_FEW_ROWS);
  warning.set_message("fewer rows than parameters");
  evaluation.mutable_recommendation()->set_method(calibration::v1::METHOD_ENSEMBLE);
  evaluation.mutable_recommendation()->set_reason("an average of fits does best");
  auto& signal = *evaluation.mutable_signal();
  signal.set_ratio(1.9);
  signal.set_lower(1.6);
  signal.set_upper(2.25);
  auto& options = *evaluation.mutable_options();
  options.set_folds(5);
  options.set_resamples(1000);
  options.set_confidence(0.95);
  options.set_bin_count(4);
  options.set_seed(7);
  evaluation.set_compared_row_count(100);
  return evaluation;
}

}  // namespace calibrd::calibctl
