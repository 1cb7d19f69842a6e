// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_message.h"

#include "kfp/error_map.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {
namespace {

using metadata::RuntimeState;
using metadata::Task;
using text::Json;

void PutState(Json& message, RuntimeState state) {
  if (state != RuntimeState::kUnspecified) message["state"] = metadata::RuntimeStateName(state);
}

void PutError(Json& message, const std::string& error) {
  if (!error.empty()) message["error"] = StatusMessage(error);
}

void PutSource(Json& message, const metadata::Run& run) {
  if (!run.pipeline_version_id.empty()) {
    Json& reference = message["pipeline_version_reference"];
    PutText(reference, "pipeline_id", run.pipeline_id);
    PutText(reference, "pipeline_version_id", run.pipeline_version_id);
    return;
  }
  auto spec = text::ParseJson(run.spec_json);
  if (spec) {
    message["pipeline_spec"] = *std::move(spec);
  } else {
    PutError(message, "the stored pipeline spec cannot be read: " + spec.error().message());
  }
}

}  // namespace

void PutPolicies(Json& message, const std::optional<bool>& caching,
                 const std::optional<int64_t>& keep_seconds, int priority) {
  if (caching) message["enable_caching"] = *caching;
  PutInt64(message, "keep_seconds", keep_seconds.value_or(0));
  PutInt32(message, "priority", priority);
}

Json RunMessage(const metadata::Run& run) {
  Json message = EmptyMessage();
  PutText(message, "experiment_id", run.experiment_id);
  PutText(message, "run_id", run.id);
  PutText(message, "display_name", run.display_name);
  PutText(message, "storage_state", run.archived ? "ARCHIVED" : "AVAILABLE");
  PutText(message, "description", run.description);
  PutSource(message, run);
  message["runtime_config"] = EmptyMessage();
  PutJson(message["runtime_config"], "parameters", run.parameters);
  PutText(message["runtime_config"], "pipeline_root", run.pipeline_root);
  PutText(message, "service_account", run.service_account);
  PutTime(message, "created_at", run.created_at);
  PutTime(message, "scheduled_at", run.scheduled_at);
  PutTimeOrEpoch(message, "finished_at", run.finished_at);
  PutState(message, run.state);
  PutError(message, run.error);
  PutText(message, "recurring_run_id", run.recurring_run_id);
  PutPolicies(message, run.caching, run.keep_seconds, run.priority);
  if (!run.plugins_input.empty()) message["plugins_input"] = run.plugins_input;
  PutText(message, "origin", run.origin);
  PutText(message, "origin_run_id", run.origin_run_id);
  PutText(message, "rerun_from", run.rerun_from);
  PutText(message, "locked_from", run.locked_from);
  PutJson(message, "state_history", StateHistoryMessage(run.state_history));
  return message;
}

Json RunMessageWithoutPipeline(metadata::Run run) {
  run.spec_json = "null";
  Json message = RunMessage(run);
  message.as_object().erase("pipeline_spec");
  return message;
}

Json TaskDetailMessage(const Task& task, const std::vector<std::string>& children) {
  Json message = EmptyMessage();
  PutText(message, "run_id", task.run_id);
  PutText(message, "task_id", task.id);
  PutText(message, "display_name", task.display_name);
  PutTime(message, "create_time", task.created_at);
  PutTimeOrEpoch(message, "start_time", task.started_at);
  PutTimeOrEpoch(message, "end_time", task.finished_at);
  PutState(message, task.state);
  PutJson(message, "state_history", StateHistoryMessage(task.state_history));
  PutError(message, task.error);
  PutText(message, "parent_task_id", task.parent_id);
  PutText(message, "pod_name", task.id);  // what logs are asked for by
  for (const std::string& id : children) {
    Json child;
    child["task_id"] = id;
    message["child_tasks"].Append(std::move(child));
  }
  return message;
}

Json StateHistoryMessage(const std::vector<metadata::StateChange>& history) {
  Json list;
  for (const metadata::StateChange& change : history) {
    Json element = EmptyMessage();
    PutTime(element, "update_time", change.time);
    PutState(element, change.state);
    PutError(element, change.error);
    list.Append(std::move(element));
  }
  return list;
}

}  // namespace penstock::kfp
