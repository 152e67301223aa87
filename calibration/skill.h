// Do a model's answers say anything about the right labels? A test that no bias can fool.
//
//   double z = SkillStatistic(rows);
//   if (z < LeastSkill(rows.rows.count())) …  // leave the decisions as they are
//
// With x the centred ln p of a row, less the mean of all rows, U is the sum over the rows
// of x of the right label, and V the variance that U has when the labels are dealt out at
// random, exactly: z = U / sqrt(V) has mean 0 and variance 1 where the answers have
// nothing to do with the labels, whatever their bias is. It is the cross-covariance of
// rows and labels in units of its permutation distribution.
//
// Units: standard deviations. Thread-safety: pure functions. Cost: O(n K).

#ifndef CALIBRD_CALIBRATION_SKILL_H_
#define CALIBRD_CALIBRATION_SKILL_H_

#include <cstdint>

#include "calibration/labelled_rows.h"

namespace calibrd {

// z of rows that pass CheckLabelledRows; 0 where it is not defined (one row, one label,
// rows that are all alike). Weights are not looked at.
double SkillStatistic(const LabelledRows& rows);

// What z of n rows has to be: 3 from 64 rows on, less for fewer, 2 at least. Chosen on
// recorded rows: docs/methods.md.
double LeastSkill(int64_t row_count);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_SKILL_H_
