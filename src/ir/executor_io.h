// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ir/pipeline_spec.h"

namespace penstock::ir {

// Where a run's workspace volume is mounted in its tasks.
inline constexpr std::string_view kWorkspacePath = "/kfp-workspace";

// An artifact as a task sees it (RuntimeArtifact).
struct RuntimeArtifact {
  std::string name;  // its id for inputs, the output's name for outputs
  ArtifactType type;
  std::string uri;
  Json::Object metadata;
  std::string custom_path;  // ExecutorOutput only
  // What tasks do not see: a digest of its bytes and how many there are (-1), where that is known.
  std::string content;
  int64_t size = -1;
};

// What a container task is given (kfp-contract 2.4).
struct ExecutorInput {
  Json::Object parameters;
  std::map<std::string, std::vector<RuntimeArtifact>> artifacts;
  std::map<std::string, std::string> output_parameter_files;  // name -> "/tmp/kfp/outputs/<name>"
  std::map<std::string, RuntimeArtifact> output_artifacts;
  std::string output_file;  // where the ExecutorOutput JSON is to be written
};

// protobuf JSON: camelCase, empty members left out, whole numbers without a fraction.
Json ToJson(const ExecutorInput& input);
Json ToJson(const RuntimeArtifact& artifact);

// The local path the SDK derives from a URI: minio://b/k -> /minio/b/k, gs:// -> /gcs/, s3:// ->
// /s3/, oci://r/i -> /oci/r_i; anything else is itself.
std::string LocalPath(std::string_view uri);
// The same for an artifact: a custom path goes first, and what was downloaded into the workspace
// lies there.
std::string LocalPath(const RuntimeArtifact& artifact);

// What the placeholders about the run and the task stand for.
struct TaskIdentity {
  std::string run_name, run_resource_name, run_id, task_name, task_uuid, pipeline_root;
  std::string create_time, schedule_time;  // RFC 3339
};

// Substitutes all placeholders in a command line, IfPresent and Concat included; one argument may
// become none or several. Also for single strings: image, environment values, resource amounts.
// What is put in is not searched again. An input that is not given stands for its default or for
// nothing; one the component does not have is an error; other braces stay as they are.
base::Result<std::vector<std::string>> ResolveCommand(const std::vector<std::string>& words,
                                                      const ExecutorInput& input,
                                                      const ComponentSpec& component,
                                                      const TaskIdentity& identity);
base::Result<std::string> ResolveText(std::string_view text, const ExecutorInput& input,
                                      const ComponentSpec& component, const TaskIdentity& identity);

// A constant of a pipeline with the placeholders for the run filled in wherever they stand, inside
// lists and structs too ({{$.pipeline_job_name}}, {{$.workspace_path}}, …).
Json ResolveConstant(const Json& value, const TaskIdentity& identity);
// The same, and {{$.inputs.parameters['x']}} with the task's other inputs `parameters`, which the
// SDK compiles f-strings and nested channels to. A string that is nothing but one such placeholder
// becomes the value itself; null stands for nothing inside a text. For constants only: values that
// tasks have made must not be searched.
Json ResolveConstant(const Json& value, const TaskIdentity& identity,
                     const Json::Object& parameters);

struct ExecutorOutput {
  Json::Object parameters;
  std::map<std::string, std::vector<RuntimeArtifact>> artifacts;
};
// `output_json` is the text of the output file, empty where there was none; `parameter_files` holds
// the texts of the per-parameter files that exist. Checks that every declared output parameter is
// there with its type (kfp-contract 2.4, precedence and parsing).
base::Result<ExecutorOutput> ParseExecutorOutput(
    std::string_view output_json, const std::map<std::string, std::string>& parameter_files,
    const ComponentSpec& component);

// The outputs as they are to be published, by name: the declared artifacts with what the task said
// of them. A uri or custom path that is not empty replaces, metadata is merged over; of every list
// only the first element counts.
std::map<std::string, std::vector<RuntimeArtifact>> MergeOutputArtifacts(
    const ExecutorInput& input, const ExecutorOutput& output);

// Converts a value for an input of that type: STRING takes anything and prints it, every other type
// must match (kfp-contract 2.3.6). The error does not name the input; the caller does.
base::Result<Json> ConvertParameter(const Json& value, ParameterType type);

}  // namespace penstock::ir
