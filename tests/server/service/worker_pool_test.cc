#include "server/service/worker_pool.h"

#include <atomic>
#include <latch>

#include "gtest/gtest.h"

namespace calibrd::service {
namespace {

TEST(WorkerPool, RunsEveryTaskThatItTook) {
  std::atomic<int> ran{0};
  {
    WorkerPool pool(3, {.tasks = 1000, .bytes = 0});
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.Submit(0, [&] { ++ran; }));
    pool.Drain();
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkerPool, RunsAsManyTasksAtOnceAsItHasThreads) {
  WorkerPool pool(4, {.tasks = 10, .bytes = 0});
  std::latch all_running(4);
  std::latch go(1);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(pool.Submit(0, [&] {
      all_running.count_down();
      go.wait();
    }));
  }
  all_running.wait();  // would never end with fewer threads
  go.count_down();
  pool.Drain();
  EXPECT_FALSE(pool.Submit(0, [] {}));
}

TEST(WorkerPool, RefusesWhatItCannotQueue) {
  WorkerPool pool(1, {.tasks = 2, .bytes = 0});
  std::latch running(1);
  std::latch go(1);
  std::atomic<int> ran{0};
  ASSERT_TRUE(pool.Submit(0, [&] {
    running.count_down();
    go.wait();
  }));
  running.wait();
  EXPECT_TRUE(pool.Submit(0, [&] { ++ran; }));
  EXPECT_TRUE(pool.Submit(0, [&] { ++ran; }));
  EXPECT_FALSE(pool.Submit(0, [&] { ++ran; }));
  go.count_down();
  pool.Drain();
  EXPECT_EQ(ran, 2);
}

TEST(WorkerPool, RefusesWhatWouldKeepTooManyBytesWaiting) {
  WorkerPool pool(1, {.tasks = 10, .bytes = 100});
  std::latch running(1);
  std::latch go(1);
  std::atomic<int> ran{0};
  ASSERT_TRUE(pool.Submit(1000, [&] {
    running.count_down();
    go.wait();
  }));
  running.wait();
  // The running one counts no longer, and the first that waits may have any size.
  EXPECT_TRUE(pool.Submit(60, [&] { ++ran; }));
  EXPECT_FALSE(pool.Submit(41, [&] { ++ran; }));
  EXPECT_TRUE(pool.Submit(40, [&] { ++ran; }));
  EXPECT_FALSE(pool.Submit(1, [&] { ++ran; }));
  go.count_down();
  pool.Drain();
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace calibrd::service
