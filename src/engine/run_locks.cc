// SPDX-License-Identifier: Apache-2.0
#include "engine/run_locks.h"

#include <algorithm>
#include <string>
#include <utility>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::RuntimeState;
using metadata::Task;
using text::Json;

namespace {

// Of a task whose outputs come from another execution, that one; its run may have been deleted.
Task Executed(metadata::MetadataStore& metadata, const Task& task) {
  if (!task.cached || task.cached_from_task_id.empty()) return task;
  auto original = metadata.tasks.Get(task.cached_from_task_id);
  if (!original) return task;
  return *std::move(original);
}

bool Ran(const Task& task) {
  return task.cached || task.state == RuntimeState::kSucceeded ||
         task.state == RuntimeState::kFailed;
}

// Not what makes and removes volumes, which needs no packages.
bool LacksEnvironment(const Task& task, const Task& executed) {
  const bool unknown = task.cached && executed.id == task.id;
  return unknown || executed.details.Find("environment_ms") != nullptr;
}

std::string WhyNone(const Task& task, const Task& executed) {
  const Json& details = executed.details;
  if (task.cached && executed.id == task.id) return "the run that its outputs come from is deleted";
  if (details.StringOr("sandbox", "") == "container") return "it ran in a container";
  if (details.Find("root") != nullptr) return "it found its packages on a root file system";
  return "it never had an environment";
}

}  // namespace

Status TakeLocks(metadata::MetadataStore& metadata, metadata::Run& run) {
  if (run.locked_from.empty() || !run.locks.empty()) return {};
  PENSTOCK_TRY(auto origin, metadata.runs.Get(run.locked_from));
  if (!metadata::IsFinal(origin.state)) {
    return Fail(Code::kFailedPrecondition,
                "Run " + origin.id + " has not ended: what its tasks have is not known before");
  }
  PENSTOCK_TRY(auto tasks, metadata.tasks.ListByRun(origin.id));
  std::string without;
  for (const Task& task : tasks) {
    if (task.kind != metadata::TaskKind::kContainer || !task.outside.is_null() || !Ran(task)) {
      continue;
    }
    const Task executed = Executed(metadata, task);
    const std::string lock = executed.details.StringOr("lock", "");
    if (!lock.empty()) {
      // Iterations of a loop have the same, nearly always.
      Json& locks = run.locks.try_emplace(task.name, Json::Array()).first->second;
      if (std::ranges::find(locks.as_array(), Json(lock)) == locks.as_array().end()) {
        locks.Append(Json(lock));
      }
    } else if (LacksEnvironment(task, executed)) {
      without +=
          (without.empty() ? "" : "; ") + ("task '" + task.name + "': ") + WhyNone(task, executed);
    }
  }
  if (without.empty() && !run.locks.empty()) return {};
  if (without.empty()) without = "none of its tasks has run";
  return Fail(Code::kFailedPrecondition, "Run " + origin.id +
                                             " does not say which packages its tasks had (" +
                                             without + "): start the run without locked_from");
}

}  // namespace penstock::engine
