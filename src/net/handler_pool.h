// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "net/blocking_stream.h"

namespace penstock::net {

// Threads that run requests. One exists from the start; more are made when there is work for them,
// up to a limit, and end when they have been idle for a while. Thread-safe.
//
// Only one thread is being woken at a time, and it wakes the next if there is more to do: jobs that
// block soon have a thread each, while a burst of short ones is done by few threads, without a
// change of context for each job. The thread that went idle last is woken first, so that a small
// load keeps few threads, and those warm.
//
// A thread that waits for a slow peer does not count towards the limit, up to a limit of its own:
// slow peers must not keep others from being served.
class HandlerPool final : public PeerWaits {
 public:
  static base::Result<std::unique_ptr<HandlerPool>> Create(size_t max_threads,
                                                           std::chrono::milliseconds idle_end,
                                                           size_t max_waiting = 0);
  ~HandlerPool() override;  // runs what was submitted, then joins

  // Jobs beyond the threads wait in order; how many there can be is the caller's to bound.
  void Submit(std::function<void()> job);

  // Jobs are waiting for a thread: whoever holds one should not hold it idly.
  bool HasWaiting() const { return waiting_.load(std::memory_order_relaxed) > 0; }
  size_t thread_count() const;

  // By a thread of the pool: it will do nothing for a while, and is back.
  void BeginWait() override;
  void EndWait() override;

 private:
  struct Worker {
    std::thread thread;
    std::condition_variable wake;
    bool woken = false;
  };

  HandlerPool(size_t max_threads, std::chrono::milliseconds idle_end, size_t max_waiting)
      : max_threads_(max_threads), max_waiting_(max_waiting), idle_end_(idle_end) {}
  size_t ThreadLimit() const;
  void WakeOne();
  bool StartWorker();
  void Work(Worker* self);
  bool WaitForJob(Worker* self, std::unique_lock<std::mutex>& lock);
  void Retire(Worker* self);
  void JoinEnded();

  const size_t max_threads_;
  const size_t max_waiting_;
  const std::chrono::milliseconds idle_end_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<Worker*> idle_;                   // the last went idle last
  std::vector<std::unique_ptr<Worker>> ended_;  // to be joined
  std::deque<std::function<void()>> queue_;
  std::atomic<size_t> waiting_{0};  // queue_.size(), to be read without the mutex
  size_t waiting_for_peers_ = 0;
  bool waking_ = false;  // a thread has been woken or made and has not yet come
  bool stopping_ = false;
};

}  // namespace penstock::net
