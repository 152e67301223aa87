#include "server/service/worker_pool.h"

#include <utility>

#include "calibration/error.h"

namespace calibrd::service {

absl::Status Overloaded() {
  return Error(absl::StatusCode::kResourceExhausted, reason::kOverloaded,
               "too many calls wait for a worker; try again later");
}

WorkerPool::WorkerPool(int threads, QueueLimits limits) : limits_(limits) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  Drain();
}

bool WorkerPool::Submit(size_t bytes, std::function<void()> task) {
  {
    MutexLock lock(mutex_);
    if (draining_ || queue_.size() >= limits_.tasks) return false;
    if (!queue_.empty() && queued_bytes_ + bytes > limits_.bytes) return false;
    queue_.push_back({bytes, std::move(task)});
    queued_bytes_ += bytes;
  }
  news_.notify_one();
  return true;
}

void WorkerPool::Drain() {
  {
    MutexLock lock(mutex_);
    draining_ = true;
  }
  news_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WorkerPool::Work() {
  while (const std::function<void()> task = NextTask()) task();
}

std::function<void()> WorkerPool::NextTask() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !draining_) news_.wait(mutex_);
  if (queue_.empty()) return nullptr;
  Waiting next = std::move(queue_.front());
  queue_.pop_front();
  queued_bytes_ -= next.bytes;
  return std::move(next.task);
}

}  // namespace calibrd::service
