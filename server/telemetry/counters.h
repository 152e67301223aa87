// Counters for the hot path: many threads add, a scrape adds the parts up.
//
//   Counter rows;
//   rows.Add(32);                    // any thread; no lock, no shared cache line
//   uint64_t total = rows.Value();   // at scrape
//
//   Histogram seconds;               // buckets from 50 µs to 5 s
//   seconds.Observe(absl::Microseconds(80));
//
// prometheus-cpp's own counters and histograms are not used here, as Histogram::Observe
// takes a mutex and Family::Add locks a map. Each of these is striped: a thread always
// adds to the same stripe, which it shares with few others.
//
// Thread-safety: all methods, from any thread. A Value() that is read while others add is
// some value between before and after.

#ifndef CALIBRD_SERVER_TELEMETRY_COUNTERS_H_
#define CALIBRD_SERVER_TELEMETRY_COUNTERS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "prometheus/client_metric.h"

namespace calibrd::telemetry {

inline constexpr size_t kStripes = 16;
inline constexpr size_t kCacheLine = 64;

// The stripe of this thread, 0 … kStripes-1.
size_t StripeOfThisThread();

class Counter {
 public:
  void Add(uint64_t n = 1) {
    cells_[StripeOfThisThread()].count.fetch_add(n, std::memory_order_relaxed);
  }
  uint64_t Value() const;

 private:
  struct alignas(kCacheLine) Cell {
    std::atomic<uint64_t> count{0};
  };
  std::array<Cell, kStripes> cells_;
};

class Histogram {
 public:
  // Upper bounds of the buckets in seconds; a last one, +Inf, follows.
  static constexpr std::array<double, 16> kBounds = {
      0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
      0.025,   0.05,   0.1,     0.25,   0.5,   1,      2.5,   5};

  void Observe(absl::Duration duration);
  // Cumulative buckets, count and sum in seconds, as Prometheus wants them.
  prometheus::ClientMetric::Histogram Value() const;

 private:
  struct alignas(kCacheLine) Stripe {
    std::array<std::atomic<uint64_t>, kBounds.size() + 1> buckets{};
    std::atomic<int64_t> nanoseconds{0};
  };
  std::array<Stripe, kStripes> stripes_;
};

}  // namespace calibrd::telemetry

#endif  // CALIBRD_SERVER_TELEMETRY_COUNTERS_H_
