// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "executor/local/environment_cache.h"
#include "executor/local/ready_sandbox.h"
#include "executor/local/task_sandbox.h"
#include "executor/local/warm_command.h"
#include "executor/local/work_folder.h"
#include "sys/fork_server.h"
#include "sys/system_call_filter.h"

namespace penstock::executor {

// What workers of one kind are made of.
struct WarmRequest {
  WarmWants wants;
  Environment environment;  // is in use as long as the worker lives
  Interpreter interpreter;
  std::vector<std::string> extra_folders;
  bool own_network = false;  // the worker has none but its own either

  // Workers with the same key differ in what they import ahead, and any will do.
  std::string Key() const;
};

// What all workers share.
struct WarmSurroundings {
  std::string work_directory;  // a folder for each worker
  SandboxFiles files;
  const sys::ControlGroups* groups = nullptr;
  std::shared_ptr<const sys::SystemCallFilter> task_filter, worker_filter;  // null: none here
};

// A Python that has imported the SDK's executor of one environment, in a sandbox that shows the
// system, the environment and nothing of any task, as a user who owns nothing. It forks for each
// task into the task's own sandbox. See docs/decisions/0051-warm-workers.md.
class WarmWorker {
 public:
  // Takes as long as the interpreter takes to import. It is killed when the calling thread ends.
  // `user` is the number of its user and nobody else's. Where modules are refused, which is logged,
  // or it does not start with them, it is made without. `meanwhile` is called every second.
  static base::Result<std::unique_ptr<WarmWorker>> Start(const WarmRequest& request,
                                                         const WarmSurroundings& shared,
                                                         uint32_t user, base::Logger& logger,
                                                         const std::function<void()>& meanwhile);
  ~WarmWorker();  // ends the sandboxes that are ready

  // The modules that it has imported ahead.
  const std::vector<std::string>& ahead() const { return ahead_; }
  const sys::ForkServer& server() const { return *server_; }
  bool shell_is_dash() const { return shell_is_dash_; }

  // One of its own that it is to end before it goes. Thread-safe.
  void Know(std::shared_ptr<ReadySandbox> ready) const;
  // To be called now and then: looks at what its packages do while it waits, and those sandboxes.
  // Why it is to go itself, or "". Thread-safe.
  std::string Mind() const;

 private:
  WarmWorker(const WarmRequest& request, WorkFolder work);

  static base::Result<std::unique_ptr<WarmWorker>> StartWith(
      const WarmRequest& request, const WarmSurroundings& shared, uint32_t user,
      const std::function<void()>& meanwhile);
  base::Status AwaitReady(const std::function<void()>& meanwhile) const;

  base::Status WriteProgram(const WarmRequest& request, const WarmSurroundings& shared) const;
  sys::ProcessSpec MakeProcess(const WarmRequest& request, const WarmSurroundings& shared,
                               const sys::UserNamespace& user) const;

  const Environment environment_;
  const std::vector<std::string> ahead_;
  const WorkFolder work_;
  const bool shell_is_dash_;
  std::optional<sys::ControlGroup> group_;
  std::unique_ptr<sys::ForkServer> server_;  // ends before its folder goes
  mutable std::mutex mutex_;
  mutable std::vector<std::shared_ptr<ReadySandbox>> ready_;
};

}  // namespace penstock::executor
