// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_watch.h"

#include <algorithm>

#include "sys/processes_usage.h"

namespace penstock::executor {
namespace {

constexpr size_t kMostSampled = 1000;  // processes that are looked at one by one

ProfileSample Look(const sys::ObservedGroup& group) {
  std::vector<pid_t> processes = group.Processes();
  ProfileSample sample;
  sample.processes = processes.size();
  processes.resize(std::min(processes.size(), kMostSampled));
  const sys::ProcessesUsage counted = sys::ReadProcessesUsage(processes, -1);
  const sys::GroupUsage all = group.Usage();
  sample.cpu_seconds = all.cpu_seconds.value_or(counted.cpu_seconds);
  sample.memory_bytes = all.memory_bytes.value_or(counted.memory_bytes);
  sample.read_bytes = counted.read_bytes;
  sample.written_bytes = counted.written_bytes;
  return sample;
}

}  // namespace

void ContainerWatch::Begin(const sys::ObservedGroup& group) {
  std::lock_guard lock(mutex_);
  if (ended_ || thread_.joinable()) return;
  start_ = Clock::now();
  thread_ = std::thread([this, group] { Work(group); });
}

void ContainerWatch::End() {
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    wake_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

text::Json ContainerWatch::Profile() const {
  std::lock_guard lock(mutex_);
  if (profile_.samples().empty()) return {};
  text::Json json = profile_.ToJson({});
  json["source"] = "cgroup";
  return json;
}

void ContainerWatch::Work(const sys::ObservedGroup& group) {
  std::unique_lock lock(mutex_);
  while (!ended_) {
    lock.unlock();
    ProfileSample sample = Look(group);
    lock.lock();
    // Gone already: what it used is what was seen last.
    if (sample.processes == 0 && !profile_.samples().empty()) break;
    sample.time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_);
    profile_.Add(sample);
    wake_.wait_for(lock, profile_.interval(), [this] { return ended_; });
  }
}

}  // namespace penstock::executor
