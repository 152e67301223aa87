#include "server/service/calibrate.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "calibration/conformal.h"
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

// Corrects one row after the other, each with what was known before it.
class Corrector {
 public:
  Corrector(const catalog::ServedProfile& profile, catalog::LiveStatistics* live,
            bool observe, CalibrateCounts& counts)
      : kernel_(profile.kernel), live_(live), observe_(observe), counts_(counts) {
    if (live != nullptr) live->Prefetch();
    if (live != nullptr && live->adaptive()) {
      factors_.resize(static_cast<size_t>(kernel_.label_count()));
    }
  }

  void operator()(absl::Span<const float> row, Scale scale, absl::Span<float> q) {
    if (factors_.empty()) {
      kernel_.Apply(row, scale, q);
    } else {
      live_->ReadFactors(absl::MakeSpan(factors_));
      Kernel::ApplyFactors(factors_, row, scale, q);
    }
    if (live_ == nullptr || !observe_) return;
    const bool observed = live_->Observe(row, scale, q);
    ++(observed ? counts_.rows_observed : counts_.rows_left_out);
  }

 private:
  const Kernel& kernel_;
  catalog::LiveStatistics* const live_;
  const bool observe_;
  CalibrateCounts& counts_;
  absl::InlinedVector<float, 64> factors_;  // empty: not adaptive
};

// Makes the prediction sets of a call.
class SetMaker {
 public:
  // `coverage` 0: there are none to make.
  static absl::StatusOr<SetMaker> Make(double coverage,
                                       const catalog::ServedProfile& profile) {
    SetMaker maker;
    if (coverage == 0) return maker;
    if (absl::Status s = CheckCoverage(coverage); !s.ok()) return s;
    if (profile.sets == nullptr) {
      return Error(absl::StatusCode::kFailedPrecondition, reason::kNoPredictionSets,
                   absl::StrCat("the profile ", profile.name,
                                " has no prediction sets; "
                                "fit it with labelled rows and options.prediction_sets"))
          .Field("coverage")
          .Meta("name", profile.name);
    }
    absl::StatusOr<double> threshold = Threshold(*profile.sets, coverage);
    if (!threshold.ok()) return threshold.status();
    maker.score_ = profile.sets->score;
    maker.threshold_ = *threshold;
    maker.labels_.resize(static_cast<size_t>(profile.kernel.label_count()));
    return maker;
  }

  void Append(absl::Span<const float> q, CalibrateResponse& response) {
    const int size = PredictionSet(score_, q, threshold_, absl::MakeSpan(labels_));
    response.add_set_sizes(size);
    for (int i = 0; i < size; ++i) {
      response.add_set_labels(labels_[static_cast<size_t>(i)]);
    }
  }

 private:
  ConformalScore score_ = ConformalScore::kLac;
  double threshold_ = 0;
  std::vector<int> labels_;
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
                                          catalog::LiveRegistry* registry,
                                          const Limits& limits,
                                          CalibrateResponse& response) {
  const int k = profile.kernel.label_count();
  if (absl::Status s = CheckTopK(request.top_k(), k); !s.ok()) return s;
  absl::StatusOr<Rows> rows =
      RowsView(request.rows(), "rows", k, profile.labels(), limits);
  if (!rows.ok()) return rows.status();

  absl::StatusOr<SetMaker> sets = SetMaker::Make(request.coverage(), profile);
  if (!sets.ok()) return sets.status();

  CalibrateCounts counts{.rows = rows->count()};
  const bool observe = !request.do_not_observe();
  catalog::LiveStatistics* live = nullptr;
  if (registry != nullptr) {
    live = observe ? registry->Of(profile) : profile.live.load(std::memory_order_acquire);
  }
  Corrector correct(profile, live, observe, counts);
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
    correct(row, rows->scale, q);
    const int best = BestLabel(q);
    counts.decisions_changed += best != BestLabel(row);
    response.add_best(best);
    if (!all) top.Append(response);
    if (request.coverage() != 0) sets->Append(q, response);
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
