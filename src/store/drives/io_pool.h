// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace penstock::store {

// A few threads that wait for drives, so that a file's shards are synced at the same time.
// Thread-safe.
class IoPool {
 public:
  explicit IoPool(size_t threads);
  ~IoPool();

  // Runs all of them and returns when they are done. The caller takes part, so that it goes on
  // where all threads are busy.
  void RunAll(std::vector<std::function<void()>> jobs);

 private:
  struct Round;
  static void Help(Round& round);
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Round>> rounds_;  // with a job that nobody has begun, maybe
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace penstock::store
