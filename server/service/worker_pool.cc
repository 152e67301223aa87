#include "server/service/worker_pool.h"

#include <utility>

namespace calibrd::service {

WorkerPool::WorkerPool(int threads, size_t queue_limit) : queue_limit_(queue_limit) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

WorkerPool::~WorkerPool() {
  Drain();
}

bool WorkerPool::Submit(std::function<void()> task) {
  {
    MutexLock lock(mutex_);
    if (draining_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(task));
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
  std::function<void()> task = std::move(queue_.front());
  queue_.pop_front();
  return task;
}

}  // namespace calibrd::service
