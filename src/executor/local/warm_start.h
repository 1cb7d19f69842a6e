// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/executor.h"
#include "executor/local/ready_sandbox.h"
#include "executor/local/task_plan.h"
#include "executor/local/task_runner.h"
#include "executor/local/warm_command.h"
#include "sys/run_process.h"

namespace penstock::executor {

// What of an attempt matters to its warm start. The references outlive that.
struct WarmStartInput {
  const TaskSurroundings& shared;
  const engine::TaskLaunch& launch;
  const TaskPlan& plan;
  const Environment& environment;
  const TaskView& view;
  std::optional<WorkFolder>& work;
};

// One attempt's command by a warm worker: in the sandbox that is ready, in a room, or in a new one.
// An error of what runs it means that nothing of the task has run.
class WarmStart {
 public:
  explicit WarmStart(const WarmStartInput& input) : in_(input) {}

  // Whose room would be of use, as far as that can be known before there is a folder: "" for none.
  // Known once there is an environment, and found out once, since it takes looking for modules.
  const std::string& KindOfWorker();
  // Whether the task can do with a sandbox that was made ready without knowing it.
  bool MayBeReady() const;

  // A worker for the command, where there is one. `keys` are those in its environment.
  void FindWorker(const sys::ProcessSpec& process, const Variables& keys);
  bool possible() const { return worker_ != nullptr; }
  // The group of the sandbox that is ready in the folder, which is taken where this task's would be
  // like it.
  std::optional<sys::ControlGroup> TakeReady();

  bool ready() const { return ready_.has_value(); }
  base::Result<sys::RunEnd> RunReady(const sys::ProcessSpec& process,
                                     const sys::RunOptions& options);
  // kAborted where somebody holds on to what is in the folder.
  base::Result<sys::RunEnd> Run(const sys::ProcessSpec& process, const sys::RunOptions& options);

  void Drop(const std::string& why);  // the worker, that did not start the task
  void Want() const;                  // one next time

  // When the task has ended and its folder was given back: another like it finds a sandbox that is
  // ready. `name` is nobody else's.
  void MakeNextReady(WorkFolders& folders, const std::string& name);

 private:
  bool MayHaveRoom() const;
  bool own_network() const { return in_.launch.own_network || in_.shared.own_network; }
  std::optional<WarmCommand> FindCommand(const sys::ProcessSpec& process,
                                         const Variables& keys) const;
  std::string Place(const WorkFolder& work) const;
  std::string Job(const sys::ProcessSpec& process);
  KnownSandbox Sandbox(const WorkFolder& work, bool with_inputs) const;
  base::Result<std::shared_ptr<ReadySandbox>> MakeReady(const WorkFolder& work,
                                                        const std::string& name) const;
  base::Result<std::shared_ptr<sys::Room>> FindRoom(const KnownSandbox& sandbox);
  std::string FindKind() const;

  const WarmStartInput in_;
  std::optional<std::string> kind_;
  std::optional<WarmCommand> command_;
  WarmRequest request_;
  std::shared_ptr<const WarmWorker> worker_;
  std::optional<sys::Process> ready_;
};

}  // namespace penstock::executor
