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

// Who made an artifact: the first task of the run that put it out, the container and not the DAGs
// around. Null where the lineage does not say.
Json ProducerOf(const ArtifactTask& use, const Lineage& lineage) {
  Json producer;
  if (use.outside()) {
    if (!use.producer.empty()) producer["task_name"] = use.producer;
    if (use.producer_iteration) producer["iteration"] = *use.producer_iteration;
    return producer;
  }
  auto outputs = lineage.outputs_by_artifact.find(use.artifact_id);
  if (outputs == lineage.outputs_by_artifact.end()) return producer;
  for (const ArtifactTask* edge : outputs->second) {
    auto found = lineage.task_by_id.find(edge->task_id);
    if (found == lineage.task_by_id.end()) continue;
    const Task& task = *found->second;
    const bool runs = task.kind == TaskKind::kContainer || task.kind == TaskKind::kImporter;
    if (!runs && !producer.is_null()) continue;
    producer["task_name"] = task.name;
    producer["key"] = edge->key;
    if (int iteration = lineage.IterationOf(task); iteration >= 0) {
      producer["iteration"] = iteration;
    }
    if (runs) break;
  }
  return producer;
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
    PutText(element, "type", edges.front()->io_type);
    PutJson(element, "producer", ProducerOf(*edges.front(), lineage));
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
  const bool input = use == ArtifactUse::kInput;
  if (const Json* parameters = task.outside.Find(input ? "inputs" : "outputs")) {
    PutJson(message, "parameters", *parameters);
  } else {
    PutJson(message, "parameters", ParameterMessages(input ? task.inputs : task.outputs));
  }
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

// "root.outer.step": the names on the way down, without iterations. "" where the lineage does not
// hold them all.
std::string ScopePath(const Task& task, const Lineage& lineage) {
  std::string path = task.name;
  for (const Task* at = &task; !at->parent_id.empty();) {
    auto parent = lineage.task_by_id.find(at->parent_id);
    if (parent == lineage.task_by_id.end()) return "";
    at = parent->second;
    if (at->kind != TaskKind::kIteration) path.insert(0, at->name + ".");
  }
  return path;
}

Json TypeAttributes(const Task& task, const Lineage& lineage) {
  Json attributes;
  if (task.iteration >= 0) attributes["iteration_index"] = task.iteration;
  if (task.outside.is_null()) {
    auto children = lineage.children.find(task.id);
    if (task.kind == TaskKind::kLoop && children != lineage.children.end()) {
      PutInt32(attributes, "iteration_count", static_cast<int>(children->second.size()));
    }
    return attributes;
  }
  for (const char* name : {"iteration_count", "download_to_workspace"}) {
    if (const Json* value = task.outside.Find(name)) attributes[name] = *value;
  }
  return attributes;
}

// What only those know who recorded the task.
void PutOutside(Json& message, const Task& task) {
  if (task.outside.is_null()) return;
  message["outside"] = true;
  for (const char* name : {"pods", "status_metadata"}) {
    if (const Json* value = task.outside.Find(name)) PutJson(message, name, *value);
  }
}

bool StartsWithNumbered(std::string_view name, std::string_view prefix) {
  return name.size() > prefix.size() && name.starts_with(prefix) && name[prefix.size()] >= '0' &&
         name[prefix.size()] <= '9';
}

}  // namespace

Json TaskMessage(const Task& task, const Lineage& lineage) {
  Json message = EmptyMessage();
  PutText(message, "task_id", task.id);
  PutText(message, "run_id", task.run_id);
  PutText(message, "parent_task_id", task.parent_id);
  PutText(message, "name", task.name);
  PutText(message, "display_name", task.display_name);
  PutText(message, "type", task.outside.StringOr("type", TaskTypeName(task.kind, task.name)));
  PutJson(message, "type_attributes", TypeAttributes(task, lineage));
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
  std::string path = task.outside.StringOr("scope_path", "");
  PutText(message, "scope_path", path.empty() ? ScopePath(task, lineage) : path);
  PutOutside(message, task);
  return message;
}

std::string_view TaskTypeName(TaskKind kind, std::string_view name) {
  switch (kind) {
    case TaskKind::kRoot:
      return "ROOT";
    case TaskKind::kContainer:
      return "RUNTIME";
    case TaskKind::kImporter:
      return "IMPORTER";
    case TaskKind::kDag:
      if (StartsWithNumbered(name, "condition-branches-")) return "CONDITION_BRANCH";
      if (StartsWithNumbered(name, "condition-")) return "CONDITION";
      return StartsWithNumbered(name, "exit-handler-") ? "EXIT_HANDLER" : "DAG";
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
  PutText(message, "description", artifact.description);
  PutText(message, "uri", artifact.uri);
  PutJson(message, "metadata", artifact.metadata);
  if (artifact.number_value) message["number_value"] = *artifact.number_value;
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
  const std::string_view direction = use.use == ArtifactUse::kInput ? "INPUT" : "OUTPUT";
  PutText(message, "type", use.outside() ? std::string_view(use.io_type) : direction);
  PutText(message, "artifact_key", use.key);
  PutText(message, "key", use.key);
  const Json producer = ProducerOf(use, lineage);
  PutText(message, "producer_task_name", producer.StringOr("task_name", ""));
  PutText(message, "producer_key", producer.StringOr("key", ""));
  PutJson(message, "producer", producer);
  return message;
}

namespace {

constexpr std::pair<std::string_view, std::string_view> kArtifactTypes[] = {
    {"system.Artifact", "Artifact"},
    {"system.Model", "Model"},
    {"system.Dataset", "Dataset"},
    {"system.HTML", "HTML"},
    {"system.Markdown", "Markdown"},
    {"system.Metrics", "Metric"},
    {"system.ClassificationMetrics", "ClassificationMetric"},
    {"system.SlicedClassificationMetrics", "SlicedClassificationMetric"},
};

}  // namespace

std::string_view ArtifactTypeName(std::string_view schema_title) {
  for (const auto& [title, name] : kArtifactTypes) {
    if (title == schema_title) return name;
  }
  return "Artifact";
}

std::string SchemaTitleOf(std::string_view type_name) {
  for (const auto& [title, name] : kArtifactTypes) {
    if (name == type_name) return std::string(title);
  }
  return "system.Artifact";
}

}  // namespace penstock::kfp
