// SPDX-License-Identifier: Apache-2.0
#include "executor/container/containerd_events.h"

#include <utility>

#include "sys/run_process.h"

namespace penstock::executor {

ContainerdEvents::ContainerdEvents(const ContainerdClient& client, const std::string& name_space,
                                   std::string container, std::function<void()> started)
    : container_(std::move(container)), started_(std::move(started)) {
  thread_ = std::thread([this, command = client.Command({"events", "namespace==" + name_space})] {
    sys::RunOptions options;
    options.cancel = &enough_;
    options.line = [this](std::string_view line) {
      const auto event = ParseEvent(line);
      if (event && event->container == container_) Take(*event);
    };
    static_cast<void>(sys::RunProcess(command, options));
    std::lock_guard lock(mutex_);
    over_ = true;
    told_.notify_all();
  });
}

ContainerdEvents::~ContainerdEvents() {
  enough_.Cancel();
  thread_.join();
}

void ContainerdEvents::Take(const ContainerdEvent& event) {
  bool starts = false;
  {
    std::lock_guard lock(mutex_);
    any_ = true;
    if (event.topic == "/tasks/start" && !started_at_) {
      started_at_ = std::chrono::steady_clock::now();
      starts = true;
    }
    if (event.topic == "/tasks/oom") out_of_memory_ = true;
    if (event.topic == "/tasks/exit" && event.first_process) exit_ = event.exit_status;
  }
  // Before the end is told, which whoever waits for takes as the last of all.
  if (starts && started_) started_();
  told_.notify_all();
}

bool ContainerdEvents::AwaitFirst(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  told_.wait_for(lock, time, [this] { return any_ || over_; });
  return any_;
}

std::optional<int> ContainerdEvents::AwaitExit(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  told_.wait_for(lock, time, [this] { return exit_.has_value() || over_; });
  return exit_;
}

std::optional<std::chrono::steady_clock::time_point> ContainerdEvents::started_at() const {
  std::lock_guard lock(mutex_);
  return started_at_;
}

bool ContainerdEvents::out_of_memory() const {
  std::lock_guard lock(mutex_);
  return out_of_memory_;
}

}  // namespace penstock::executor
