// The prediction sets of a reply, row by row.
//
//   const LabelSets sets(response);
//   if (!sets.empty()) for (const int32_t label : sets.Of(row)) …
//
// The response has to be checked (calibrated_rows.h) and has to outlive this. Safe to
// read from any thread.

#ifndef CALIBRD_CLIENT_CALIBCTL_LABEL_SETS_H_
#define CALIBRD_CLIENT_CALIBCTL_LABEL_SETS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "calibration/v1/calibration_service.pb.h"

namespace calibrd::calibctl {

class LabelSets {
 public:
  explicit LabelSets(const calibration::v1::CalibrateResponse& response)
      : labels_(response.set_labels().data(),
                static_cast<std::size_t>(response.set_labels_size())) {
    for (const int32_t size : response.set_sizes()) {
      sizes_.push_back(static_cast<std::size_t>(size));
      firsts_.push_back(end_);
      end_ += sizes_.back();
    }
  }

  // Whether the reply holds no sets: no coverage was asked for.
  bool empty() const { return sizes_.empty(); }

  // The labels of the set of `row`, the most probable first; a set may hold none.
  absl::Span<const int32_t> Of(std::size_t row) const {
    return labels_.subspan(firsts_[row], sizes_[row]);
  }

 private:
  absl::Span<const int32_t> labels_;
  std::vector<std::size_t> sizes_;
  std::vector<std::size_t> firsts_;
  std::size_t end_ = 0;
};

}  // namespace calibrd::calibctl

#endif  // CALIBRD_CLIENT_CALIBCTL_LABEL_SETS_H_
