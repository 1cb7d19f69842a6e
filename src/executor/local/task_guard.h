// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "executor/local/task_limits.h"
#include "executor/local/task_watch.h"
#include "ir/pipeline_spec.h"
#include "sys/control_groups.h"
#include "sys/run_process.h"
#include "sys/system_call_filter.h"

namespace penstock::executor {

// What this machine has for keeping tasks within their limits, shared by all tasks.
struct TaskGuards {
  std::unique_ptr<sys::ControlGroups> groups;
  std::shared_ptr<const sys::SystemCallFilter> filter;  // null: none here
  TaskLimitOptions limits;
};

// Holds one task to its limits and records what it uses: the control group that it is born in, what
// it may not call, and the watch over it. It outlives the process.
class TaskGuard {
 public:
  using Note = std::function<void(std::string_view)>;

  // `name` is unique among running tasks; `folder` holds all that the task writes; `group` is the
  // one that it is in already, if it is. kInvalidArgument where the resources are none.
  static base::Result<std::unique_ptr<TaskGuard>> Make(const TaskGuards& guards,
                                                       const ir::ResourceSpec& resources,
                                                       const std::string& name,
                                                       const std::string& folder, const Note& note,
                                                       std::optional<sys::ControlGroup> group = {});

  TaskGuard(const TaskGuard&) = delete;
  TaskGuard& operator=(const TaskGuard&) = delete;

  // The group, for a process that is not started by sys::Process; null for none.
  const sys::ControlGroup* group() const { return group_ ? &*group_ : nullptr; }

  uint64_t file_bytes() const { return disk_bytes_.value_or(0); }  // of one file; 0: any number

  void MoveTo(const std::string& folder) { watch_->MoveTo(folder); }  // before the task runs
  void Guard(sys::ProcessSpec& process) const;
  void Watch(sys::RunOptions& options);
  // While it runs, on any thread.
  text::Json ProfileSoFar() const { return watch_->ProfileSoFar(); }

  // After the end. Adds `profile`, and `killed_by` where it was, to the details; returns why the
  // task, which did not succeed, was killed.
  std::optional<std::string> Judge(const sys::RunEnd& end, const Note& note, text::Json& details);

 private:
  TaskGuard() = default;

  std::optional<sys::ControlGroup> group_;
  std::shared_ptr<const sys::SystemCallFilter> filter_;
  std::optional<uint64_t> disk_bytes_;
  std::optional<TaskWatch> watch_;
};

}  // namespace penstock::executor
