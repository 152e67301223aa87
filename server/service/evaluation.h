// The arithmetic of EvaluateProfile: labelled rows and a profile in, an Evaluation out.
//
//   EvaluationRows rows;
//   absl::Status added = rows.Add(request.rows(), index, labels, limits);   // each
//   message absl::StatusOr<proto::Evaluation> evaluation =
//       Evaluate(profile, rows, options, [&] { return call.cancelled(); });
//
// Thread-safety: Evaluate is a pure function; it takes long, so call it on a worker.

#ifndef CALIBRD_SERVER_SERVICE_EVALUATION_H_
#define CALIBRD_SERVER_SERVICE_EVALUATION_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "calibration/labelled_rows.h"
#include "calibration/v1/evaluation.pb.h"
#include "server/service/checks.h"
#include "server/service/limits.h"

namespace calibrd::service {

// The rows of all messages of a call.
class EvaluationRows {
 public:
  // Appends the rows of message `index`, from 0. Errors: those of LabelledRowsView, with
  // the number of the message; INVALID_ROWS where a message has weights, or probabilities
  // while an earlier one had logarithms.
  absl::Status Add(const proto::LabelledRows& rows, int index, const Labels& labels,
                   const Limits& limits);

  LabelledRows View(int label_count) const {
    return {{values_, label_count, scale_}, labels_, {}};
  }

 private:
  Scale scale_ = Scale::kProbability;
  std::vector<float> values_;
  std::vector<int32_t> labels_;
};

// What the options are, with their defaults filled in. INVALID_OPTIONS.
absl::StatusOr<proto::EvaluationOptions> CheckEvaluationOptions(
    const proto::EvaluationOptions& options);

// `profile` is the revision to evaluate, with what it has seen; `options` have passed
// CheckEvaluationOptions. CANCELLED as soon as `cancelled` says so.
absl::StatusOr<proto::Evaluation> Evaluate(const proto::Profile& profile,
                                           const EvaluationRows& rows,
                                           const proto::EvaluationOptions& options,
                                           const std::function<bool()>& cancelled);

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_EVALUATION_H_
