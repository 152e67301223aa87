// Random numbers that are the same on every platform, compiler and day.
//
//   Random random(seed, /*stream=*/7);
//   uint64_t row = random.Below(n);   // 0 … n-1, each as likely
//   double u = random.Unit();         // [0, 1), in steps of 2^-53
//
// SplitMix64 (Steele, Lea, Flood 2014). The distributions of <random> differ
// from library to library, so they are not used. Streams of one seed start at unrelated
// points: work that is split over streams gives the same numbers in any order.
//
// Thread-safety: a value; not to be shared while drawing.

#ifndef CALIBRD_CALIBRATION_RANDOM_H_
#define CALIBRD_CALIBRATION_RANDOM_H_

#include <cstdint>

namespace calibrd {

class Random {
 public:
  explicit Random(uint64_t seed, uint64_t stream = 0)
      : state_(Mix(seed) ^ Mix(~stream)) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15); }

  // A number below `bound`, which is 1 … 2^32. Without division but for the rare draw
  // that has to be repeated (Lemire 2019, algorithm 5).
  uint64_t Below(uint64_t bound) {
    uint64_t product = (Next() >> 32) * bound;
    if (static_cast<uint32_t>(product) < bound) {
      const uint64_t too_many = (uint64_t{1} << 32) % bound;
      while (static_cast<uint32_t>(product) < too_many) product = (Next() >> 32) * bound;
    }
    return product >> 32;
  }

  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  static uint64_t Mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

  uint64_t state_;
};

}  // namespace calibrd

#endif  // CALIBRD_CALIBRATION_RANDOM_H_
