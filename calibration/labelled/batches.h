// Labelled rows in the form that fitting reads again and again: phi(p) in double, some
// rows at a time.
//
//   std::vector<RowBatch> batches = MakeBatches(rows, Transform::Input::kLogProbability);
//   batches[0].phi.col(k)   // of label k, the rows of the batch next to each other
//
// Label by label, so that a sum over labels is a sum of columns and can use vector
// instructions whatever K is; batch by batch, so that what is computed of one fits the
// processor's cache. Rows of weight zero are left out. Memory: 8 bytes a number.
// Thread-safety: values.

#ifndef CALIBRD_CALIBRATION_LABELLED_BATCHES_H_
#define CALIBRD_CALIBRATION_LABELLED_BATCHES_H_

#include <cstdint>
#include <vector>

#include "Eigen/Core"
#include "calibration/labelled_rows.h"
#include "calibration/transform.h"

namespace calibrd {

struct RowBatch {
  Eigen::ArrayXXd phi;          // rows × K
  Eigen::ArrayXd weights;       // of the rows, as shares of the weight of all batches
  std::vector<int32_t> labels;  // of the rows
};

// phi(p) as Kernel computes it where W is not the identity: for kLogProbability p is
// raised to kSmallestProbability. The rows must pass CheckLabelledRows.
std::vector<RowBatch> MakeBatches(const LabelledRows& rows, Transform::Input input);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_LABELLED_BATCHES_H_
