// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/result.h"
#include "engine/executor.h"
#include "executor/local/environment_spec.h"
#include "executor/local/lock_files.h"

// Tasks of runs that use the packages of an earlier run.
namespace penstock::executor {

// Gives `spec` the lock of the launch that stands for it; nothing where the launch has none to
// follow. kInvalidArgument where none of its locks is for such packages.
base::Status LockEnvironment(const engine::TaskLaunch& launch, const LockFiles& files,
                             EnvironmentSpec& spec);

// kInvalidArgument where the launch is to follow locks; `why` says why it cannot.
base::Status RefuseToLock(const engine::TaskLaunch& launch, std::string_view why);

}  // namespace penstock::executor
