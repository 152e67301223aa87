// An evaluation as one page that needs nothing else: no script, no font, no other file.
//
//   const std::string page = EvaluationPage({evaluation, LabelNames(profile), prior});
//
// The same content makes the same page, byte for byte. It is HTML that is well-formed
// XML too. Figures are inline SVG with a title and a description, and each stands beside
// a table of its numbers. Pure function, safe from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_PAGE_EVALUATION_PAGE_H_
#define CALIBRD_CLIENT_CALIBCTL_PAGE_EVALUATION_PAGE_H_

#include <string>
#include <vector>

#include "calibration/v1/evaluation.pb.h"
#include "client/calibctl/page/share_figure.h"

namespace calibrd::calibctl {

struct PageContent {
  calibration::v1::Evaluation evaluation;
  std::vector<std::string> labels;  // the names of the K labels
  LabelShares prior;                // of the profile; empty where it has none
};

std::string EvaluationPage(const PageContent& content);

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_PAGE_EVALUATION_PAGE_H_
