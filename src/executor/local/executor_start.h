// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "engine/executor.h"
#include "executor/local/build_room.h"
#include "executor/local/local_executor.h"
#include "executor/local/task_guard.h"
#include "executor/local/task_sandbox.h"

// What a local executor does in its folder, and finds out about the machine, before the first task.
namespace penstock::executor {

// The package tool's, below the executor's folder, beside environments that are being made.
inline constexpr const char* kPackageCache = "/builds/cache";

base::Status MakeFolders(const std::string& directory);
// What attempts and builds left behind when they were interrupted.
base::Status RemoveLeftovers(const std::string& directory);
// What builds may do; all where this machine has no sandboxes.
std::optional<BuildConfinement> ConfinementOf(const SandboxAbility& ability,
                                              const SandboxFiles& files,
                                              const std::string& directory,
                                              const TaskGuards& guards);
// The files that all sandboxes share.
base::Result<SandboxFiles> WriteSandboxFiles(const LocalExecutorOptions& options);
// Everything that limits tasks, where this machine has it; says once what it has not.
TaskGuards FindGuards(const LocalExecutorOptions& options, base::Logger& logger);
// What tasks may take up together: `asked` processors, by default all, and the machine's memory.
engine::Capacity MakeCapacity(size_t asked, const SandboxAbility& ability);

}  // namespace penstock::executor
