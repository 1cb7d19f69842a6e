// SPDX-License-Identifier: Apache-2.0
#include "kfp/task_request.h"

#include <algorithm>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "kfp/limits.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {
namespace {

using base::Status;
using metadata::RuntimeState;
using metadata::Task;
using metadata::TaskKind;
using text::Json;

constexpr size_t kMostTaskName = 128;

constexpr std::string_view kTypes[] = {
    "TASK_TYPE_UNSPECIFIED", "ROOT",     "RUNTIME", "CONDITION_BRANCH", "CONDITION", "LOOP",
    "EXIT_HANDLER",          "IMPORTER", "DAG",     "LOOP_ITERATION"};
constexpr std::string_view kPodTypes[] = {"UNSPECIFIED", "DRIVER", "EXECUTOR"};
constexpr std::string_view kIoTypes[] = {"UNSPECIFIED",
                                         "COMPONENT_DEFAULT_INPUT",
                                         "TASK_OUTPUT_INPUT",
                                         "COMPONENT_INPUT",
                                         "RUNTIME_VALUE_INPUT",
                                         "COLLECTED_INPUTS",
                                         "ITERATOR_INPUT",
                                         "ITERATOR_INPUT_RAW",
                                         "ITERATOR_OUTPUT",
                                         "OUTPUT",
                                         "ONE_OF_OUTPUT",
                                         "TASK_FINAL_STATUS_OUTPUT",
                                         "INPUT"};

// Those of runs, by their numbers, and the one that tasks have besides.
constexpr std::string_view kCached = "CACHED";
std::vector<std::string_view> States() {
  std::vector<std::string_view> states = {"RUNTIME_STATE_UNSPECIFIED"};
  for (int number = 1; number <= static_cast<int>(RuntimeState::kPaused); ++number) {
    states.push_back(metadata::RuntimeStateName(static_cast<RuntimeState>(number)));
  }
  states.push_back(kCached);
  return states;
}

TaskKind KindOf(std::string_view type) {
  if (type == "ROOT") return TaskKind::kRoot;
  if (type == "IMPORTER") return TaskKind::kImporter;
  if (type == "LOOP") return TaskKind::kLoop;
  if (type == "LOOP_ITERATION") return TaskKind::kIteration;
  return type == "RUNTIME" ? TaskKind::kContainer : TaskKind::kDag;
}

Status ReadProducer(const Json& body, Json& parameter) {
  MessageReader reader(body, "producer");
  Json producer = EmptyMessage();
  PutText(producer, "task_name", reader.Text("task_name"));
  PutText(producer, "key", reader.Text("key"));
  if (auto iteration = reader.Integer("iteration")) producer["iteration"] = *iteration;
  parameter["producer"] = std::move(producer);
  return reader.Finish();
}

base::Result<Json> ReadParameter(const Json& body) {
  MessageReader reader(body, "parameters");
  Json parameter = EmptyMessage();
  std::string key = reader.Text("parameter_key");
  std::string name = reader.Text("name");  // what the key was called at first
  if (key.empty()) key = name;
  if (key.empty()) reader.Fail("parameters: each needs a parameter_key");
  parameter["parameter_key"] = key;
  if (const Json* value = body.Find("value")) parameter["value"] = *value;  // null is a value here
  (void)reader.Any("value");
  std::string type = reader.Word("type", kIoTypes);
  if (type != "UNSPECIFIED") PutText(parameter, "type", type);
  if (const Json* producer = reader.Object("producer")) {
    reader.Take(ReadProducer(*producer, parameter));
  }
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  return parameter;
}

// Values that iterations pass up without saying which they are of differ by nothing but
// themselves.
bool CountsByValue(const Json& parameter) {
  const std::string type = parameter.StringOr("type", "");
  if (type != "COLLECTED_INPUTS" && !type.starts_with("ITERATOR_")) return false;
  const Json* producer = parameter.Find("producer");
  return producer == nullptr || producer->Find("iteration") == nullptr;
}

bool IsSameParameter(const Json& a, const Json& b) {
  auto part = [](const Json& of, std::string_view name) {
    const Json* found = of.Find(name);
    return found == nullptr ? Json() : *found;
  };
  for (std::string_view name : {"parameter_key", "type", "producer"}) {
    if (part(a, name) != part(b, name)) return false;
  }
  return !CountsByValue(a) || part(a, "value") == part(b, "value");
}

// Parameters of a side ("inputs") into the list of all that is known of them, and into the values.
Status MergeParameters(MessageReader& reader, std::string_view side, Task& task) {
  const Json* body = reader.Object(side);
  if (body == nullptr) return {};
  MessageReader fields(*body, side);
  (void)fields.Any("artifacts");  // these have calls of their own
  Json::Object& values = side == "inputs" ? task.inputs : task.outputs;
  if (const Json* parameters = fields.Array("parameters")) {
    Json& list = task.outside[side];
    if (list.is_null()) list = Json(Json::Array());
    for (const Json& one : parameters->as_array()) {
      PENSTOCK_TRY(Json parameter, ReadParameter(one));
      const Json* value = parameter.Find("value");
      values[parameter.StringOr("parameter_key", "")] = value == nullptr ? Json() : *value;
      Json::Array& all = list.as_array();
      auto known = std::ranges::find_if(
          all, [&](const Json& other) { return IsSameParameter(other, parameter); });
      if (known != all.end()) {
        *known = std::move(parameter);
      } else {
        all.push_back(std::move(parameter));
      }
    }
  }
  return fields.Finish();
}

Status ReadPods(const Json& body, Json& pods) {
  pods = Json(Json::Array());
  for (const Json& one : body.as_array()) {
    MessageReader reader(one, "pods");
    Json pod = EmptyMessage();
    PutText(pod, "name", reader.Text("name"));
    PutText(pod, "uid", reader.Text("uid"));
    PutText(pod, "type", reader.Word("type", kPodTypes));
    PENSTOCK_RETURN_IF_ERROR(reader.Finish());
    pods.Append(std::move(pod));
  }
  return {};
}

void ReadStatus(MessageReader& reader, Task& task) {
  if (const Json* error = reader.Object("error")) {
    MessageReader fields(*error, "error");
    task.error = fields.Text("message");
    fields.IgnoreAny({"code", "details"});
    reader.Take(fields.Finish());
  }
  if (const Json* metadata = reader.Object("status_metadata")) {
    MessageReader fields(*metadata, "status_metadata");
    Json status = EmptyMessage();
    PutText(status, "message", fields.Text("message"));
    if (const Json* more = fields.Object("custom_properties")) status["custom_properties"] = *more;
    reader.Take(fields.Finish());
    if (task.error.empty()) task.error = status.StringOr("message", "");
    task.outside["status_metadata"] = std::move(status);
  }
}

void ReadAttributes(MessageReader& reader, Task& task) {
  const Json* attributes = reader.Object("type_attributes");
  if (attributes == nullptr) return;
  MessageReader fields(*attributes, "type_attributes");
  if (auto index = fields.Integer("iteration_index")) {
    if (*index < 0 || *index > std::numeric_limits<int>::max()) {
      fields.Fail("type_attributes.iteration_index must be 0 or more");
    } else {
      task.iteration = static_cast<int>(*index);
    }
  }
  if (auto count = fields.Integer("iteration_count")) {
    if (*count < 0 || *count > std::numeric_limits<int>::max()) {
      fields.Fail("type_attributes.iteration_count must be 0 or more");
    } else {
      task.outside["iteration_count"] = *count;
    }
  }
  if (auto download = fields.Flag("download_to_workspace")) {
    task.outside["download_to_workspace"] = *download;
  }
  reader.Take(fields.Finish());
}

void ReadState(MessageReader& reader, base::Time now, Task& task) {
  static const std::vector<std::string_view> kStates = States();
  std::string word = reader.Word("state", kStates);
  std::string older = reader.Word("status", kStates);  // what it was called at first
  if (!word.empty() && !older.empty() && word != older) {
    return reader.Fail("state and status are the same, and must not differ");
  }
  if (word.empty()) word = older;
  if (word.empty() || word == kStates[0]) return;
  const bool cached = word == kCached;
  const auto at = std::ranges::find(kStates, word) - kStates.begin();
  const RuntimeState state = cached ? RuntimeState::kSkipped : static_cast<RuntimeState>(at);
  task.cached = cached;
  if (state != task.state || task.state_history.empty()) {
    const bool tells = state != RuntimeState::kSucceeded && state != RuntimeState::kSkipped;
    task.state_history.push_back({now, state, tells ? task.error : ""});
  }
  task.state = state;
  if (state == RuntimeState::kRunning && !task.started_at) task.started_at = now;
  if (!metadata::IsFinal(state)) task.finished_at.reset();
  if (metadata::IsFinal(state) && !task.finished_at) task.finished_at = now;
}

// The ids, which the task may have already, and where it is in its run.
void ReadPlace(MessageReader& reader, Task& task) {
  const std::string id = reader.Text("task_id");
  if (!id.empty() && !task.id.empty() && id != task.id) {
    reader.Fail("task_id in the body, '" + id + "', is not that of the path");
  }
  const std::string run = reader.Text("run_id");
  if (!run.empty() && !task.run_id.empty() && run != task.run_id) {
    reader.Fail("run_id in the body, '" + run + "', is not the task's run, " + task.run_id);
  }
  if (task.run_id.empty()) task.run_id = run;
  if (reader.Any("parent_task_id") != nullptr) task.parent_id = reader.Text("parent_task_id");
  auto take = [&](std::string_view field, std::string& member) {
    std::string text = reader.Text(field);
    reader.Take(CheckLength(field, text, kMostTaskName));
    if (!text.empty()) member = std::move(text);
  };
  take("name", task.name);
  take("display_name", task.display_name);
  if (task.name.empty()) task.name = task.display_name;
  std::string type = reader.Word("type", kTypes);
  if (type == kTypes[0]) type.clear();
  if (type.empty() && task.outside.Find("type") == nullptr) type = "RUNTIME";
  if (!type.empty()) {
    task.kind = KindOf(type);
    task.outside["type"] = std::move(type);
  }
  if (std::string path = reader.Text("scope_path"); !path.empty()) {
    task.outside["scope_path"] = std::move(path);
  }
}

}  // namespace

std::span<const std::string_view> IoTypes() { return kIoTypes; }

bool IsOutput(std::string_view io_type) { return io_type.ends_with("OUTPUT"); }

Status MergeTask(const Json& body, base::Time now, Task& task) {
  MessageReader reader(body, "PipelineTask");
  if (task.outside.is_null()) task.outside = EmptyMessage();
  ReadPlace(reader, task);
  if (auto time = reader.Time("create_time")) task.created_at = *time;
  if (auto time = reader.Time("start_time"); time && base::ToMicros(*time) != 0) {
    task.started_at = *time;
  }
  std::optional<base::Time> end = reader.Time("end_time");
  if (end && base::ToMicros(*end) == 0) end.reset();  // how answers say that there is none
  ReadStatus(reader, task);
  ReadState(reader, now, task);
  if (end) task.finished_at = *end;
  ReadAttributes(reader, task);
  if (std::string fingerprint = reader.Text("cache_fingerprint"); !fingerprint.empty()) {
    task.fingerprint = std::move(fingerprint);
  }
  if (const Json* pods = reader.Array("pods")) {
    reader.Take(ReadPods(*pods, task.outside["pods"]));
  }
  reader.Take(MergeParameters(reader, "inputs", task));
  reader.Take(MergeParameters(reader, "outputs", task));
  reader.IgnoreAny({"state_history", "child_tasks", "attempt", "exit_code", "cached",
                    "cached_from_task_id", "cached_from_run_id", "details", "outside"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  if (!task.name.empty()) return {};
  return base::Fail(base::Code::kInvalidArgument, "a task needs a name: give it in name");
}

Status CheckTaskOfRun(const Task& task, std::string_view run_id) {
  if (task.run_id == run_id) return {};
  return base::Fail(base::Code::kInvalidArgument, "Task " + task.id + " is of run " + task.run_id +
                                                      ", not of " + std::string(run_id));
}

bool IsSameStep(const Task& a, const Task& b) {
  auto place = [](const Task& task) {
    return std::tuple(task.run_id, task.parent_id, task.name, task.iteration,
                      task.outside.StringOr("scope_path", ""), task.outside.StringOr("type", ""));
  };
  return !a.outside.StringOr("scope_path", "").empty() && place(a) == place(b);
}

}  // namespace penstock::kfp
