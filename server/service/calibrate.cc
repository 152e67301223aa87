#include "server/service/calibrate.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "calibration/error.h"
#include "calibration/kernel.h"
#include "server/service/checks.h"

namespace calibrd::service {
namespace {

using proto::CalibrateRequest;
using proto::CalibrateResponse;

// Takes the k largest numbers of each row, the largest first.
class TopK {
 public:
  TopK(int label_count, int k)
      : q_(static_cast<size_t>(label_count)), order_(q_.size()), k_(k) {}

  // Where the next full row is to be written.
  absl::Span<float> row() { return absl::MakeSpan(q_); }

  void Append(CalibrateResponse& response) {
    std::iota(order_.begin(), order_.end(), 0);
    std::partial_sort(order_.begin(), order_.begin() + k_, order_.end(),
                      [this](int a, int b) { return Before(a, b); });
    for (int i = 0; i < k_; ++i) {
      const int label = order_[static_cast<size_t>(i)];
      response.add_indices(label);
      response.add_probabilities(q_[static_cast<size_t>(label)]);
    }
  }

 private:
  bool Before(int a, int b) const {
    const float p = q_[static_cast<size_t>(a)];
    const float q = q_[static_cast<size_t>(b)];
    return p != q ? p > q : a < b;
  }

  std::vector<float> q_;
  std::vector<int> order_;
  const int k_;
};

absl::Status CheckTopK(int top_k, int label_count) {
  if (top_k >= 0 && top_k <= label_count) return absl::OkStatus();
  return InvalidField(
      reason::kInvalidArgument, "top_k",
      absl::StrCat("top_k is ", top_k, "; it has to be 0 (all) to K = ", label_count));
}

}  // namespace

absl::StatusOr<CalibrateCounts> Calibrate(const CalibrateRequest& request,
                                          const catalog::ServedProfile& profile,
                                          const Limits& limits,
                                          CalibrateResponse& response) {
  const int k = profile.kernel.label_count();
  if (absl::Status s = CheckTopK(request.top_k(), k); !s.ok()) return s;
  absl::StatusOr<Rows> rows =
      RowsView(request.rows(), "rows", k, profile.labels(), limits);
  if (!rows.ok()) return rows.status();

  CalibrateCounts counts{rows->count(), 0};
  const bool all = request.top_k() == 0;
  TopK top(all ? 0 : k, request.top_k());
  const auto n = static_cast<int>(rows->count());
  if (all) response.mutable_probabilities()->Resize(n * k, 0.0f);
  response.mutable_best()->Reserve(n);
  for (int i = 0; i < n; ++i) {
    const absl::Span<const float> row = rows->row(i);
    const absl::Span<float> q =
        all ? absl::MakeSpan(response.mutable_probabilities()->mutable_data() +
                                 static_cast<ptrdiff_t>(i) * k,
                             static_cast<size_t>(k))
            : top.row();
    profile.kernel.Apply(row, rows->scale, q);
    const int best = BestLabel(q);
    counts.decisions_changed += best != BestLabel(row);
    response.add_best(best);
    if (!all) top.Append(response);
  }
  if (request.include_label_names() && !profile.labels().empty()) {
    for (const int best : response.best()) {
      response.add_best_names(profile.labels()[static_cast<size_t>(best)]);
    }
  }
  response.set_revision(profile.revision);
  return counts;
}

}  // namespace calibrd::service
