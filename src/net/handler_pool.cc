// SPDX-License-Identifier: Apache-2.0
#include "net/handler_pool.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace penstock::net {

base::Result<std::unique_ptr<HandlerPool>> HandlerPool::Create(size_t max_threads,
                                                               std::chrono::milliseconds idle_end,
                                                               size_t max_waiting) {
  std::unique_ptr<HandlerPool> pool(
      new HandlerPool(std::max<size_t>(max_threads, 1), idle_end, max_waiting));
  std::unique_lock lock(pool->mutex_);
  bool started = pool->StartWorker();
  lock.unlock();
  if (!started) return base::Fail(base::Code::kResourceExhausted, "cannot start a thread");
  return pool;
}

HandlerPool::~HandlerPool() {
  std::vector<std::unique_ptr<Worker>> workers;
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    for (Worker* worker : idle_) worker->wake.notify_one();
    // Workers that end now leave workers_ alone, so the threads can be joined without the mutex.
    workers.swap(workers_);
    for (auto& worker : ended_) workers.push_back(std::move(worker));
    ended_.clear();
  }
  for (auto& worker : workers) worker->thread.join();
}

size_t HandlerPool::thread_count() const {
  std::unique_lock lock(mutex_);
  return workers_.size();
}

void HandlerPool::Submit(std::function<void()> job) {
  std::unique_lock lock(mutex_);
  JoinEnded();
  queue_.push_back(std::move(job));
  waiting_.store(queue_.size(), std::memory_order_relaxed);
  WakeOne();
}

void HandlerPool::BeginWait() {
  std::unique_lock lock(mutex_);
  ++waiting_for_peers_;
  WakeOne();
}

void HandlerPool::EndWait() {
  std::unique_lock lock(mutex_);
  --waiting_for_peers_;
}

size_t HandlerPool::ThreadLimit() const {
  return max_threads_ + std::min(waiting_for_peers_, max_waiting_);
}

void HandlerPool::WakeOne() {
  // When stopping all are awake, and the destructor would miss a new one.
  if (waking_ || queue_.empty() || stopping_) return;
  if (!idle_.empty()) {
    Worker* worker = idle_.back();
    idle_.pop_back();
    worker->woken = true;
    worker->wake.notify_one();
    waking_ = true;
  } else if (workers_.size() < ThreadLimit()) {
    // Where the system gives no more threads, those that exist get to the job later.
    StartWorker();
  }
}

bool HandlerPool::StartWorker() {
  auto worker = std::make_unique<Worker>();
  Worker* self = worker.get();
  try {
    // The mutex is held, so the thread cannot look at `self` before it is complete.
    self->thread = std::thread([this, self] { Work(self); });
  } catch (const std::system_error&) {
    return false;
  }
  workers_.push_back(std::move(worker));
  waking_ = true;
  return true;
}

void HandlerPool::Work(Worker* self) {
  std::unique_lock lock(mutex_);
  waking_ = false;
  while (WaitForJob(self, lock)) {
    std::function<void()> job = std::move(queue_.front());
    queue_.pop_front();
    waiting_.store(queue_.size(), std::memory_order_relaxed);
    WakeOne();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

// Waits until the queue has a job; false when the thread is to end.
bool HandlerPool::WaitForJob(Worker* self, std::unique_lock<std::mutex>& lock) {
  while (queue_.empty()) {
    if (stopping_) return false;
    self->woken = false;
    idle_.push_back(self);
    auto woken = [&] { return self->woken || stopping_; };
    // The last thread stays.
    bool in_time = self->wake.wait_for(lock, idle_end_, woken);
    if (!in_time && workers_.size() == 1) self->wake.wait(lock, woken);
    if (self->woken) {
      waking_ = false;
      continue;
    }
    std::erase(idle_, self);
    if (stopping_) continue;
    Retire(self);
    return false;
  }
  return true;
}

void HandlerPool::Retire(Worker* self) {
  auto entry = std::find_if(workers_.begin(), workers_.end(),
                            [&](const auto& worker) { return worker.get() == self; });
  ended_.push_back(std::move(*entry));
  workers_.erase(entry);
}

// Threads in ended_ have nothing left to do but return, so joining them with the mutex held is
// short.
void HandlerPool::JoinEnded() {
  for (auto& worker : ended_) worker->thread.join();
  ended_.clear();
}

}  // namespace penstock::net
