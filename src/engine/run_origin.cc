// SPDX-License-Identifier: Apache-2.0
#include "engine/run_origin.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;
using metadata::Task;

namespace {

std::string PathOf(const Task& task, const std::unordered_map<std::string, const Task*>& by_id) {
  std::string path;
  for (const Task* at = &task; !at->parent_id.empty();) {
    const std::string own = at->iteration >= 0 ? std::to_string(at->iteration) : at->name;
    path = path.empty() ? own : own + "/" + path;
    auto parent = by_id.find(at->parent_id);
    if (parent == by_id.end()) break;
    at = parent->second;
  }
  return path;
}

}  // namespace

Status CheckOrigin(metadata::MetadataStore& metadata, metadata::Run& run) {
  if (run.origin_run_id.empty()) return {};
  PENSTOCK_TRY(auto origin, metadata.runs.Get(run.origin_run_id));
  if (run.origin == "CLONE") return {};
  if (!metadata::IsFinal(origin.state)) {
    return Fail(Code::kFailedPrecondition,
                "Run " + origin.id + " has not ended: wait for its end, or terminate it");
  }
  if (run.rerun_from.empty()) return {};
  PENSTOCK_TRY(auto tasks, metadata.tasks.ListByRun(origin.id));
  std::unordered_map<std::string, const Task*> by_id;
  for (const Task& task : tasks) by_id[task.id] = &task;
  for (const Task& task : tasks) {
    if (task.parent_id.empty() || !task.outside.is_null()) continue;
    if (task.id == run.rerun_from) {
      run.rerun_from = PathOf(task, by_id);
      return {};
    }
    if (task.name == run.rerun_from || PathOf(task, by_id) == run.rerun_from) return {};
  }
  return Fail(Code::kInvalidArgument, "Run " + origin.id + " has no task '" + run.rerun_from +
                                          "': give the name, the path (group/loop/2/task) or the "
                                          "id of one of its tasks");
}

}  // namespace penstock::engine
