// Threads for work that blocks: disk, network, long fits. gRPC's own callback threads are
// few and answer the hot path, so nothing that waits may run on them.
//
//   WorkerPool pool(16, 1024);
//   if (!pool.Submit([=] { … })) …          // full: tell the caller to come back later
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
#include "server/mutex.h"

namespace calibrd::service {

class WorkerPool {
 public:
  // `threads` >= 1 run at once; `queue_limit` more tasks wait at most.
  WorkerPool(int threads, size_t queue_limit);
  ~WorkerPool();

  // Runs `task` on a thread of the pool; false, and `task` is dropped, where too many
  // wait or the pool is draining. A task must not throw.
  [[nodiscard]] bool Submit(std::function<void()> task);

  // Refuses new tasks, finishes the accepted ones, ends the threads.
  void Drain();

 private:
  void Work();
  // Waits for a task; empty where there will be none.
  std::function<void()> NextTask();

  const size_t queue_limit_;
  Mutex mutex_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::condition_variable_any news_;
  std::vector<std::thread> threads_;
};

}  // namespace calibrd::service

#endif  // CALIBRD_SERVER_SERVICE_WORKER_POOL_H_
