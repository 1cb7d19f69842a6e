// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "ir/executor_io.h"

namespace penstock::ir {
namespace {

void SetText(Json::Object& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = Json(text);
}

Json TypeJson(const ArtifactType& type) {
  Json::Object object;
  SetText(object, "schemaTitle", type.schema_title);
  SetText(object, "schemaUri", type.schema_uri);
  SetText(object, "instanceSchema", type.instance_schema);
  SetText(object, "schemaVersion", type.schema_version);
  return Json(std::move(object));
}

// A map or message is left out where there is nothing in it.
void SetObject(Json::Object& object, const char* name, Json::Object value) {
  if (!value.empty()) object[name] = Json(std::move(value));
}

Json ListJson(Json::Array artifacts) {
  Json::Object list;
  if (!artifacts.empty()) list["artifacts"] = Json(std::move(artifacts));
  return Json(std::move(list));
}

Json::Object InputsJson(const ExecutorInput& input) {
  Json::Object inputs;
  Json::Object artifacts;
  for (const auto& [name, list] : input.artifacts) {
    Json::Array elements;
    for (const RuntimeArtifact& artifact : list) elements.push_back(ToJson(artifact));
    artifacts[name] = ListJson(std::move(elements));
  }
  SetObject(inputs, "artifacts", std::move(artifacts));
  SetObject(inputs, "parameterValues", input.parameters);
  return inputs;
}

Json::Object OutputsJson(const ExecutorInput& input) {
  Json::Object outputs;
  Json::Object parameters;
  for (const auto& [name, file] : input.output_parameter_files) {
    Json::Object parameter;
    SetText(parameter, "outputFile", file);
    parameters[name] = Json(std::move(parameter));
  }
  SetObject(outputs, "parameters", std::move(parameters));
  Json::Object artifacts;
  for (const auto& [name, artifact] : input.output_artifacts) {
    artifacts[name] = ListJson({ToJson(artifact)});
  }
  SetObject(outputs, "artifacts", std::move(artifacts));
  SetText(outputs, "outputFile", input.output_file);
  return outputs;
}

}  // namespace

Json ToJson(const RuntimeArtifact& artifact) {
  Json::Object object;
  SetText(object, "name", artifact.name);
  Json type = TypeJson(artifact.type);
  if (!type.as_object().empty()) object["type"] = std::move(type);
  SetText(object, "uri", artifact.uri);
  SetObject(object, "metadata", artifact.metadata);
  SetText(object, "customPath", artifact.custom_path);
  return Json(std::move(object));
}

Json ToJson(const ExecutorInput& input) {
  Json::Object object;
  SetObject(object, "inputs", InputsJson(input));
  SetObject(object, "outputs", OutputsJson(input));
  return Json(std::move(object));
}

std::string LocalPath(std::string_view uri) {
  static constexpr std::pair<std::string_view, std::string_view> kMounts[] = {
      {"gs://", "/gcs/"}, {"minio://", "/minio/"}, {"s3://", "/s3/"}};
  for (const auto& [scheme, mount] : kMounts) {
    if (uri.starts_with(scheme)) return std::string(mount).append(uri.substr(scheme.size()));
  }
  constexpr std::string_view kOci = "oci://";
  if (!uri.starts_with(kOci)) return std::string(uri);
  // An image reference is one directory, its slashes escaped.
  std::string reference(uri.substr(kOci.size()));
  std::replace(reference.begin(), reference.end(), '/', '_');
  return "/oci/" + reference;
}

std::string LocalPath(const RuntimeArtifact& artifact) {
  if (!artifact.custom_path.empty()) return artifact.custom_path;
  std::string path = LocalPath(artifact.uri);
  auto in_workspace = artifact.metadata.find("_kfp_workspace");
  if (in_workspace == artifact.metadata.end() || in_workspace->second != Json(true)) return path;
  size_t first = path.find_first_not_of('/');
  return std::string(kWorkspacePath) + "/.artifacts/" +
         (first == std::string::npos ? "" : path.substr(first));
}

}  // namespace penstock::ir
