// SPDX-License-Identifier: Apache-2.0
#include "executor/local/task_guard.h"

#include <utility>

namespace penstock::executor {

using base::Fail;
using base::Result;
using text::Json;

Result<std::unique_ptr<TaskGuard>> TaskGuard::Make(const TaskGuards& guards,
                                                   const ir::ResourceSpec& resources,
                                                   const std::string& name,
                                                   const std::string& folder, const Note& note,
                                                   std::optional<sys::ControlGroup> group) {
  PENSTOCK_TRY(TaskLimits limits, LimitsOf(resources, guards.limits, *guards.groups));
  for (const std::string& what : limits.not_enforced) {
    note("the " + what + " limit is not enforced on this machine: " + guards.groups->trouble());
  }
  std::unique_ptr<TaskGuard> guard(new TaskGuard());
  guard->filter_ = guards.filter;
  guard->disk_bytes_ = limits.disk_bytes;
  if (group) {
    guard->group_.emplace(*std::move(group));
    PENSTOCK_RETURN_IF_ERROR(guards.groups->SetLimits(*guard->group_, limits.group));
  } else if (!guards.groups->empty()) {
    PENSTOCK_TRY(sys::ControlGroup made, guards.groups->Make("task-" + name, limits.group));
    guard->group_.emplace(std::move(made));
  }
  TaskWatch::Subject subject;
  subject.group = guard->group();
  subject.processes_limited = guards.groups->able("pids");
  subject.folder = folder;
  subject.limits = std::move(limits);
  guard->watch_.emplace(std::move(subject));
  return guard;
}

void TaskGuard::Guard(sys::ProcessSpec& process) const {
  process.group = group();
  process.filter = filter_;
  process.max_file_bytes = disk_bytes_;
}

void TaskGuard::Watch(sys::RunOptions& options) {
  options.watch = [this](const sys::Process& process) { return watch_->Look(process); };
  options.watch_pause = [this] { return watch_->Pause(); };
}

std::optional<std::string> TaskGuard::Judge(const sys::RunEnd& end, const Note& note,
                                            Json& details) {
  details["profile"] = watch_->Profile(end);
  using Cause = sys::RunEnd::Cause;
  if (end.cause == Cause::kTimedOut) details["killed_by"] = "timeout";
  if (end.cause == Cause::kStopped) {
    details["killed_by"] = watch_->killed_by();
    return end.why;
  }
  const std::string kernel = watch_->KilledByKernel();
  if (kernel.empty() || end.cause != Cause::kEnded) return {};
  if (end.status.success()) {
    note("a process of the task was killed: " + kernel);
    return {};
  }
  details["killed_by"] = "memory limit";
  return "killed: " + kernel;
}

}  // namespace penstock::executor
