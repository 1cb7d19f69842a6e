// SPDX-License-Identifier: Apache-2.0
#include "engine/artifact_layout.h"

namespace penstock::engine {

namespace {

std::string Join(std::string_view a, std::string_view b) {
  std::string joined(a);
  joined += '/';
  joined += b;
  return joined;
}

}  // namespace

std::string RunRoot(std::string_view pipeline_root, std::string_view pipeline_name,
                    std::string_view run_id) {
  std::string_view root = pipeline_root.substr(0, pipeline_root.find('?'));
  while (root.ends_with('/') && !root.ends_with("//")) root.remove_suffix(1);
  return Join(Join(root, pipeline_name), run_id);
}

std::string TaskRoot(std::string_view run_root, std::string_view task_name, std::string_view uuid) {
  return Join(Join(run_root, task_name), uuid);
}

std::string LogUri(std::string_view task_root, int attempt) {
  return Join(task_root, "executor-logs-" + std::to_string(attempt));
}

void PlaceOutputs(const ir::ComponentSpec& component, std::string_view task_root,
                  ir::ExecutorInput& input) {
  for (const auto& [name, output] : component.output_parameters) {
    input.output_parameter_files[name] = Join("/tmp/kfp/outputs", name);
  }
  for (const auto& [name, output] : component.output_artifacts) {
    ir::RuntimeArtifact artifact;
    artifact.name = name;
    artifact.type = output.type;
    artifact.uri = Join(task_root, name);
    artifact.metadata = output.metadata;
    input.output_artifacts[name] = std::move(artifact);
  }
  input.output_file = Join(ir::LocalPath(task_root), "output_metadata.json");
}

ir::RuntimeArtifact ToRuntimeArtifact(const metadata::Artifact& row) {
  ir::RuntimeArtifact artifact;
  artifact.name = row.id;
  artifact.type.schema_title = row.schema_title;
  artifact.type.schema_version = row.schema_version;
  artifact.uri = row.uri;
  artifact.metadata = row.metadata;
  artifact.content = row.content;
  artifact.size = row.size;
  return artifact;
}

metadata::Artifact ToRow(const ir::RuntimeArtifact& artifact, const std::string& key,
                         const std::string& id, base::Time now) {
  metadata::Artifact row;
  row.id = id;
  row.name = key;
  row.schema_title = artifact.type.schema_title;
  row.schema_version = artifact.type.schema_version;
  row.uri = artifact.uri;
  row.metadata = artifact.metadata;
  row.created_at = now;
  row.content = artifact.content;
  row.size = artifact.size;
  return row;
}

}  // namespace penstock::engine
