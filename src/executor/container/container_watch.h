// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "executor/local/task_profile.h"
#include "sys/observed_group.h"
#include "text/json.h"

namespace penstock::executor {

// Records what a container uses of the machine while it runs, in the form in which it is recorded
// of local tasks. Thread-safe.
class ContainerWatch {
 public:
  ContainerWatch() = default;
  ContainerWatch(const ContainerWatch&) = delete;
  ContainerWatch& operator=(const ContainerWatch&) = delete;
  ~ContainerWatch() { End(); }

  // The container runs, in that group; once.
  void Begin(const sys::ObservedGroup& group);
  // It has ended. Fine where it never began.
  void End();
  // What there is so far; after the end, all. Null where nothing was seen.
  text::Json Profile() const;

 private:
  using Clock = std::chrono::steady_clock;
  void Work(const sys::ObservedGroup& group);

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  Clock::time_point start_;
  TaskProfile profile_;
  std::thread thread_;
};

}  // namespace penstock::executor
