#include "server/service/worker_pool.h"

#include <atomic>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
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
  absl::BlockingCounter all_running(4);
  absl::Notification go;
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(pool.Submit([&] {
      all_running.DecrementCount();
      go.WaitForNotification();
    }));
  }
  all_running.Wait();  // would never end with fewer threads
  go.Notify();
  pool.Drain();
  EXPECT_FALSE(pool.Submit([] {}));
}

TEST(WorkerPool, RefusesWhatItCannotQueue) {
  WorkerPool pool(1, 2);
  absl::Notification running;
  absl::Notification go;
  std::atomic<int> ran{0};
  ASSERT_TRUE(pool.Submit([&] {
    running.Notify();
    go.WaitForNotification();
  }));
  running.WaitForNotification();
  EXPECT_TRUE(pool.Submit([&] { ++ran; }));
  EXPECT_TRUE(pool.Submit([&] { ++ran; }));
  EXPECT_FALSE(pool.Submit([&] { ++ran; }));
  go.Notify();
  pool.Drain();
  EXPECT_EQ(ran, 2);
}

}  // namespace
}  // namespace calibrd::service
