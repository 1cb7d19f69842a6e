// SPDX-License-Identifier: Apache-2.0
#include "kfp/outside_records.h"

#include <string>
#include <utility>
#include <vector>

#include "kfp/artifact_request.h"
#include "kfp/json_routes.h"
#include "kfp/lineage.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"
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
using metadata::Transaction;
using text::Json;

constexpr int64_t kMostTasks = 20'000;  // of one run, beside its own
constexpr size_t kMostAtOnce = 1'000;
constexpr int kDeepest = 100;

// The task with what is below it and what it used, without the rest of the run, which may be large.
Result<Json> ShowTask(Backend& backend, const std::string& task_id) {
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(task_id));
  PENSTOCK_TRY(auto children, backend.metadata.tasks.ListOutside(task.run_id, task.id));
  PENSTOCK_TRY(Lineage lineage, ReadUses(backend, {task}, std::move(children)));
  return TaskMessage(task, lineage);
}

// The parents up to the top are of the same run, and the task itself is none of them.
Status CheckParents(Backend& backend, Transaction& tx, const Task& task) {
  std::string at = task.parent_id;
  for (int depth = 0; !at.empty(); ++depth) {
    PENSTOCK_TRY(Task parent, backend.metadata.tasks.Get(tx, at));
    if (parent.run_id != task.run_id) {
      return Fail(Code::kInvalidArgument, "parent_task_id: task " + at + " is of another run");
    }
    if (at == task.id || depth == kDeepest) {
      return Fail(Code::kInvalidArgument, "parent_task_id: task " + task.parent_id +
                                              " is below the task itself, or too deep");
    }
    at = parent.parent_id;
  }
  return {};
}

// Writes a new task, or gives it the id of the one that is the same step already.
Status InsertTask(Backend& backend, Transaction& tx, Task& task) {
  auto& tasks = backend.metadata.tasks;
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.runs.Get(tx, task.run_id));
  PENSTOCK_RETURN_IF_ERROR(CheckParents(backend, tx, task));
  PENSTOCK_TRY(auto others, tasks.ListOutside(tx, task.run_id, task.parent_id, task.name));
  for (const Task& other : others) {
    if (!IsSameStep(other, task)) continue;
    task.id = other.id;
    return {};
  }
  PENSTOCK_TRY(int64_t count, tasks.CountOutside(tx, task.run_id));
  if (count >= kMostTasks) {
    return Fail(Code::kResourceExhausted, "Run " + task.run_id + " has " + std::to_string(count) +
                                              " recorded tasks, which is the most there can be");
  }
  return tasks.Insert(tx, task);
}

Result<Json> CreateTask(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  Task task;
  task.state = metadata::RuntimeState::kUnspecified;
  task.created_at = backend.clock.Now();
  if (auto run_id = call.params.find("run_id"); run_id != call.params.end()) {
    task.run_id = run_id->second;
  }
  PENSTOCK_RETURN_IF_ERROR(MergeTask(body, backend.clock.Now(), task));
  if (task.run_id.empty()) {
    return Fail(Code::kInvalidArgument, "run_id is missing: which run is the task of?");
  }
  task.id = backend.random.Uuid();
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return InsertTask(backend, tx, task); }));
  return ShowTask(backend, task.id);
}

Status UpdateTaskIn(Backend& backend, Transaction& tx, const std::string& task_id,
                    const std::string& run_id, const Json& body) {
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(tx, task_id));
  if (!run_id.empty()) PENSTOCK_RETURN_IF_ERROR(CheckTaskOfRun(task, run_id));
  if (task.outside.is_null()) {
    return Fail(Code::kFailedPrecondition,
                "Task " + task_id +
                    " is one that the server runs, and nobody else changes: record a task of your "
                    "own below it");
  }
  PENSTOCK_RETURN_IF_ERROR(MergeTask(body, backend.clock.Now(), task));
  PENSTOCK_RETURN_IF_ERROR(CheckParents(backend, tx, task));
  return backend.metadata.tasks.UpdateOutside(tx, task);
}

std::string RunOf(const Call& call) {
  auto run_id = call.params.find("run_id");
  return run_id == call.params.end() ? "" : run_id->second;
}

Result<Json> UpdateTask(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  const std::string& task_id = call.Param("task_id");
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return UpdateTaskIn(backend, tx, task_id, RunOf(call), body); }));
  return ShowTask(backend, task_id);
}

Status CheckCount(std::string_view field, size_t count) {
  if (count == 0) {
    return Fail(Code::kInvalidArgument, std::string(field) + " is empty: give one at least");
  }
  if (count <= kMostAtOnce) return {};
  return Fail(Code::kInvalidArgument,
              std::string(field) + " has more than 1000 elements: send them in several requests");
}

// All of them or none.
Result<Json> UpdateTasks(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  MessageReader reader(body, "UpdateTasksBulkRequest");
  const Json* given = reader.Object("tasks");
  std::string run_id = reader.Text("run_id");
  const std::string of_path = RunOf(call);
  if (!run_id.empty() && !of_path.empty() && run_id != of_path) {
    reader.Fail("run_id in the body, '" + run_id + "', is not that of the path");
  }
  if (!of_path.empty()) run_id = of_path;
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  const Json::Object tasks = given == nullptr ? Json::Object() : given->as_object();
  PENSTOCK_RETURN_IF_ERROR(CheckCount("tasks", tasks.size()));
  auto write = [&](Transaction& tx) -> Status {
    for (const auto& [id, task] : tasks) {
      Status done = UpdateTaskIn(backend, tx, id, run_id, task);
      if (!done) return Fail(std::move(done).error().Wrap("task " + id));
    }
    return {};
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  Json message = EmptyMessage();
  for (const auto& [id, task] : tasks) {
    PENSTOCK_TRY(message["tasks"][id], ShowTask(backend, id));
  }
  return message;
}

// A recorded task, or the execution that the cache knows by the fingerprint; {} where there is
// none.
Result<Json> FindCachedTask(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  MessageReader reader(body, "FindCachedTaskRequest");
  reader.IgnoreText({"namespace"});
  const std::string fingerprint = reader.Text("cache_fingerprint");
  if (fingerprint.empty()) reader.Fail("cache_fingerprint is missing: what is to be found?");
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  Json message = EmptyMessage();
  PENSTOCK_TRY(auto task, backend.metadata.tasks.FindOutside(fingerprint));
  if (!task) {
    PENSTOCK_TRY(auto entries, backend.metadata.cache.Find(fingerprint, 1));
    if (entries.empty()) return message;
    auto made = backend.metadata.tasks.Get(entries.front().id);
    if (!made) return message;  // the entry has outlived its run
    task = *std::move(made);
  }
  PENSTOCK_TRY(message["task"], ShowTask(backend, task->id));
  return message;
}

// What is stored at the address, where that is a place of ours, is part of the record.
void Describe(Backend& backend, Artifact& artifact) {
  if (artifact.uri.empty()) return;
  auto stored = backend.artifacts.Describe(artifact.uri);
  if (!stored) return;
  artifact.size = static_cast<int64_t>(stored->size);
  artifact.directory = stored->directory;
  artifact.content = stored->content;
}

Status InsertUse(Backend& backend, Transaction& tx, ArtifactTask& use) {
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(tx, use.task_id));
  PENSTOCK_RETURN_IF_ERROR(CheckTaskOfRun(task, use.run_id));
  if (use.producer.empty() && IsOutput(use.io_type)) use.producer = task.name;
  return backend.metadata.artifacts.InsertOutsideUse(tx, use);
}

Status InsertArtifact(Backend& backend, Transaction& tx, ArtifactRequest& request) {
  auto& artifacts = backend.metadata.artifacts;
  if (request.reuse_if_exists) {
    PENSTOCK_TRY(auto same, artifacts.FindSame(tx, request.artifact));
    if (same) {
      request.artifact = *std::move(same);
      request.use.artifact_id = request.artifact.id;
      Status linked = InsertUse(backend, tx, request.use);
      const bool known = !linked && linked.error().code() == Code::kAlreadyExists;
      return known ? Status() : linked;
    }
  }
  PENSTOCK_RETURN_IF_ERROR(artifacts.Insert(tx, request.artifact));
  return InsertUse(backend, tx, request.use);
}

Result<ArtifactRequest> NewArtifact(Backend& backend, const Json& body) {
  PENSTOCK_TRY(ArtifactRequest request, ReadArtifactRequest(body));
  request.artifact.id = request.use.artifact_id = backend.random.Uuid();
  request.artifact.created_at = backend.clock.Now();
  Describe(backend, request.artifact);
  return request;
}

Result<Json> CreateArtifact(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  PENSTOCK_TRY(ArtifactRequest request, NewArtifact(backend, body));
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return InsertArtifact(backend, tx, request); }));
  return ArtifactMessage(request.artifact);
}

// The elements of a list that is all there is in the body.
Result<Json::Array> ReadList(Call& call, std::string_view message, std::string_view field) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  MessageReader reader(body, message);
  const Json* list = reader.Array(field);
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  Json::Array elements = list == nullptr ? Json::Array() : list->as_array();
  PENSTOCK_RETURN_IF_ERROR(CheckCount(field, elements.size()));
  return elements;
}

base::Error AtElement(base::Error error, std::string_view field, size_t index) {
  return std::move(error).Wrap(std::string(field) + "[" + std::to_string(index) + "]");
}

// All of them or none, as below.
Result<Json> CreateArtifacts(Backend& backend, Call& call) {
  PENSTOCK_TRY(auto bodies, ReadList(call, "CreateArtifactsBulkRequest", "artifacts"));
  std::vector<ArtifactRequest> requests;
  for (const Json& body : bodies) {
    auto request = NewArtifact(backend, body);
    if (!request) {
      return Fail(AtElement(std::move(request).error(), "artifacts", requests.size()));
    }
    requests.push_back(*std::move(request));
  }
  auto write = [&](Transaction& tx) -> Status {
    for (size_t i = 0; i < requests.size(); ++i) {
      Status done = InsertArtifact(backend, tx, requests[i]);
      if (!done) return Fail(AtElement(std::move(done).error(), "artifacts", i));
    }
    return {};
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  Json message = EmptyMessage();
  for (const ArtifactRequest& request : requests) {
    message["artifacts"].Append(ArtifactMessage(request.artifact));
  }
  return message;
}

Status LinkArtifact(Backend& backend, Transaction& tx, ArtifactTask& use) {
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.artifacts.Get(tx, use.artifact_id));
  return InsertUse(backend, tx, use);
}

Result<Json> CreateArtifactTask(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  MessageReader reader(body, "CreateArtifactTaskRequest");
  const Json* given = reader.Object("artifact_task");
  if (given == nullptr) reader.Fail("artifact_task is missing: say what is to be recorded");
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  PENSTOCK_TRY(ArtifactTask use, ReadArtifactTask(*given));
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return LinkArtifact(backend, tx, use); }));
  return ArtifactTaskMessage(use, Lineage());
}

Result<Json> CreateArtifactTasks(Backend& backend, Call& call) {
  PENSTOCK_TRY(auto bodies, ReadList(call, "CreateArtifactTasksBulkRequest", "artifact_tasks"));
  std::vector<ArtifactTask> uses;
  for (const Json& body : bodies) {
    auto use = ReadArtifactTask(body);
    if (!use) return Fail(AtElement(std::move(use).error(), "artifact_tasks", uses.size()));
    uses.push_back(*std::move(use));
  }
  auto write = [&](Transaction& tx) -> Status {
    for (size_t i = 0; i < uses.size(); ++i) {
      Status done = LinkArtifact(backend, tx, uses[i]);
      if (!done) return Fail(AtElement(std::move(done).error(), "artifact_tasks", i));
    }
    return {};
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  Json message = EmptyMessage();
  for (const ArtifactTask& use : uses) {
    message["artifact_tasks"].Append(ArtifactTaskMessage(use, Lineage()));
  }
  return message;
}

}  // namespace

void AddOutsideRecordRoutes(Router& router, Backend& backend) {
  JsonRoutes routes(router, backend);
  const std::string api = "/apis/v2beta1";
  // Tasks are below their run in the newest announcement, and were beside runs in the first.
  for (const std::string& base : {api, api + "/runs/{run_id}"}) {
    routes.Add("POST", base + "/tasks", "Failed to create a task", CreateTask);
    routes.Add("PATCH", base + "/tasks/{task_id}", "Failed to update a task", UpdateTask);
    routes.Add("POST", base + "/tasks:batchUpdate", "Failed to update tasks", UpdateTasks);
  }
  routes.Add("POST", api + "/tasks:findCached", "Failed to find a cached task", FindCachedTask);
  routes.Add("POST", api + "/artifacts", "Failed to create an artifact", CreateArtifact);
  routes.Add("POST", api + "/artifacts:batchCreate", "Failed to create artifacts", CreateArtifacts);
  routes.Add("POST", api + "/artifact_tasks", "Failed to create an artifact task",
             CreateArtifactTask);
  routes.Add("POST", api + "/artifact_tasks:batchCreate", "Failed to create artifact tasks",
             CreateArtifactTasks);
}

}  // namespace penstock::kfp
