// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "engine/artifact_store.h"
#include "engine/executor.h"
#include "executor/local/environment_cache.h"
#include "executor/local/finished_logs.h"
#include "executor/local/image_roots.h"
#include "executor/local/interpreter_finder.h"
#include "executor/local/kept_folders.h"
#include "executor/local/known_sandboxes.h"
#include "executor/local/live_profiles.h"
#include "executor/local/lock_files.h"
#include "executor/local/package_locks.h"
#include "executor/local/package_overrides.h"
#include "executor/local/task_guard.h"
#include "executor/local/task_keys.h"
#include "executor/local/task_sandbox.h"
#include "executor/local/warm_workers.h"
#include "executor/local/work_folders.h"
#include "sys/cancel_signal.h"

namespace penstock::executor {

// What all tasks of an executor share. The references outlive it.
struct TaskSurroundings {
  std::string work_directory;  // a folder for each running attempt
  std::string log_directory;
  SandboxAbility ability;
  SandboxFiles files;
  std::vector<std::pair<std::string, std::string>> env;  // --task-env
  TaskKeyIssuer* keys = nullptr;                         // null: none are given
  bool own_network = false;                              // every task has a network of its own
  const TaskGuards& guards;
  const ImageRoots& images;
  const KeptFolders& kept;
  const PackageOverrides& overrides;
  InterpreterFinder& finder;
  const EnvironmentBuilder& builder;
  EnvironmentCache& environments;
  engine::ArtifactStore& artifacts;
  FinishedLogs& finished_logs;
  const base::Clock& clock;
  base::Logger& logger;
  const PackageLocks& package_locks;
  const LockFiles& lock_files;
  LiveProfiles& profiles;
  WarmWorkers* workers = nullptr;  // null: every task starts an interpreter of its own
  std::shared_ptr<KnownSandboxes> sandboxes = std::make_shared<KnownSandboxes>();
};

// Runs one attempt from its environment to its outputs, on the calling thread. Never fails: what
// goes wrong is the outcome, which `done` is called with; tidying up comes after that. Thread-safe.
class TaskRunner {
 public:
  explicit TaskRunner(TaskSurroundings surroundings) : shared_(std::move(surroundings)) {}

  void Run(const engine::TaskLaunch& launch, std::chrono::milliseconds queued,
           const std::function<void()>& started, const sys::CancelSignal& cancel,
           const std::function<void(engine::TaskOutcome)>& done) const;
  void Tidy() const;  // now and then: what has waited in vain for the next task goes

 private:
  const TaskSurroundings shared_;
  mutable std::atomic<uint64_t> attempts_{0};  // so that no two ever share a folder's name
  mutable WorkFolders folders_;
};

}  // namespace penstock::executor
