// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "executor/local/task_limits.h"
#include "executor/local/task_profile.h"
#include "sys/control_groups.h"
#include "sys/folder_usage.h"
#include "sys/run_process.h"
#include "text/json.h"

namespace penstock::executor {

// Looks at a task while it runs: records what it uses, and says when it is to be ended because of
// what it uses. Not thread-safe but for ProfileSoFar().
class TaskWatch {
 public:
  struct Subject {
    const sys::ControlGroup* group = nullptr;  // null: its processes are looked at one by one
    bool processes_limited = false;            // by the group
    std::string folder;                        // a WorkFolder's, where all that it writes lies
    TaskLimits limits;
    // How the disk is looked at that the folder lies on.
    std::function<std::optional<sys::DiskSpace>(const std::string&)> space = sys::ReadDiskSpace;
  };
  explicit TaskWatch(Subject subject);

  // What has been sampled so far, in the form of Profile(). On any thread.
  text::Json ProfileSoFar() const;

  void MoveTo(const std::string& folder) { subject_.folder = folder; }  // before the first Look()
  // For sys::RunOptions.
  std::optional<std::string> Look(const sys::Process& process);
  std::chrono::milliseconds Pause() const;

  // After the end, while the group is still there. Why the kernel killed something of it: "" where
  // it did not.
  std::string KilledByKernel() const;
  // "disk limit" and so on, after a Look() that ended the task, or with KilledByKernel(); else "".
  const std::string& killed_by() const { return killed_by_; }
  text::Json Profile(const sys::RunEnd& end);

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<pid_t> Processes(pid_t init) const;
  std::chrono::milliseconds SinceStart() const;
  bool IsSampleDue() const;
  void Sample(const std::vector<pid_t>& processes, pid_t init);
  std::optional<std::string> CheckDisk(const std::vector<pid_t>& processes);
  text::Json ProfileJson(const ProfileSample& last, bool counted) const;
  uint64_t OwnUse(const std::vector<pid_t>& processes, uint64_t enough) const;
  std::optional<std::string> CheckOwnUse(const std::vector<pid_t>& processes, uint64_t limit);
  std::optional<std::string> CheckSpace(const std::vector<pid_t>& processes);

  Subject subject_;
  const Clock::time_point start_ = Clock::now();
  Clock::time_point next_count_;  // when the folder is looked through again
  mutable std::mutex mutex_;      // for the profile, which others look at
  TaskProfile profile_;
  std::string killed_by_;
};

}  // namespace penstock::executor
