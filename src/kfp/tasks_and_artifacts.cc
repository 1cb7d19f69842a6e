// SPDX-License-Identifier: Apache-2.0
#include "kfp/tasks_and_artifacts.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/profiles.h"
#include "kfp/json_routes.h"
#include "kfp/lineage.h"
#include "kfp/list_params.h"
#include "kfp/message_writer.h"
#include "kfp/page_message.h"
#include "kfp/task_message.h"
#include "kfp/task_request.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::Artifact;
using metadata::ArtifactTask;
using metadata::Task;
using text::Json;

// The record has a task's profile at its end; until then it is asked for where the task runs.
void AddLiveProfiles(Backend& backend, std::vector<Task>& tasks) {
  engine::ProfileSource* profiles = engine::ProfilesOf(backend.executor);
  if (profiles == nullptr) return;
  for (Task& task : tasks) {
    if (task.state != metadata::RuntimeState::kRunning) continue;
    if (auto profile = profiles->ProfileOf(task.id)) task.details["profile"] = std::move(*profile);
  }
}

// The values of a parameter that may come several times, each with several between commas.
std::vector<std::string> ReadIds(const Call& call, std::initializer_list<const char*> names) {
  std::vector<std::string> ids;
  for (const auto& [name, value] : call.query.items()) {
    if (std::ranges::find(names, name) == names.end()) continue;
    for (size_t begin = 0; begin <= value.size();) {
      size_t end = std::min(value.find(',', begin), value.size());
      if (end > begin) ids.push_back(value.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return ids;
}

// Whether all of one run are wanted, as the page of a run needs them: nothing but the run is asked
// for.
bool WantsWholeRun(const Call& call) {
  for (const auto& [name, value] : call.query.items()) {
    if (name != "run_id" && name != "runId" && !value.empty()) return false;
  }
  return !call.QueryValue("run_id").empty();
}

Result<Lineage> ReadWholeRun(Backend& backend, const Call& call) {
  std::string run_id = call.QueryValue("run_id");
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.runs.Get(run_id));
  return ReadLineage(backend, run_id);
}

Result<Json> ListTasks(Backend& backend, Call& call) {
  if (WantsWholeRun(call)) {
    PENSTOCK_TRY(Lineage lineage, ReadWholeRun(backend, call));
    AddLiveProfiles(backend, lineage.tasks);
    Json message = EmptyMessage();
    for (const Task& task : lineage.tasks) message["tasks"].Append(TaskMessage(task, lineage));
    PutInt32(message, "total_size", static_cast<int>(lineage.tasks.size()));
    return message;
  }
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  if (query.sort_by.empty()) query.sort_by = call.QueryValue("order_by");
  PENSTOCK_TRY(auto page, backend.metadata.tasks.List(
                              ReadIds(call, {"run_id", "runId", "run_ids", "runIds"}),
                              ReadIds(call, {"parent_id", "parentId", "parent_task_id"}), query));
  AddLiveProfiles(backend, page.items);
  PENSTOCK_TRY(Lineage lineage, ReadUses(backend, page.items));
  return PageMessage("tasks", page, [&](const Task& task) { return TaskMessage(task, lineage); });
}

// The same below the address of a run.
Result<Json> ListTasksOfRun(Backend& backend, Call& call) {
  const std::string& run_id = call.Param("run_id");
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.runs.Get(run_id));
  const std::string parent_id = call.QueryValue("parent_id");
  if (!parent_id.empty()) {
    PENSTOCK_TRY(Task parent, backend.metadata.tasks.Get(parent_id));
    PENSTOCK_RETURN_IF_ERROR(CheckTaskOfRun(parent, run_id));
  }
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  if (query.sort_by.empty()) query.sort_by = call.QueryValue("order_by");
  PENSTOCK_TRY(auto page, backend.metadata.tasks.List(
                              {run_id}, ReadIds(call, {"parent_id", "parentId"}), query));
  AddLiveProfiles(backend, page.items);
  PENSTOCK_TRY(Lineage lineage, ReadLineage(backend, run_id));
  return PageMessage("tasks", page, [&](const Task& task) { return TaskMessage(task, lineage); });
}

Result<Json> GetTask(Backend& backend, Call& call) {
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(call.Param("task_id")));
  if (auto run_id = call.params.find("run_id"); run_id != call.params.end()) {
    PENSTOCK_RETURN_IF_ERROR(CheckTaskOfRun(task, run_id->second));
  }
  PENSTOCK_TRY(Lineage lineage, ReadLineage(backend, task.run_id));
  std::vector<Task> tasks = {std::move(task)};
  AddLiveProfiles(backend, tasks);
  return TaskMessage(tasks.front(), lineage);
}

Result<Json> ListArtifacts(Backend& backend, Call& call) {
  if (!call.QueryValue("run_id").empty()) {
    PENSTOCK_TRY(Lineage lineage, ReadWholeRun(backend, call));
    Json message = EmptyMessage();
    for (const Artifact& artifact : lineage.artifacts) {
      message["artifacts"].Append(ArtifactMessage(artifact));
    }
    PutInt32(message, "total_size", static_cast<int>(lineage.artifacts.size()));
    return message;
  }
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page, backend.metadata.artifacts.List(query));
  return PageMessage("artifacts", page, ArtifactMessage);
}

Result<Json> GetArtifact(Backend& backend, Call& call) {
  PENSTOCK_TRY(Artifact artifact, backend.metadata.artifacts.Get(call.Param("artifact_id")));
  return ArtifactMessage(artifact);
}

Result<Json> DeleteArtifact(Backend& backend, Call& call) {
  PENSTOCK_TRY(bool force, call.QueryFlag("force"));
  PENSTOCK_RETURN_IF_ERROR(backend.engine.DeleteArtifact(call.Param("artifact_id"), force));
  return EmptyMessage();
}

Result<Json> ListArtifactTasks(Backend& backend, Call& call) {
  Json message = EmptyMessage();
  if (WantsWholeRun(call)) {
    PENSTOCK_TRY(Lineage lineage, ReadWholeRun(backend, call));
    for (const ArtifactTask& use : lineage.uses) {
      message["artifact_tasks"].Append(ArtifactTaskMessage(use, lineage));
    }
    PutInt32(message, "total_size", static_cast<int>(lineage.uses.size()));
    return message;
  }
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  metadata::ArtifactTable::UsesOf of;
  of.task_ids = ReadIds(call, {"task_id", "taskId", "task_ids", "taskIds"});
  of.run_ids = ReadIds(call, {"run_id", "runId", "run_ids", "runIds"});
  of.artifact_ids = ReadIds(call, {"artifact_id", "artifactId", "artifact_ids", "artifactIds"});
  of.use = call.QueryValue("type");
  if (of.use == "UNSPECIFIED") of.use.clear();
  if (!of.use.empty() && of.use != "INPUT" && of.use != "OUTPUT") {
    if (std::ranges::find(IoTypes(), of.use) == IoTypes().end()) {
      return Fail(Code::kInvalidArgument,
                  "type must be INPUT, OUTPUT or one of their kinds, not '" + of.use + "'");
    }
    of.io_type = std::exchange(of.use, "");
  }
  PENSTOCK_TRY(auto page, backend.metadata.artifacts.ListUses(of, query));
  std::map<std::string, Lineage> runs;
  for (const ArtifactTask& use : page.items) {
    if (runs.contains(use.run_id)) continue;
    PENSTOCK_TRY(runs[use.run_id], ReadLineage(backend, use.run_id));
  }
  return PageMessage("artifact_tasks", page, [&](const ArtifactTask& use) {
    return ArtifactTaskMessage(use, runs[use.run_id]);
  });
}

}  // namespace

void AddTaskAndArtifactRoutes(Router& router, Backend& backend) {
  JsonRoutes routes(router, backend);
  routes.Add("GET", "/apis/v2beta1/tasks", "Failed to list tasks", ListTasks);
  routes.Add("GET", "/apis/v2beta1/tasks/{task_id}", "Failed to get a task", GetTask);
  routes.Add("GET", "/apis/v2beta1/runs/{run_id}/tasks", "Failed to list tasks", ListTasksOfRun);
  routes.Add("GET", "/apis/v2beta1/runs/{run_id}/tasks/{task_id}", "Failed to get a task", GetTask);
  routes.Add("GET", "/apis/v2beta1/artifacts", "Failed to list artifacts", ListArtifacts);
  routes.Add("GET", "/apis/v2beta1/artifacts/{artifact_id}", "Failed to get an artifact",
             GetArtifact);
  routes.Add("DELETE", "/apis/v2beta1/artifacts/{artifact_id}", "Failed to delete an artifact",
             DeleteArtifact);
  routes.Add("GET", "/apis/v2beta1/artifact_tasks", "Failed to list artifact tasks",
             ListArtifactTasks);
}

}  // namespace penstock::kfp
