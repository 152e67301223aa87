// An evaluation in words and tables: what a person reads after `calibctl evaluate`.
//
//   out << EvaluationText(evaluation, LabelNames(profile), 20, style);
//
// Every figure stands with the ends of its interval, under LOWER and UPPER. What the
// server sent is made printable. Pure functions, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_EVALUATION_EVALUATION_TEXT_H_
#define CALIBRD_CLIENT_CALIBCTL_EVALUATION_EVALUATION_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "calibration/v1/evaluation.pb.h"
#include "client/calibctl/terminal/style.h"

namespace calibrd::calibctl {

// The whole text; the recommendation comes last, where a terminal shows it. `labels` are
// the names of the K labels, of which at most `max_labels` are shown.
std::string EvaluationText(const calibration::v1::Evaluation& evaluation,
                           const std::vector<std::string>& labels, int max_labels,
                           const Style& style);

// What the candidates were warned of, and the methods that each warning is about, in the
// order they come; the same sentence once.
std::vector<std::pair<std::string, std::string>> CandidateWarnings(
    const calibration::v1::Evaluation& evaluation);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_EVALUATION_EVALUATION_TEXT_H_
