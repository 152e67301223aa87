// Which method to use, from what labelled rows say of each.
//
//   Evidence evidence = …;                       // cross-validated
//   Advice advice = Advise(evidence);
//
// 1. Where the answers say too little about the labels (skill.h), a change of decisions
//    would be chance: at most the temperature is corrected, if that lowers the NLL by
//    more than a standard error.
// 2. Otherwise the ensemble (ensemble.h), if its NLL is lower than that of the rows as
//    they are; or the profile as it is, if its NLL is no higher than the ensemble's.
//
// So leaving the rows uncalibrated is always among the answers. What the rule gives on
// recorded rows, and what was tried besides: docs/methods.md.
//
// Thread-safety: a pure function. Units: nats a row.

#ifndef CALIBRD_CALIBRATION_RECOMMENDATION_H_
#define CALIBRD_CALIBRATION_RECOMMENDATION_H_

#include <cstdint>

#include "absl/types/span.h"
#include "calibration/rows.h"

namespace calibrd {

enum class Advice : uint8_t {
  kUncalibrated,  // leave the rows as they are
  kTemperature,
  kCurrent,  // the profile as it is
  kEnsemble,
};

// A mean difference of NLL, with its standard error.
struct Gain {
  double mean = 0;  // above 0: lower NLL
  double standard_error = 0;
};

struct Evidence {
  double skill = 0;        // SkillStatistic
  double least_skill = 0;  // LeastSkill
  // Cross-validated, against the rows as they are.
  Gain temperature;
  Gain ensemble;
  Gain current;  // not fitted on these rows
};

Advice Advise(const Evidence& evidence);

// What `after` gains over `before`, both n×K probabilities, n >= 2 rows, row by row.
Gain PairedGain(const Rows& after, const Rows& before, absl::Span<const int> labels);

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_RECOMMENDATION_H_
