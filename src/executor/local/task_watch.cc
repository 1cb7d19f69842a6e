// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_watch.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "executor/local/work_folder.h"
#include "sys/processes_usage.h"

namespace penstock::executor {
namespace {

using std::chrono::milliseconds;
using text::Json;

constexpr milliseconds kLongestPause{1000};
// Where the kernel does not limit processes, they are counted: often, as they can become many soon.
constexpr milliseconds kCountingPause{100};
// Counting a folder may not take more than this part of the time.
constexpr int kCountingShare = 20;
constexpr size_t kMostSampled = 256;  // processes that are looked at for one sample
// What is kept free on the disk for the server and other tasks, unless that is much of the disk.
constexpr uint64_t kReserve = uint64_t{512} << 20;
constexpr uint64_t kReserveShare = 20;

}  // namespace

TaskWatch::TaskWatch(Subject subject) : subject_(std::move(subject)), next_count_(start_) {}

milliseconds TaskWatch::SinceStart() const {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start_);
}

milliseconds TaskWatch::Pause() const {
  if (subject_.limits.group.processes && !subject_.processes_limited) return kCountingPause;
  std::lock_guard lock(mutex_);
  return std::min(profile_.interval(), kLongestPause);
}

std::vector<pid_t> TaskWatch::Processes(pid_t init) const {
  if (subject_.group != nullptr) return subject_.group->Processes();
  const uint64_t limit = subject_.limits.group.processes.value_or(kMostSampled);
  return sys::ProcessTree(init, static_cast<size_t>(limit) + 2);
}

std::optional<std::string> TaskWatch::Look(const sys::Process& process) {
  std::vector<pid_t> processes = Processes(process.pid());
  const auto& most = subject_.limits.group.processes;
  if (most && !subject_.processes_limited && processes.size() > *most + 1) {
    killed_by_ = "process limit";
    return "killed: process limit of " + std::to_string(*most) + " reached";
  }
  if (IsSampleDue()) Sample(processes, process.pid());
  return CheckDisk(processes);
}

void TaskWatch::Sample(const std::vector<pid_t>& processes, pid_t init) {
  std::vector<pid_t> some = processes;
  some.resize(std::min(some.size(), kMostSampled));
  const sys::ProcessesUsage counted = sys::ReadProcessesUsage(some, init);
  sys::GroupUsage group;
  if (subject_.group != nullptr) group = subject_.group->Usage();
  ProfileSample sample;
  sample.time = SinceStart();
  sample.cpu_seconds = group.cpu_seconds.value_or(counted.cpu_seconds);
  sample.memory_bytes = group.memory_bytes.value_or(counted.memory_bytes);
  sample.read_bytes = counted.read_bytes;
  sample.written_bytes = counted.written_bytes;
  // The first process of a sandbox is ours.
  const bool ours = std::find(processes.begin(), processes.end(), init) != processes.end();
  sample.processes = processes.size() - (ours ? 1 : 0);
  std::lock_guard lock(mutex_);
  profile_.Add(sample);
}

bool TaskWatch::IsSampleDue() const {
  std::lock_guard lock(mutex_);
  return profile_.IsDue(SinceStart());
}

std::optional<std::string> TaskWatch::CheckDisk(const std::vector<pid_t>& processes) {
  const auto now = Clock::now();
  if (now < next_count_) return {};
  std::optional<std::string> why;
  if (subject_.limits.disk_bytes) why = CheckOwnUse(processes, *subject_.limits.disk_bytes);
  if (!why) why = CheckSpace(processes);
  next_count_ = Clock::now() + (Clock::now() - now) * kCountingShare;
  return why;
}

// What the task itself has put on the disk: its inputs are the store's own files, or copies that we
// have made. Stops once that is more than `enough`.
uint64_t TaskWatch::OwnUse(const std::vector<pid_t>& processes, uint64_t enough) const {
  uint64_t used = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(subject_.folder, error), end;
       !error && entry != end && used <= enough; entry.increment(error)) {
    if (entry->path().filename() == WorkFolder::kInputs) continue;
    used += sys::FolderUsage(entry->path(), enough - used);
  }
  if (used <= enough) used += sys::DeletedFilesUsage(subject_.folder, processes);
  return used;
}

std::optional<std::string> TaskWatch::CheckOwnUse(const std::vector<pid_t>& processes,
                                                  uint64_t limit) {
  if (OwnUse(processes, limit) <= limit) return {};
  killed_by_ = "disk limit";
  return "killed: disk limit of " + DescribeBytes(limit) + " reached";
}

// A full disk would stop the server: who has written much goes before that.
std::optional<std::string> TaskWatch::CheckSpace(const std::vector<pid_t>& processes) {
  const auto space = subject_.space(subject_.folder);
  if (!space) return {};
  const uint64_t reserve = std::min(kReserve, space->size / kReserveShare);
  if (space->free >= reserve) return {};
  if (OwnUse(processes, reserve) <= reserve) return {};
  killed_by_ = "disk limit";
  return "killed: the disk has less than " + DescribeBytes(reserve) +
         " left, and the task has filled more than that";
}

std::string TaskWatch::KilledByKernel() const {
  if (subject_.group == nullptr || subject_.group->OutOfMemoryKills() == 0) return "";
  const auto& limit = subject_.limits.group.memory_bytes;
  if (limit) return "memory limit of " + DescribeBytes(*limit) + " reached";
  return "the machine is out of memory";
}

Json TaskWatch::Profile(const sys::RunEnd& end) {
  ProfileSample last;
  if (end.used) {
    last.cpu_seconds = end.used->cpu_seconds;
    last.memory_bytes = end.used->largest_resident_bytes;
    last.read_bytes = end.used->read_bytes;
    last.written_bytes = end.used->written_bytes;
  }
  bool counted = false;
  if (subject_.group != nullptr) {
    if (auto seconds = subject_.group->CpuSeconds()) {
      last.cpu_seconds = *seconds;
      counted = true;
    }
  }
  return ProfileJson(last, counted);
}

Json TaskWatch::ProfileSoFar() const { return ProfileJson({}, subject_.group != nullptr); }

Json TaskWatch::ProfileJson(const ProfileSample& last, bool counted) const {
  std::unique_lock lock(mutex_);
  Json json = profile_.ToJson(last);
  lock.unlock();
  json["source"] = counted ? "cgroup" : "processes";
  json["limits"] = subject_.limits.ToJson();
  if (!subject_.limits.not_enforced.empty()) {
    const auto& names = subject_.limits.not_enforced;
    json["not_enforced"] = Json(Json::Array(names.begin(), names.end()));
  }
  return json;
}

}  // namespace penstock::executor
