#include "server/service/ranking.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "calibration/error.h"
#include "server/service/limits.h"
#include "server/service/resource_name.h"

namespace calibrd::service {
namespace {

namespace proto = ::calibration::v1;
using proto::LiveStatistics;
using proto::RankProfilesRequest;

// How badly off a profile is; nullopt where it has not the figure in question.
std::optional<double> BadnessOf(const LiveStatistics& live,
                                RankProfilesRequest::Order order) {
  switch (order) {
    case RankProfilesRequest::ORDER_INPUT_DRIFT:
      if (live.has_drift()) return live.drift().input().population_stability_index();
      break;
    case RankProfilesRequest::ORDER_OUTPUT_DRIFT:
      if (live.has_drift()) return live.drift().output().population_stability_index();
      break;
    case RankProfilesRequest::ORDER_SIGNAL:
      if (live.has_signal()) return -live.signal().ratio();
      break;
    case RankProfilesRequest::ORDER_SHIFT:
      if (live.has_adaptive()) return live.adaptive().shift();
      break;
    default:
      break;
  }
  return std::nullopt;
}

struct Ranked {
  double badness;
  proto::Profile profile;

  bool operator<(const Ranked& other) const {
    if (badness != other.badness) return badness > other.badness;
    return profile.name() < other.profile.name();
  }
};

// Keeps the `limit` worst, as a heap with the best of them on top.
void Keep(Ranked ranked, size_t limit, std::vector<Ranked>& worst) {
  if (worst.size() == limit && !(ranked < worst.front())) return;
  if (worst.size() == limit) {
    std::pop_heap(worst.begin(), worst.end());
    worst.pop_back();
  }
  worst.push_back(std::move(ranked));
  std::push_heap(worst.begin(), worst.end());
}

}  // namespace

absl::Status Rank(const RankProfilesRequest& request, catalog::LiveRegistry& registry,
                  proto::RankProfilesResponse& reply) {
  if (!RankProfilesRequest::Order_IsValid(request.order_by()) ||
      request.order_by() == RankProfilesRequest::ORDER_UNSPECIFIED) {
    return InvalidField(reason::kInvalidArgument, "order_by",
                        "the order is required, such as ORDER_INPUT_DRIFT");
  }
  if (request.limit() < 0) {
    return InvalidField(reason::kInvalidArgument, "limit",
                        absl::StrCat("limit is ", request.limit(), "; it has to be 0 (",
                                     kDefaultRankLimit, ") or more"));
  }
  const int limit =
      request.limit() == 0 ? kDefaultRankLimit : std::min(request.limit(), kMaxPageSize);
  std::vector<Ranked> worst;
  registry.ForEach([&](catalog::LiveStatistics& live) {
    if (!request.parent().empty() && ParentOf(live.name()) != request.parent()) return;
    LiveStatistics figures = live.Describe();
    const std::optional<double> badness = BadnessOf(figures, request.order_by());
    if (!badness) return;
    Ranked ranked{*badness, {}};
    ranked.profile.set_name(live.name());
    ranked.profile.set_revision(live.revision());
    ranked.profile.set_active(true);
    if (figures.has_adaptive()) figures.mutable_adaptive()->clear_prior();
    *ranked.profile.mutable_live() = std::move(figures);
    Keep(std::move(ranked), static_cast<size_t>(limit), worst);
  });
  std::sort(worst.begin(), worst.end());
  for (Ranked& ranked : worst) *reply.add_profiles() = std::move(ranked.profile);
  return absl::OkStatus();
}

}  // namespace calibrd::service
