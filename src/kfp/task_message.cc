// SPDX-License-Identifier: Apache-2.0
#include "kfp/task_message.h"

#include <algorithm>
#include <map>
#include <utility>

#include "kfp/error_map.h"
#include "kfp/message_writer.h"
#include "kfp/run_message.h"

namespace penstock::kfp {
namespace {

using metadata::Artifact;
using metadata::ArtifactTask;
using metadata::ArtifactUse;
using metadata::Task;
using metadata::TaskKind;
using text::Json;

Json ParameterMessages(const Json::Object& values) {
  Json list;
  for (const auto& [key, value] : values) {
    Json parameter;
    parameter["parameter_key"] = key;
    parameter["value"] = value;
    list.Append(std::move(parameter));
  }
  return list;
}

// The artifacts that the task used in that way, one element for each input or output.
Json ArtifactLists(const Task& task, ArtifactUse use, const Lineage& lineage) {
  std::map<std::string_view, std::vector<const ArtifactTask*>> by_key;
  if (auto own = lineage.uses_by_task.find(task.id); own != lineage.uses_by_task.end()) {
    for (const ArtifactTask* edge : own->second) {
      if (edge->use == use) by_key[edge->key].push_back(edge);
    }
  }
  Json lists;
  for (auto& [key, edges] : by_key) {
    std::ranges::sort(edges, {}, &ArtifactTask::position);
    Json element;
    element["artifact_key"] = key;
    for (const ArtifactTask* edge : edges) {
      auto found = lineage.artifact_by_id.find(edge->artifact_id);
      if (found == lineage.artifact_by_id.end()) continue;
      element["artifacts"].Append(ArtifactMessage(*found->second));
    }
    lists.Append(std::move(element));
  }
  return lists;
}

Json UsedMessage(const Task& task, ArtifactUse use, const Lineage& lineage) {
  Json message = EmptyMessage();
  const Json::Object& values = use == ArtifactUse::kInput ? task.inputs : task.outputs;
  PutJson(message, "parameters", ParameterMessages(values));
  PutJson(message, "artifacts", ArtifactLists(task, use, lineage));
  return message;
}

Json ChildMessages(const Task& task, const Lineage& lineage) {
  Json children;
  auto found = lineage.children.find(task.id);
  if (found == lineage.children.end()) return children;
  for (const Task* child : found->second) {
    Json message;
    message["task_id"] = child->id;
    message["name"] = child->name;
    children.Append(std::move(message));
  }
  return children;
}

}  // namespace

void Lineage::Index() {
  for (const Task& task : tasks) {
    task_by_id[task.id] = &task;
    children[task.parent_id].push_back(&task);
  }
  for (const Artifact& artifact : artifacts) artifact_by_id[artifact.id] = &artifact;
  for (const ArtifactTask& use : uses) {
    uses_by_task[use.task_id].push_back(&use);
    if (use.use == ArtifactUse::kOutput) outputs_by_artifact[use.artifact_id].push_back(&use);
  }
}

Json TaskMessage(const Task& task, const Lineage& lineage) {
  Json message = EmptyMessage();
  PutText(message, "task_id", task.id);
  PutText(message, "run_id", task.run_id);
  PutText(message, "parent_task_id", task.parent_id);
  PutText(message, "name", task.name);
  PutText(message, "display_name", task.display_name);
  PutText(message, "type", TaskTypeName(task.kind));
  if (task.iteration >= 0) message["type_attributes"]["iteration_index"] = task.iteration;
  if (task.state != metadata::RuntimeState::kUnspecified) {
    message["state"] = metadata::RuntimeStateName(task.state);
  }
  PutJson(message, "state_history", StateHistoryMessage(task.state_history));
  PutTime(message, "create_time", task.created_at);
  PutTimeOrEpoch(message, "start_time", task.started_at);
  PutTimeOrEpoch(message, "end_time", task.finished_at);
  PutInt32(message, "attempt", task.attempt);
  if (task.exit_code) message["exit_code"] = *task.exit_code;
  if (!task.error.empty()) message["error"] = StatusMessage(task.error);
  if (task.cached) message["cached"] = true;
  PutText(message, "cached_from_task_id", task.cached_from_task_id);
  PutText(message, "cached_from_run_id", task.cached_from_run_id);
  PutText(message, "cache_fingerprint", task.fingerprint);
  PutJson(message, "inputs", UsedMessage(task, ArtifactUse::kInput, lineage));
  PutJson(message, "outputs", UsedMessage(task, ArtifactUse::kOutput, lineage));
  PutJson(message, "child_tasks", ChildMessages(task, lineage));
  PutJson(message, "details", task.details);
  return message;
}

std::string_view TaskTypeName(TaskKind kind) {
  switch (kind) {
    case TaskKind::kRoot:
      return "ROOT";
    case TaskKind::kContainer:
      return "RUNTIME";
    case TaskKind::kImporter:
      return "IMPORTER";
    case TaskKind::kDag:
      return "DAG";
    case TaskKind::kLoop:
      return "LOOP";
    case TaskKind::kIteration:
      return "LOOP_ITERATION";
  }
  return "";
}

Json ArtifactMessage(const Artifact& artifact) {
  Json message = EmptyMessage();
  PutText(message, "artifact_id", artifact.id);
  PutText(message, "name", artifact.name);
  PutText(message, "type", ArtifactTypeName(artifact.schema_title));
  PutText(message, "schema_title", artifact.schema_title);
  PutText(message, "schema_version", artifact.schema_version);
  PutText(message, "uri", artifact.uri);
  PutJson(message, "metadata", artifact.metadata);
  PutTime(message, "created_at", artifact.created_at);
  if (artifact.size >= 0) message["size"] = std::to_string(artifact.size);
  if (artifact.directory) message["directory"] = true;
  PutText(message, "content", artifact.content);
  if (artifact.deleted_at) PutTime(message, "deleted_at", *artifact.deleted_at);
  return message;
}

Json ArtifactTaskMessage(const ArtifactTask& use, const Lineage& lineage) {
  Json message = EmptyMessage();
  message["id"] = use.task_id + "/" + (use.use == ArtifactUse::kInput ? "input" : "output") + "/" +
                  use.key + "/" + std::to_string(use.position);
  PutText(message, "artifact_id", use.artifact_id);
  PutText(message, "run_id", use.run_id);
  PutText(message, "task_id", use.task_id);
  PutText(message, "type", use.use == ArtifactUse::kInput ? "INPUT" : "OUTPUT");
  PutText(message, "artifact_key", use.key);
  // The producer is the first task of the run that put it out: the container, not the DAGs around.
  auto outputs = lineage.outputs_by_artifact.find(use.artifact_id);
  if (outputs == lineage.outputs_by_artifact.end()) return message;
  for (const ArtifactTask* edge : outputs->second) {
    auto found = lineage.task_by_id.find(edge->task_id);
    if (found == lineage.task_by_id.end()) continue;
    const Task& producer = *found->second;
    bool runs = producer.kind == TaskKind::kContainer || producer.kind == TaskKind::kImporter;
    if (!runs && message.Find("producer_key") != nullptr) continue;
    message["producer_task_name"] = producer.name;
    message["producer_key"] = edge->key;
    if (runs) break;
  }
  return message;
}

std::string_view ArtifactTypeName(std::string_view schema_title) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"system.Model", "Model"},
      {"system.Dataset", "Dataset"},
      {"system.HTML", "HTML"},
      {"system.Markdown", "Markdown"},
      {"system.Metrics", "Metric"},
      {"system.ClassificationMetrics", "ClassificationMetric"},
      {"system.SlicedClassificationMetrics", "SlicedClassificationMetric"},
  };
  for (const auto& [title, name] : kTypes) {
    if (title == schema_title) return name;
  }
  return "Artifact";
}

}  // namespace penstock::kfp
