// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/result.h"
#include "executor/container/containerd_client.h"
#include "executor/container/containerd_messages.h"
#include "sys/cancel_signal.h"

namespace penstock::executor {

// What containerd tells of one container, followed from construction to destruction.
class ContainerdEvents {
 public:
  // `started` is called once, on a thread of this object, when the container's command runs.
  ContainerdEvents(const ContainerdClient& client, const std::string& name_space,
                   std::string container, std::function<void()> started);
  ContainerdEvents(const ContainerdEvents&) = delete;
  ContainerdEvents& operator=(const ContainerdEvents&) = delete;
  ~ContainerdEvents();

  // Until something has been told, so that nothing later is missed. False after that time.
  bool AwaitFirst(std::chrono::milliseconds time);
  // How the command ended, where that is told in time.
  std::optional<int> AwaitExit(std::chrono::milliseconds time);
  std::optional<std::chrono::steady_clock::time_point> started_at() const;
  bool out_of_memory() const;

 private:
  void Take(const ContainerdEvent& event);

  const std::string container_;
  const std::function<void()> started_;
  mutable std::mutex mutex_;
  std::condition_variable told_;
  bool any_ = false;
  bool over_ = false;  // containerd tells no more
  bool out_of_memory_ = false;
  std::optional<std::chrono::steady_clock::time_point> started_at_;
  std::optional<int> exit_;
  sys::CancelSignal enough_;
  std::thread thread_;
};

}  // namespace penstock::executor
