// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/check.h"
#include "text/json.h"

// The pipeline intermediate representation, PipelineSpec 2.1.0 (pipeline_spec.proto of the
// kfp-pipeline-spec package), as plain structs. Names follow the schema.
namespace penstock::ir {

using text::Json;

enum class ParameterType {
  kUnspecified,
  kNumberDouble,
  kNumberInteger,
  kString,
  kBoolean,
  kList,
  kStruct,
  kTaskFinalStatus,
  kTaskConfig,
};
std::string_view ParameterTypeName(ParameterType type);  // "NUMBER_INTEGER"

struct ArtifactType {
  std::string schema_title;     // "system.Dataset"
  std::string schema_uri;       // deprecated form
  std::string instance_schema;  // inline schema text
  std::string schema_version;   // "0.0.1"
};

struct InputParameter {
  ParameterType type = ParameterType::kUnspecified;
  std::optional<Json> default_value;
  bool is_optional = false;
  std::string description;
  std::vector<Json> literals;
};

struct InputArtifact {
  ArtifactType type;
  bool is_optional = false;
  bool is_list = false;
  std::string description;
};

struct OutputParameter {
  ParameterType type = ParameterType::kUnspecified;
  std::string description;
};

struct OutputArtifact {
  ArtifactType type;
  Json::Object metadata;
  bool is_list = false;
  std::string description;
};

// Where a task's parameter input comes from.
struct ParameterSource {
  struct TaskOutput {
    std::string producer_task, output_key;
  };
  struct Constant {
    Json value;
  };
  struct RuntimeParameter {
    std::string name;
  };
  struct ComponentInput {
    std::string name;
  };
  struct TaskFinalStatus {
    std::string producer_task;
  };
  std::variant<TaskOutput, Constant, RuntimeParameter, ComponentInput, TaskFinalStatus> source;
  std::string selector;  // parameterExpressionSelector, e.g. parseJson(string_value)["key"]; or ""
};

struct ArtifactSource {
  struct TaskOutput {
    std::string producer_task, output_key;
  };
  struct ComponentInput {
    std::string name;
  };
  std::variant<TaskOutput, ComponentInput> source;
};

struct ParameterIterator {
  std::optional<std::string> raw_items;  // JSON array text, or
  std::string items_input;               // the name of the task's own parameter input
  std::string item_input;                // the loop variable: an input of the component
};

struct ArtifactIterator {
  std::string items_input;
  std::string item_input;
};

enum class TriggerStrategy { kAllUpstreamSucceeded, kAllUpstreamCompleted };

struct RetryPolicy {
  int max_retry_count = 0;
  double backoff_seconds = 0;
  double backoff_factor = 2;
  double backoff_max_seconds = 3600;
};

struct TaskSpec {
  std::string name;          // the key in the DAG
  std::string display_name;  // taskInfo.name, or the key
  std::string component;     // componentRef.name
  std::map<std::string, ParameterSource> parameters;
  std::map<std::string, ArtifactSource> artifacts;
  // As given, and behind them the producers of the inputs that are not among them.
  std::vector<std::string> dependent_tasks;
  bool enable_cache = false;
  std::string cache_key;
  std::string condition;  // triggerPolicy.condition, or ""
  TriggerStrategy strategy = TriggerStrategy::kAllUpstreamSucceeded;
  std::optional<ParameterIterator> parameter_iterator;
  std::optional<ArtifactIterator> artifact_iterator;
  std::optional<RetryPolicy> retry_policy;
  int parallelism_limit = 0;  // 0: none
};

// A DAG output: the value of the first selector whose sub-task has succeeded.
struct OutputSelector {
  std::string producer_subtask;
  std::string output_key;
};
struct DagOutputParameter {
  std::vector<OutputSelector> selectors;
  bool one_of = false;  // valueFromOneof; otherwise exactly one selector
};
struct DagOutputArtifact {
  std::vector<OutputSelector> selectors;
};

struct DagSpec {
  std::map<std::string, TaskSpec> tasks;
  std::map<std::string, DagOutputParameter> output_parameters;
  std::map<std::string, DagOutputArtifact> output_artifacts;
};

struct ComponentSpec {
  std::string name;  // the key in `components`, "root" for the root
  std::map<std::string, InputParameter> input_parameters;
  std::map<std::string, InputArtifact> input_artifacts;
  std::map<std::string, OutputParameter> output_parameters;
  std::map<std::string, OutputArtifact> output_artifacts;
  std::optional<DagSpec> dag;  // exactly one of the two
  std::string executor_label;
  std::vector<std::pair<std::string, bool>> task_config_passthroughs;  // field, applyToTask
  Json single_platform_specs;                                          // an array, or null
};

// The DAG of a component that is known to have one.
inline const DagSpec& DagOf(const ComponentSpec& component) {
  PENSTOCK_CHECK(component.dag.has_value());
  return *component.dag;
}
inline DagSpec& DagOf(ComponentSpec& component) {
  PENSTOCK_CHECK(component.dag.has_value());
  return *component.dag;
}

struct ResourceSpec {
  std::string cpu_request, cpu_limit, memory_request,
      memory_limit;  // "500m", "2Gi"; placeholders kept
  std::string accelerator_type, accelerator_count;
};

struct ContainerSpec {
  std::string image;
  std::vector<std::string> command;
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  ResourceSpec resources;
};

struct ImporterSpec {
  Json artifact_uri;  // a constant, or null where from a parameter
  std::string artifact_uri_parameter;
  ArtifactType type;
  Json::Object metadata;
  bool reimport = false;
  bool download_to_workspace = false;
};

struct ExecutorSpec {
  std::optional<ContainerSpec> container;  // exactly one of the two
  std::optional<ImporterSpec> importer;
};

struct PipelineSpec {
  std::string name, display_name, description;
  std::string sdk_version, schema_version, default_pipeline_root;
  std::map<std::string, ExecutorSpec> executors;
  std::map<std::string, ComponentSpec> components;
  ComponentSpec root;
};

// A package as uploaded: the parsed spec, and both documents as they came, for storing and showing.
struct PipelinePackage {
  PipelineSpec spec;
  Json spec_json;      // document 1
  Json platform_json;  // document 2, or null
};

}  // namespace penstock::ir
