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
#include "executor/container/container_engine.h"
#include "executor/local/kept_folders.h"
#include "executor/local/live_profiles.h"
#include "executor/local/pip_settings.h"
#include "executor/local/task_keys.h"
#include "sys/cancel_signal.h"

namespace penstock::executor {

// What all attempts in containers share. The references outlive it.
struct ContainerSurroundings {
  std::string work_directory;  // a folder for each running attempt
  std::string log_directory;
  std::string instance;      // the value of kInstanceLabel
  std::string network;       // as ContainerRequest has it
  std::string certificates;  // a bundle that tasks trust; "": what their images do
  std::vector<std::pair<std::string, std::string>> hosts;
  std::vector<std::pair<std::string, std::string>> env;  // --task-env
  TaskKeyIssuer* keys = nullptr;                         // null: none are given
  int64_t processes = 0;                                 // most that a task may have; 0: any number
  const PipSettings& pip;
  const KeptFolders& kept;
  ContainerEngine& engine;
  engine::ArtifactStore& artifacts;
  const base::Clock& clock;
  base::Logger& logger;
  LiveProfiles& profiles;
};

// On all containers of a server, with its data directory's own value.
inline constexpr const char* kInstanceLabel = "dev.penstock.instance";

// Runs one attempt in a container, from its image to its outputs, on the calling thread. Never
// fails: what goes wrong is the outcome, which `done` is called with. Thread-safe.
class ContainerRunner {
 public:
  explicit ContainerRunner(ContainerSurroundings surroundings) : shared_(std::move(surroundings)) {}

  void Run(const engine::TaskLaunch& launch, std::chrono::milliseconds queued,
           const std::function<void()>& started, const sys::CancelSignal& cancel,
           const std::function<void(engine::TaskOutcome)>& done) const;

 private:
  const ContainerSurroundings shared_;
  mutable std::atomic<uint64_t> containers_{0};  // so that no two attempts share a folder or name
};

}  // namespace penstock::executor
