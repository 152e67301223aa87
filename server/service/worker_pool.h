// Threads for work that blocks: disk, network, long fits. gRPC's own callback threads are
// few and answer the hot path, so nothing that waits may run on them.
//
//   WorkerPool pool(16, {.tasks = 1024, .bytes = 256 << 20});
//   if (!pool.Submit(bytes, [=] { … })) …   // full: tell the caller to come back later
//   pool.Drain();                           // runs what was accepted, then stops
//
// Thread-safety: Submit from any thread; Drain once, by the owner.

#ifndef CALIBRD_SERVER_SERVICE_WORKER_POOL_H_
#define CALIBRD_SERVER_SERVICE_WORKER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "server/mutex.h"

namespace calibrd::service {

// What to tell a caller whose task was not taken.
absl::Status Overloaded();

class WorkerPool {
 public:
  // What may wait. One task may, whatever its size.
  struct QueueLimits {
    size_t tasks;
    size_t bytes;  // that the waiting tasks keep in memory, by what Submit was told
  };

  // `threads` >= 1 run at once.
  WorkerPool(int threads, QueueLimits limits);
  ~WorkerPool();

  // Runs `task`, which keeps `bytes` in memory, on a thread of the pool; false, and
  // `task` is dropped, where too much waits or the pool is draining. A task must not
  // throw.
  [[nodiscard]] bool Submit(size_t bytes, std::function<void()> task);

  // Refuses new tasks, finishes the accepted ones, ends the threads.
  void Drain();

 private:
  struct Waiting {
    size_t bytes;
    std::function<void()> task;
  };

  void Work();
  // Waits for a task; empty where there will be none.
  std::function<void()> NextTask();

  const QueueLimits limits_;
  Mutex mutex_;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  size_t queued_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::condition_variable_any news_;
  std::vector<std::thread> threads_;
};

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_WORKER_POOL_H_
