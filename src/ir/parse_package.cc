// SPDX-License-Identifier: Apache-2.0
#include <string_view>
#include <utility>
#include <vector>

#include "ir/parse.h"
#include "ir/sdk_quirks.h"
#include "ir/spec_readers.h"
#include "ir/validate.h"
#include "text/yaml.h"

namespace penstock::ir {
namespace {

using base::Code;
using base::Fail;
using base::Result;

constexpr std::string_view kSchemaVersion = "2.1.0";
constexpr size_t kMostNameBytes = 128;

bool IsPipelineName(std::string_view name) {
  if (name.empty() || name.size() > kMostNameBytes || name.front() == '-') return false;
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

void ReadPipelineInfo(FieldReader reader, PipelineSpec& spec) {
  spec.name = reader.String("name");
  spec.display_name = reader.String("displayName");
  spec.description = reader.String("description");
  if (spec.name.empty()) {
    reader.Fail("name", "is missing");
  } else if (!IsPipelineName(spec.name)) {
    reader.Fail("name", "'" + spec.name.substr(0, kMostNameBytes) +
                            "' may only have lower-case letters, digits and '-', not begin with "
                            "'-', and be 128 characters long at most");
  }
  reader.Finish();
}

void ReadSpec(FieldReader& reader, PipelineSpec& spec) {
  ReadPipelineInfo(reader.Message("pipelineInfo"), spec);
  spec.sdk_version = reader.String("sdkVersion");
  spec.schema_version = reader.String("schemaVersion");
  if (spec.schema_version != kSchemaVersion) {
    reader.Fail("schemaVersion", "'" + spec.schema_version.substr(0, 40) +
                                     "' is not supported; only 2.1.0 is, which kfp 2 writes");
  }
  spec.default_pipeline_root = reader.String("defaultPipelineRoot");
  FieldReader deployment = reader.Message("deploymentSpec");
  deployment.MessageMap("executors", [&](const std::string& label, FieldReader& field) {
    ReadExecutor(field, spec.executors[label]);
  });
  deployment.Finish();
  reader.MessageMap("components", [&](const std::string& name, FieldReader& field) {
    ComponentSpec& component = spec.components[name];
    component.name = name;
    ReadComponent(field, component);
  });
  if (!reader.Has("root")) reader.Fail("root", "is missing");
  spec.root.name = "root";
  FieldReader root = reader.Message("root");
  ReadComponent(root, spec.root);
  root.Finish();
  reader.Finish();
}

base::Status CheckPlatform(const Json& platform) {
  const Json* platforms = platform.Find("platforms");
  if (platforms != nullptr && platforms->is_object()) return {};
  return Fail(Code::kInvalidArgument,
              "the platform document must be an object with the member 'platforms'");
}

Result<PipelinePackage> Build(Json spec_json, Json platform_json) {
  PipelinePackage package;
  Problem problem;
  FieldReader reader(&spec_json, Place(""), problem);
  ReadSpec(reader, package.spec);
  PENSTOCK_RETURN_IF_ERROR(problem.status());
  RepairSdkQuirks(package.spec);
  PENSTOCK_RETURN_IF_ERROR(Validate(package.spec));
  if (!platform_json.is_null()) PENSTOCK_RETURN_IF_ERROR(CheckPlatform(platform_json));
  package.spec_json = std::move(spec_json);
  package.platform_json = std::move(platform_json);
  return package;
}

bool IsPipeline(const Json& document) {
  return document.Find("pipelineInfo") != nullptr || document.Find("pipeline_info") != nullptr;
}

Result<std::vector<Json>> ParseDocuments(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '{') {
    // YAML reads nearly all JSON, but not tabs and not every escape: JSON is tried as JSON.
    Result<Json> json = text::ParseJson(text);
    if (json) return std::vector<Json>{*std::move(json)};
  }
  return text::ParseYaml(text);
}

}  // namespace

Result<PipelinePackage> ParsePackage(std::string_view text) {
  PENSTOCK_TRY(std::vector<Json> documents, ParseDocuments(text));
  std::erase_if(documents, [](const Json& document) { return document.is_null(); });
  if (documents.size() == 1) return ParsePackageJson(documents.front());
  Json* spec = nullptr;
  Json* platform = nullptr;
  for (Json& document : documents) {
    Json*& target = IsPipeline(document) ? spec : platform;
    if (target != nullptr) {
      return Fail(Code::kInvalidArgument, IsPipeline(document)
                                              ? "the file holds more than one pipeline"
                                              : "the file holds more than one platform document");
    }
    target = &document;
  }
  if (spec == nullptr) {
    return Fail(Code::kInvalidArgument,
                "the file holds no pipeline: no document with the member 'pipelineInfo'");
  }
  return Build(std::move(*spec), std::move(*platform));
}

Result<PipelinePackage> ParsePackageJson(const Json& spec) {
  if (IsPipeline(spec)) return Build(spec, Json());
  for (auto [spec_name, platform_name] :
       {std::pair("pipeline_spec", "platform_spec"), std::pair("pipelineSpec", "platformSpec")}) {
    const Json* inner = spec.Find(spec_name);
    if (inner == nullptr) continue;
    for (const auto& [member, value] : spec.as_object()) {
      if (member != spec_name && member != platform_name) {
        return Fail(Code::kInvalidArgument, "unknown field '" + member + "'");
      }
    }
    const Json* platform = spec.Find(platform_name);
    return Build(*inner, platform == nullptr ? Json() : *platform);
  }
  return Fail(Code::kInvalidArgument,
              "this is no compiled pipeline: the member 'pipelineInfo' is missing");
}

}  // namespace penstock::ir
