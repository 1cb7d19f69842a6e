// SPDX-License-Identifier: Apache-2.0
#include "store/drives/io_pool.h"

#include <utility>

namespace penstock::store {

struct IoPool::Round {
  std::vector<std::function<void()>> jobs;
  std::mutex mutex;
  std::condition_variable done;
  size_t begun = 0;
  size_t ended = 0;
};

IoPool::IoPool(size_t threads) {
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

IoPool::~IoPool() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void IoPool::RunAll(std::vector<std::function<void()>> jobs) {
  if (jobs.empty()) return;
  auto round = std::make_shared<Round>();
  round->jobs = std::move(jobs);
  {
    std::lock_guard lock(mutex_);
    // One entry for each job that a thread may take; the caller takes one itself.
    for (size_t i = 1; i < round->jobs.size(); ++i) rounds_.push_back(round);
  }
  changed_.notify_all();
  Help(*round);
  std::unique_lock lock(round->mutex);
  round->done.wait(lock, [&] { return round->ended == round->jobs.size(); });
}

// Takes jobs of the round as long as there are any.
void IoPool::Help(Round& round) {
  std::unique_lock lock(round.mutex);
  while (round.begun < round.jobs.size()) {
    std::function<void()>& job = round.jobs[round.begun++];
    lock.unlock();
    job();
    lock.lock();
    if (++round.ended == round.jobs.size()) round.done.notify_all();
  }
}

void IoPool::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stop_ || !rounds_.empty(); });
    if (stop_) return;
    std::shared_ptr<Round> round = std::move(rounds_.front());
    rounds_.pop_front();
    lock.unlock();
    Help(*round);
    round.reset();
    lock.lock();
  }
}

}  // namespace penstock::store
