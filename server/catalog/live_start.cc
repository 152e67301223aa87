#include "server/catalog/live_start.h"

#include <cmath>
#include <optional>
#include <utility>

namespace calibrd::catalog {
namespace {

namespace proto = ::calibration::v1;

LiveStart::Adaptive AdaptiveOf(const proto::Profile& profile) {
  const proto::Adaptive& options = profile.options().adaptive();
  LiveStart::Adaptive adaptive;
  adaptive.options = {.prior_strength = options.prior_strength(),
                      .half_life_rows = options.half_life_rows(),
                      .min_rows = options.min_rows(),
                      .max_shift = options.max_shift(),
                      .paused = options.paused()};
  const auto& bias = profile.transform().bias();
  const auto& target = profile.options().target_prior();
  adaptive.bias.assign(bias.begin(), bias.end());
  adaptive.bias.resize(static_cast<size_t>(profile.label_count()));
  adaptive.log_prior = adaptive.bias;
  for (size_t k = 0; k < adaptive.bias.size(); ++k) {
    // b = ln pi - ln c.
    const double log_target =
        target.empty() ? 0.0 : std::log(target.Get(static_cast<int>(k)));
    adaptive.log_prior[k] = log_target - adaptive.bias[k];
  }
  return adaptive;
}

std::optional<RowSummary> SummaryOf(const proto::Reference::Summary& summary,
                                    int label_count) {
  return RowSummary::Restore(label_count, summary.row_count(), summary.numbers());
}

}  // namespace

std::unique_ptr<const LiveStart> LiveStartOf(const proto::Profile& profile) {
  const bool adaptive = profile.options().has_adaptive();
  const proto::Reference& reference = profile.reference();
  if (profile.label_count() > kMaxLiveLabels) return nullptr;
  if (!adaptive && !reference.has_input()) return nullptr;
  auto start = std::make_unique<LiveStart>();
  if (adaptive) start->adaptive = AdaptiveOf(profile);
  if (reference.has_input()) {
    auto input = SummaryOf(reference.input(), profile.label_count());
    auto output = SummaryOf(reference.output(), profile.label_count());
    if (input && output) start->drift = {*std::move(input), *std::move(output)};
  }
  return start;
}

SignalReference SignalReferenceOf(const proto::Profile& profile) {
  const proto::Reference& reference = profile.reference();
  return {static_cast<int32_t>(reference.content_free_rows()),
          static_cast<float>(reference.variance()),
          static_cast<float>(reference.degrees_of_freedom())};
}

}  // namespace calibrd::catalog
