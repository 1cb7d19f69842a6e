// SPDX-License-Identifier: Apache-2.0
#include "net/handler_pool.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace penstock::net {

base::Result<std::unique_ptr<HandlerPool>> HandlerPool::Create(size_t max_threads,
                                                               std::chrono::milliseconds idle_end) {
  std::unique_ptr<HandlerPool> pool(new HandlerPool(std::max<size_t>(max_threads, 1), idle_end));
  std::function<void()> nothing = [] {};
  std::unique_lock lock(pool->mutex_);
  bool started = pool->StartWorker(nothing);
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
  if (!idle_.empty()) {
    Worker* worker = idle_.back();
    idle_.pop_back();
    worker->job = std::move(job);
    worker->wake.notify_one();
    return;
  }
  // Where the system gives no more threads, those that exist get to the job later.
  if (workers_.size() < max_threads_ && StartWorker(job)) return;
  queue_.push_back(std::move(job));
  waiting_.store(queue_.size(), std::memory_order_relaxed);
}

// Takes the job only when the thread has started.
bool HandlerPool::StartWorker(std::function<void()>& job) {
  auto worker = std::make_unique<Worker>();
  Worker* self = worker.get();
  try {
    // The mutex is held, so the thread cannot look at `self` before it is complete.
    self->thread = std::thread([this, self] { Work(self); });
  } catch (const std::system_error&) {
    return false;
  }
  self->job = std::move(job);
  workers_.push_back(std::move(worker));
  return true;
}

void HandlerPool::Work(Worker* self) {
  std::unique_lock lock(mutex_);
  do {
    std::function<void()> job = std::exchange(self->job, nullptr);
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  } while (NextJob(self, lock));
}

// Waits until self->job is set; false when the thread is to end.
bool HandlerPool::NextJob(Worker* self, std::unique_lock<std::mutex>& lock) {
  if (!queue_.empty()) {
    self->job = std::move(queue_.front());
    queue_.pop_front();
    waiting_.store(queue_.size(), std::memory_order_relaxed);
    return true;
  }
  if (stopping_) return false;
  idle_.push_back(self);
  auto woken = [&] { return self->job != nullptr || stopping_; };
  // The last thread stays.
  if (!self->wake.wait_for(lock, idle_end_, woken) && workers_.size() == 1) {
    self->wake.wait(lock, woken);
  }
  if (self->job != nullptr) return true;
  std::erase(idle_, self);
  if (stopping_) return false;
  auto entry = std::find_if(workers_.begin(), workers_.end(),
                            [&](const auto& worker) { return worker.get() == self; });
  ended_.push_back(std::move(*entry));
  workers_.erase(entry);
  return false;
}

// Threads in ended_ have nothing left to do but return, so joining them with the mutex held is
// short.
void HandlerPool::JoinEnded() {
  for (auto& worker : ended_) worker->thread.join();
  ended_.clear();
}

}  // namespace penstock::net
