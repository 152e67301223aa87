// Times of calls, counted in buckets that are at most 1/64 of their value wide.
//
//   LatencyHistogram histogram;
//   histogram.Add(absl::Microseconds(93));
//   absl::Duration p99 = histogram.Percentile(0.99);
//
// Thread-safety: none; each thread has its own, and Merge adds them up.

#ifndef CALIBRD_BENCH_LOAD_LATENCY_HISTOGRAM_H_
#define CALIBRD_BENCH_LOAD_LATENCY_HISTOGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace calibrd {

class LatencyHistogram {
 public:
  // Negative times count as 0; times over 18 minutes as 18 minutes.
  void Add(absl::Duration time);
  void Merge(const LatencyHistogram& other);

  int64_t count() const { return count_; }

  // The upper edge of the bucket that holds the time which the share `q`, 0 … 1, of the
  // calls did not exceed; zero where there were none.
  absl::Duration Percentile(double q) const;

 private:
  static constexpr int kBits = 6;  // buckets of an octave: 2^kBits
  static constexpr int kOctaves = 35;
  static constexpr size_t kBuckets = static_cast<size_t>(kOctaves) << kBits;

  static size_t BucketOf(uint64_t nanoseconds);
  static uint64_t UpperEdge(size_t bucket);

  std::array<int64_t, kBuckets> buckets_{};
  int64_t count_ = 0;
};

}  // namespace calibrd

#endif  // CALIBRD_BENCH_LOAD_LATENCY_HISTOGRAM_H_
