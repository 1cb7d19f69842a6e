// SPDX-License-Identifier: Apache-2.0
#include "engine/cache_fingerprint.h"

#include <utility>
#include <vector>

#include "base/encoding.h"
#include "crypto/digest.h"
#include "engine/input_resolution.h"
#include "text/json.h"

namespace penstock::engine {

using text::Json;

namespace {

Json Words(const std::vector<std::string>& words) {
  return Json::Array(words.begin(), words.end());
}

Json TypeJson(const ir::ArtifactType& type) {
  return Json::Object{{"schemaTitle", type.schema_title},
                      {"schemaUri", type.schema_uri},
                      {"instanceSchema", type.instance_schema},
                      {"schemaVersion", type.schema_version}};
}

std::string ByBytes(const ir::RuntimeArtifact& artifact) {
  // What is not known by its bytes is known by its record alone.
  return artifact.content.empty() ? "id:" + artifact.name : artifact.content;
}

std::string BySize(const ir::RuntimeArtifact& artifact) { return std::to_string(artifact.size); }

Json InputArtifacts(const ArtifactMap& artifacts,
                    std::string (*known)(const ir::RuntimeArtifact&)) {
  Json::Object inputs;
  for (const auto& [name, list] : artifacts) {
    Json::Array contents;
    for (const ir::RuntimeArtifact& artifact : list) {
      contents.emplace_back(Json::Object{{"content", known(artifact)},
                                         {"type", artifact.type.schema_title},
                                         {"metadata", artifact.metadata}});
    }
    inputs[name] = std::move(contents);
  }
  return inputs;
}

Json Outputs(const ir::ComponentSpec& component) {
  Json::Object parameters, artifacts;
  for (const auto& [name, output] : component.output_parameters) {
    parameters[name] = ir::ParameterTypeName(output.type);
  }
  for (const auto& [name, output] : component.output_artifacts) {
    artifacts[name] = Json::Object{{"type", TypeJson(output.type)}, {"metadata", output.metadata}};
  }
  return Json::Object{{"parameters", std::move(parameters)}, {"artifacts", std::move(artifacts)}};
}

// Objects keep their members sorted, so equal values have equal texts.
std::string Digest(Json::Object key) {
  return base::HexEncode(crypto::Sha256(text::FormatJson(std::move(key))));
}

// Of a container, with its inputs as `known` knows them.
Json::Object Key(const TaskNode& node, const RunContext& context,
                 std::string (*known)(const ir::RuntimeArtifact&)) {
  Json::Object key{{"pipeline", context.pipeline_name()}};
  const ir::ComponentSpec& component = node.component();
  const ir::ContainerSpec& container = *node.planned->executor->container;
  key["image"] = container.image;
  key["command"] = Words(container.command);
  key["args"] = Words(container.args);
  Json::Object env;
  for (const auto& [name, value] : container.env) env[name] = value;
  key["env"] = std::move(env);
  key["parameters"] = WithDefaults(component, node.row.inputs);
  key["artifacts"] = InputArtifacts(node.input_artifacts, known);
  key["outputs"] = Outputs(component);
  return key;
}

}  // namespace

std::string CacheFingerprint(const TaskNode& node, const RunContext& context,
                             const Json::Object& named) {
  if (!node.planned->spec->cache_key.empty()) {
    return Digest({{"pipeline", context.pipeline_name()},
                   {"component", node.component().name},
                   {"customKey", node.planned->spec->cache_key}});
  }
  Json::Object key = Key(node, context, ByBytes);
  if (!named.empty()) key["named"] = named;
  return Digest(std::move(key));
}

std::string CacheOutline(const TaskNode& node, const RunContext& context) {
  return Digest(Key(node, context, BySize));
}

std::string ImportFingerprint(const RunContext& context, const ir::RuntimeArtifact& imported) {
  return Digest({{"pipeline", context.pipeline_name()},
                 {"importedUri", imported.uri},
                 {"type", TypeJson(imported.type)},
                 {"metadata", imported.metadata}});
}

}  // namespace penstock::engine
