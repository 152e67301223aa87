// How much one request may ask for.

#ifndef CALIBRD_SERVER_SERVICE_LIMITS_H_
#define CALIBRD_SERVER_SERVICE_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "calibration/rows.h"

namespace calibrd::service {

// Set by flags.
struct Limits {
  int64_t request_bytes = int64_t{16} << 20;      // --max_request_bytes
  int64_t rows = 65'536;                          // --max_rows
  int64_t labels = kMaxLabels;                    // --max_labels
  int64_t evaluation_bytes = int64_t{256} << 20;  // --max_evaluation_bytes, all together
};

// Fixed by the contract.
inline constexpr size_t kMaxProfileNameBytes = 512;
inline constexpr size_t kMaxLabelNameBytes = 256;
inline constexpr size_t kMaxInputBytes = 4096;
inline constexpr size_t kMaxRequestIdBytes = 128;
inline constexpr size_t kMaxAnnotations = 64;
inline constexpr size_t kMaxAnnotationKeyBytes = 128;
inline constexpr size_t kMaxAnnotationValueBytes = 4096;
inline constexpr int kMaxBatchGet = 1000;
// What BatchGetProfiles answers at most: its reply is in memory twice.
inline constexpr size_t kMaxBatchGetBytes = size_t{64} << 20;
inline constexpr int kMaxPageSize = 1000;
inline constexpr int kDefaultPageSize = 50;
inline constexpr int kDefaultRankLimit = 20;
inline constexpr int kMaxReportedRows = 256;
// What FitProfile wants an adaptive profile to have seen, unless the request says.
inline constexpr int kFewestObserved = 30;

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_LIMITS_H_
