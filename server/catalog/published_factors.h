// A short row of numbers that one thread changes while others read it.
//
//   PublishedFactors factors(initial);
//   factors.Publish(next);                       // one writer at a time
//   factors.Read(absl::MakeSpan(copy));          // any number of readers, at any time
//
// A reader never waits for a writer: there are two copies, and the writer changes the one
// that is not read. A reader that was overtaken by two changes reads again.
//
// Thread-safety: Read from any thread; calls of Publish take turns. Memory: 8 bytes a
// number.

#ifndef CALIBRD_SERVER_CATALOG_PUBLISHED_FACTORS_H_
#define CALIBRD_SERVER_CATALOG_PUBLISHED_FACTORS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/types/span.h"

namespace calibrd::catalog {

class PublishedFactors {
 public:
  explicit PublishedFactors(absl::Span<const float> initial)
      : size_(initial.size()),
        many_(2 * size_ > few_.size() ? new std::atomic<float>[2 * size_] : nullptr) {
    Publish(initial);
  }

  // `factors` hold as many numbers as the initial ones.
  void Publish(absl::Span<const float> factors) {
    const uint64_t next = version_.load(std::memory_order_relaxed) + 1;
    // Readers of the copy that is overwritten now see that a change was begun.
    begun_.store(next, std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_release);
    for (size_t i = 0; i < size_; ++i) {
      Copy(next)[i].store(factors[i], std::memory_order_relaxed);
    }
    version_.store(next, std::memory_order_release);
  }

  void Read(absl::Span<float> factors) const {
    while (true) {
      const uint64_t version = version_.load(std::memory_order_acquire);
      for (size_t i = 0; i < size_; ++i) {
        factors[i] = Copy(version)[i].load(std::memory_order_relaxed);
      }
      std::atomic_thread_fence(std::memory_order_acquire);
      // The copy is overwritten by the change after the next one.
      if (begun_.load(std::memory_order_relaxed) < version + 2) return;
    }
  }

 private:
  std::atomic<float>* Copy(uint64_t version) {
    return (many_ ? many_.get() : few_.data()) + (version % 2) * size_;
  }
  const std::atomic<float>* Copy(uint64_t version) const {
    return (many_ ? many_.get() : few_.data()) + (version % 2) * size_;
  }

  const size_t size_;
  std::atomic<uint64_t> begun_{0};
  std::atomic<uint64_t> version_{0};
  std::array<std::atomic<float>, 8> few_{};  // both copies, where they have room
  const std::unique_ptr<std::atomic<float>[]> many_;
};

}  // namespace calibrd::catalog

#endif  // CALIBRD_SERVER_CATALOG_PUBLISHED_FACTORS_H_
