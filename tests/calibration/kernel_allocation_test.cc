// Kernel::Apply allocates nothing for K <= 64, and PredictionSet nothing at all: the
// contract of the hot path.
//
// Counts by operator new, and by malloc through the linker's --wrap (Eigen calls it).

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

#include "calibration/conformal.h"
#include "tests/calibration/short_forms.h"

namespace {
int allocations = 0;  // the tests have one thread
}  // namespace

extern "C" {
void* __real_malloc(size_t size);   // NOLINT: the linker's name
void* __wrap_malloc(size_t size) {  // NOLINT
  ++allocations;
  return __real_malloc(size);
}
}

void* operator new(size_t size) {
  if (void* memory = malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  free(memory);
}

namespace calibrd {
namespace {

int AllocationsOfApply(const Transform& transform, Scale scale) {
  const Kernel kernel = Kernel::Compile(transform);
  const std::vector<float> row(static_cast<size_t>(transform.label_count), 0.5f);
  std::vector<float> q(row.size());
  const int before = allocations;
  kernel.Apply(row, scale, absl::MakeSpan(q));
  return allocations - before;
}

Transform Make(int k, Transform::Input input, int weights, double bias) {
  Transform transform{.label_count = k, .input = input};
  transform.weights.assign(static_cast<size_t>(weights), 0.5);
  transform.bias.assign(static_cast<size_t>(k), 0.0);
  transform.bias[0] = bias;
  return transform;
}

TEST(KernelApply, AllocatesNothingUpTo64Labels) {
  for (const int k : {2, 63, 64}) {
    for (const auto input :
         {Transform::Input::kProbability, Transform::Input::kLogProbability}) {
      for (const int weights : {0, 1, k, k * k}) {
        for (const double bias : {1.0, 700.0}) {
          for (const Scale scale : {Scale::kProbability, Scale::kLogProbability}) {
            EXPECT_EQ(AllocationsOfApply(Make(k, input, weights, bias), scale), 0)
                << k << " labels, " << weights << " weights";
          }
        }
      }
    }
  }
}

TEST(KernelApply, AllocatesNothingForMapsUpTo64Labels) {
  for (const int k : {2, 64}) {
    Transform transform{.label_count = k, .input = Transform::Input::kProbability};
    transform.maps.resize(static_cast<size_t>(k), {.x = {0, 1}, .y = {0, 1}});
    for (const Scale scale : {Scale::kProbability, Scale::kLogProbability}) {
      EXPECT_EQ(AllocationsOfApply(transform, scale), 0) << k << " labels";
    }
  }
}

TEST(KernelApply, IsSeenToAllocateAboveThat) {
  EXPECT_GE(AllocationsOfApply(Make(65, Transform::Input::kProbability, 65, 0),
                               Scale::kProbability),
            1);
}

TEST(PredictionSet, AllocatesNothing) {
  for (const size_t k : {2u, 64u, 1000u}) {
    const std::vector<float> row(k, 1 / static_cast<float>(k));
    std::vector<int> set(k);
    for (const ConformalScore score : {ConformalScore::kLac, ConformalScore::kAps}) {
      const int before = allocations;
      PredictionSet(score, row, 0.5, absl::MakeSpan(set));
      EXPECT_EQ(allocations, before) << k << " labels";
    }
  }
}

}  // namespace
}  // namespace calibrd
