#include "server/catalog/epoch.h"

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace calibrd::catalog {
namespace {

// Counts itself while it lives.
struct Counted {
  explicit Counted(std::atomic<int>& count) : alive(count) { ++alive; }
  ~Counted() { --alive; }
  std::atomic<int>& alive;
};

TEST(Epoch, FreesAtOnceWhatNoReaderCanSee) {
  std::atomic<int> alive{0};
  Epoch epoch;
  epoch.Retire(std::make_unique<const Counted>(alive));
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(epoch.waiting(), 0u);
}

TEST(Epoch, KeepsWhatAReaderMaySeeUntilItLeaves) {
  std::atomic<int> alive{0};
  Epoch epoch;
  std::optional<Epoch::Pin> reader(epoch.Enter());
  epoch.Retire(std::make_unique<const Counted>(alive));
  EXPECT_EQ(alive, 1);
  reader.reset();
  epoch.Retire(std::make_unique<const Counted>(alive));
  EXPECT_EQ(alive, 0);
}

TEST(Epoch, AReaderThatCameLaterDoesNotKeepWhatWasRetiredBefore) {
  std::atomic<int> alive{0};
  Epoch epoch;
  std::optional<Epoch::Pin> early(epoch.Enter());
  epoch.Retire(std::make_unique<const Counted>(alive));
  const Epoch::Pin late = epoch.Enter();
  early.reset();
  epoch.Retire(std::make_unique<const Counted>(alive));
  EXPECT_EQ(alive, 1) << "only what was retired while the late reader was in";
}

TEST(Epoch, OneThreadMayHoldSeveralPins) {
  std::atomic<int> alive{0};
  Epoch epoch;
  std::vector<Epoch::Pin> pins;
  for (int i = 0; i < 10; ++i) pins.push_back(epoch.Enter());
  epoch.Retire(std::make_unique<const Counted>(alive));
  while (pins.size() > 1) pins.pop_back();
  epoch.Retire(std::make_unique<const Counted>(alive));
  EXPECT_EQ(alive, 2);
}

TEST(Epoch, FreesTheRestWhenItIsDestroyed) {
  std::atomic<int> alive{0};
  {
    Epoch epoch;
    const Epoch::Pin reader = epoch.Enter();
    epoch.Retire(std::make_unique<const Counted>(alive));
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

// Readers follow a pointer that a writer replaces all the time; freed memory would be
// seen by the sanitizers, and here by its wrong content.
TEST(Epoch, ReadersNeverSeeFreedObjects) {
  struct Pair {
    explicit Pair(int x) : a(x), b(-x) {}
    ~Pair() { a = b = 1; }
    int a;
    int b;
  };
  Epoch epoch;
  std::atomic<const Pair*> shared{new Pair(0)};
  std::atomic<bool> stop{false};
  std::atomic<int> torn{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!stop) {
        const Epoch::Pin pin = epoch.Enter();
        const Pair* pair = shared.load();
        torn += pair->a + pair->b != 0;
      }
    });
  }
  for (int i = 1; i <= 20'000; ++i) {
    epoch.Retire(std::unique_ptr<const Pair>(shared.exchange(new Pair(i))));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(torn, 0);
  delete shared.load();
}

}  // namespace
}  // namespace calibrd::catalog
