#include "server/telemetry/counters.h"

#include <algorithm>
#include <limits>

namespace calibrd::telemetry {

size_t StripeOfThisThread() {
  static std::atomic<size_t> threads{0};
  thread_local const size_t stripe =
      threads.fetch_add(1, std::memory_order_relaxed) % kStripes;
  return stripe;
}

uint64_t Counter::Value() const {
  uint64_t sum = 0;
  for (const Cell& cell : cells_) sum += cell.count.load(std::memory_order_relaxed);
  return sum;
}

void Histogram::Observe(absl::Duration duration) {
  const double seconds = absl::ToDoubleSeconds(duration);
  const auto bucket = static_cast<size_t>(
      std::lower_bound(kBounds.begin(), kBounds.end(), seconds) - kBounds.begin());
  Stripe& stripe = stripes_[StripeOfThisThread()];
  stripe.buckets[bucket].fetch_add(1, std::memory_order_relaxed);
  stripe.nanoseconds.fetch_add(absl::ToInt64Nanoseconds(duration),
                               std::memory_order_relaxed);
}

prometheus::ClientMetric::Histogram Histogram::Value() const {
  prometheus::ClientMetric::Histogram value;
  for (size_t i = 0; i <= kBounds.size(); ++i) {
    for (const Stripe& stripe : stripes_) {
      value.sample_count += stripe.buckets[i].load(std::memory_order_relaxed);
    }
    const double bound =
        i < kBounds.size() ? kBounds[i] : std::numeric_limits<double>::infinity();
    value.bucket.push_back({value.sample_count, bound});
  }
  for (const Stripe& stripe : stripes_) {
    value.sample_sum +=
        1e-9 * static_cast<double>(stripe.nanoseconds.load(std::memory_order_relaxed));
  }
  return value;
}

}  // namespace calibrd::telemetry
