// Corrected rows, everything that is measured of them, and how the contract tells it.
//
//   absl::StatusOr<Assessed> before = Assessed::Make(p, rows, options, cancelled);
//   absl::StatusOr<Assessed> after = Assessed::Make(q, rows, options, cancelled);
//   FillAssessment(*after, rows, options.confidence(), *evaluation.mutable_after());
//   Change change = ChangeOf(*after, *before, options.confidence());
//
// Shapes: n×K probabilities. Thread-safety: immutable, and pure functions. Cost: see
// calibration/measures.h, for each resample.

#ifndef CALIBRD_SERVER_SERVICE_ASSESSMENT_H_
#define CALIBRD_SERVER_SERVICE_ASSESSMENT_H_

#include <functional>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "calibration/labelled_rows.h"
#include "calibration/measures.h"
#include "calibration/transform.h"
#include "calibration/v1/evaluation.pb.h"

namespace calibrd::service {

namespace proto = ::calibration::v1;

class Assessed {
 public:
  // `values` are probabilities that sum to 1, for `rows.labels`; `options` have their
  // defaults filled in. CANCELLED as soon as `cancelled` says so.
  static absl::StatusOr<Assessed> Make(std::vector<float> values,
                                       const LabelledRows& rows,
                                       const proto::EvaluationOptions& options,
                                       const std::function<bool()>& cancelled);

  Rows rows() const { return {values_, measured_.label_count(), Scale::kProbability}; }
  // Whether the measures of each label against the rest were taken: NaN otherwise.
  bool each_label() const;
  const Measures& measures() const { return measures_; }
  const std::vector<Measures>& replicates() const { return replicates_; }
  std::vector<ReliabilityBin> Table() const { return measured_.Table(); }

 private:
  Assessed(std::vector<float> values, Measured measured, std::vector<Measures> replicates)
      : values_(std::move(values)),
        measured_(std::move(measured)),
        measures_(measured_.Measure()),
        replicates_(std::move(replicates)) {}

  std::vector<float> values_;
  Measured measured_;
  Measures measures_;
  std::vector<Measures> replicates_;
};

// The measures with their intervals.
proto::Measures MeasuresOf(const Assessed& assessed, double confidence);

// The measures, the reliability table and the confusion matrix.
void FillAssessment(const Assessed& assessed, const LabelledRows& rows, double confidence,
                    proto::Assessment& out);

// What changes from `before` to `after`, on the same rows.
struct Change {
  proto::Estimate accuracy;
  proto::Estimate nll;
};
Change ChangeOf(const Assessed& after, const Assessed& before, double confidence);

// The rows as `transform` corrects them.
std::vector<float> Corrected(const Transform& transform, const Rows& rows);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_ASSESSMENT_H_
