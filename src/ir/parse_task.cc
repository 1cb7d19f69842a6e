// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include "ir/spec_readers.h"

namespace penstock::ir {
namespace {

constexpr int64_t kMostRetries = 1'000'000;

ParameterSource ReadParameterSource(FieldReader& reader) {
  ParameterSource source;
  source.selector = reader.String("parameterExpressionSelector");
  std::string_view kind = reader.OneOf(
      {"taskOutputParameter", "runtimeValue", "componentInputParameter", "taskFinalStatus"});
  if (kind == "taskOutputParameter") {
    FieldReader field = reader.Message(kind);
    source.source = ParameterSource::TaskOutput{field.String("producerTask"),
                                                field.String("outputParameterKey")};
    field.Finish();
  } else if (kind == "runtimeValue") {
    FieldReader field = reader.Message(kind);
    ConstantOrParameter value = ReadConstantOrParameter(field);
    field.Finish();
    if (value.constant) {
      source.source = ParameterSource::Constant{*std::move(value.constant)};
    } else if (!value.parameter.empty()) {
      source.source = ParameterSource::RuntimeParameter{value.parameter};
    } else {
      reader.Fail(kind, "needs either 'constant' or 'runtimeParameter'");
    }
  } else if (kind == "componentInputParameter") {
    source.source = ParameterSource::ComponentInput{reader.String(kind)};
  } else if (kind == "taskFinalStatus") {
    FieldReader field = reader.Message(kind);
    source.source = ParameterSource::TaskFinalStatus{field.String("producerTask")};
    field.Finish();
  } else {
    reader.Fail("names no source for the value");
  }
  return source;
}

ArtifactSource ReadArtifactSource(FieldReader& reader) {
  ArtifactSource source;
  std::string_view kind = reader.OneOf({"taskOutputArtifact", "componentInputArtifact"});
  if (kind == "taskOutputArtifact") {
    FieldReader field = reader.Message(kind);
    source.source =
        ArtifactSource::TaskOutput{field.String("producerTask"), field.String("outputArtifactKey")};
    field.Finish();
  } else if (kind == "componentInputArtifact") {
    source.source = ArtifactSource::ComponentInput{reader.String(kind)};
  } else {
    reader.Fail("names no source for the artifact");
  }
  return source;
}

void ReadTaskInputs(FieldReader reader, TaskSpec& task) {
  reader.MessageMap("parameters", [&](const std::string& name, FieldReader& field) {
    task.parameters[name] = ReadParameterSource(field);
  });
  reader.MessageMap("artifacts", [&](const std::string& name, FieldReader& field) {
    task.artifacts[name] = ReadArtifactSource(field);
  });
  reader.Finish();
}

void ReadTriggerPolicy(FieldReader reader, TaskSpec& task) {
  task.condition = reader.String("condition");
  int strategy = reader.Enum("strategy", {{"TRIGGER_STRATEGY_UNSPECIFIED", 0},
                                          {"ALL_UPSTREAM_TASKS_SUCCEEDED", 1},
                                          {"ALL_UPSTREAM_TASKS_COMPLETED", 2}});
  if (strategy == 2) task.strategy = TriggerStrategy::kAllUpstreamCompleted;
  reader.Finish();
}

void ReadIterator(FieldReader& reader, TaskSpec& task) {
  std::string_view kind = reader.OneOf({"parameterIterator", "artifactIterator"});
  if (kind == "parameterIterator") {
    FieldReader iterator = reader.Message(kind);
    ParameterIterator& target = task.parameter_iterator.emplace();
    target.item_input = iterator.String("itemInput");
    FieldReader items = iterator.Message("items");
    if (items.OneOf({"raw", "inputParameter"}) == "raw") target.raw_items = items.String("raw");
    target.items_input = items.String("inputParameter");
    items.Finish();
    iterator.Finish();
  } else if (kind == "artifactIterator") {
    FieldReader iterator = reader.Message(kind);
    ArtifactIterator& target = task.artifact_iterator.emplace();
    target.item_input = iterator.String("itemInput");
    FieldReader items = iterator.Message("items");
    target.items_input = items.String("inputArtifact");
    items.Finish();
    iterator.Finish();
  }
  FieldReader policy = reader.Message("iteratorPolicy");
  task.parallelism_limit = static_cast<int>(policy.Integer("parallelismLimit", 0, INT32_MAX));
  policy.Finish();
}

void ReadRetryPolicy(FieldReader& reader, TaskSpec& task) {
  if (!reader.Has("retryPolicy")) return;
  FieldReader policy = reader.Message("retryPolicy");
  RetryPolicy& target = task.retry_policy.emplace();
  target.max_retry_count = static_cast<int>(policy.Integer("maxRetryCount", 0, kMostRetries));
  target.backoff_seconds = policy.Seconds("backoffDuration");
  // A factor of 0 is a field left out: the schema's default, as for the greatest wait.
  double factor = policy.Number("backoffFactor");
  if (factor < 0) policy.Fail("backoffFactor", "must not be negative");
  if (factor > 0) target.backoff_factor = factor;
  if (policy.Has("backoffMaxDuration")) {
    target.backoff_max_seconds = policy.Seconds("backoffMaxDuration");
  }
  policy.Finish();
}

// The tasks that produce the inputs, which a task waits for as for the tasks it names.
void AddProducers(TaskSpec& task) {
  std::set<std::string> known;
  std::erase_if(task.dependent_tasks,
                [&](const std::string& name) { return !known.insert(name).second; });
  auto add = [&](const std::string& name) {
    if (known.insert(name).second) task.dependent_tasks.push_back(name);
  };
  for (const auto& [name, source] : task.parameters) {
    if (const auto* output = std::get_if<ParameterSource::TaskOutput>(&source.source)) {
      add(output->producer_task);
    } else if (const auto* state = std::get_if<ParameterSource::TaskFinalStatus>(&source.source)) {
      add(state->producer_task);
    }
  }
  for (const auto& [name, source] : task.artifacts) {
    if (const auto* output = std::get_if<ArtifactSource::TaskOutput>(&source.source)) {
      add(output->producer_task);
    }
  }
}

}  // namespace

void ReadTask(FieldReader& reader, TaskSpec& task) {
  FieldReader info = reader.Message("taskInfo");
  task.display_name = info.String("name");
  if (task.display_name.empty()) task.display_name = task.name;
  info.Finish();
  FieldReader component = reader.Message("componentRef");
  task.component = component.String("name");
  component.Finish();
  ReadTaskInputs(reader.Message("inputs"), task);
  task.dependent_tasks = reader.Strings("dependentTasks");
  FieldReader caching = reader.Message("cachingOptions");
  task.enable_cache = caching.Bool("enableCache");
  task.cache_key = caching.String("cacheKey");
  caching.Finish();
  ReadTriggerPolicy(reader.Message("triggerPolicy"), task);
  ReadIterator(reader, task);
  ReadRetryPolicy(reader, task);
  AddProducers(task);
}

}  // namespace penstock::ir
