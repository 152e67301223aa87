#include "server/service/worker_pool.h"

#include <atomic>
#include <latch>

#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

TEST(WorkerPool, RunsEveryTaskThatItTook) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(3, 1000);
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.Submit([&] { ++ran; }));
    pool.Drain();
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkerPool, RunsAsManyTasksAtOnceAsItHasThreads) {
  WorkerPool pool(4, 10);
  std::latch all_running(4);
  std::latch go(1);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(pool.Submit([&] {
      all_running.count_down();
      go.wait();
    }));
  }
  all_running.wait();  // would never end with fewer threads
  go.count_down();
  pool.Drain();
  EXPECT_FALSE(pool.Submit([] {}));
}

TEST(WorkerPool, RefusesWhatItCannotQueue) {
  WorkerPool pool(1, 2);
  std::latch running(1);
  std::latch go(1);
  std::atomic<int> ran{0};
  ASSERT_TRUE(pool.Submit([&] {
    running.count_down();
    go.wait();
  }));
  running.wait();
  EXPECT_TRUE(pool.Submit([&] { ++ran; }));
  EXPECT_TRUE(pool.Submit([&] { ++ran; }));
  EXPECT_FALSE(pool.Submit([&] { ++ran; }));
  go.count_down();
  pool.Drain();
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace calibrd::service
