#include "bench/load/latency_histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace calibrd {

// Below 2^kBits a bucket holds one value. Above, the octave of the value chooses 2^kBits
// buckets, and the bits after its first one choose among them.
size_t LatencyHistogram::BucketOf(uint64_t nanoseconds) {
  const int octave =
      std::max(0, static_cast<int>(std::bit_width(nanoseconds)) - 1 - kBits);
  const size_t bucket =
      (static_cast<size_t>(octave) << kBits) + static_cast<size_t>(nanoseconds >> octave);
  return std::min(bucket, kBuckets - 1);
}

uint64_t LatencyHistogram::UpperEdge(size_t bucket) {
  const size_t octave = std::max<size_t>(bucket >> kBits, 1) - 1;
  return ((bucket - (octave << kBits) + 1) << octave) - 1;
}

void LatencyHistogram::Add(absl::Duration time) {
  const int64_t nanoseconds = std::max<int64_t>(0, absl::ToInt64Nanoseconds(time));
  ++buckets_[BucketOf(static_cast<uint64_t>(nanoseconds))];
  ++count_;
}

void LatencyHistogram::Merge(const LatencyHistogram& other) {
  for (size_t i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
}

absl::Duration LatencyHistogram::Percentile(double q) const {
  const auto rank = std::max<int64_t>(
      1, static_cast<int64_t>(std::ceil(q * static_cast<double>(count_))));
  int64_t seen = 0;
  for (size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_[i];
    if (seen >= rank) return absl::Nanoseconds(UpperEdge(i));
  }
  return absl::ZeroDuration();
}

}  // namespace calibrd
