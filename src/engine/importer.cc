// SPDX-License-Identifier: Apache-2.0
#include "engine/importer.h"

#include <string>
#include <utility>

#include "engine/input_resolution.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Result;
using text::Json;

namespace {

class ImportBuilder {
 public:
  ImportBuilder(const TaskNode& node, const RunContext& context)
      : spec_(*node.planned->executor->importer),
        component_(node.component()),
        identity_(context.IdentityOf(node)) {
    input_.parameters = WithDefaults(component_, node.row.inputs);
    input_.artifacts = node.input_artifacts;
  }

  Result<ir::RuntimeArtifact> Build() {
    ir::RuntimeArtifact artifact;
    artifact.type = spec_.type;
    PENSTOCK_TRY(artifact.uri, Uri());
    for (const auto& [name, value] : spec_.metadata) {
      auto key = ir::ResolveText(name, input_, component_, identity_);
      auto resolved = key ? Resolve(value) : Fail(key.error());
      if (!resolved) return Fail(std::move(resolved).error().Wrap("metadata '" + name + "'"));
      artifact.metadata[*key] = std::move(*resolved);
    }
    // Whoever takes it finds it there: the executor brings it when it is first needed.
    if (spec_.download_to_workspace) artifact.metadata["_kfp_workspace"] = true;
    return artifact;
  }

 private:
  Result<std::string> Uri() {
    Json uri = spec_.artifact_uri;
    if (uri.is_null()) {
      auto found = input_.parameters.find(spec_.artifact_uri_parameter);
      if (found != input_.parameters.end()) uri = found->second;
    }
    if (!uri.is_string() || uri.as_string().empty()) {
      return Fail(Code::kFailedPrecondition, "the address of the artifact to import is no text");
    }
    return ir::ResolveText(uri.as_string(), input_, component_, identity_);
  }

  // Metadata is as deep as the pipeline's JSON, which the parser limits.
  Result<Json> Resolve(const Json& value) {
    if (value.is_string()) {
      PENSTOCK_TRY(auto text, ir::ResolveText(value.as_string(), input_, component_, identity_));
      return Json(std::move(text));
    }
    if (value.is_array()) {
      Json::Array list;
      for (const Json& element : value.as_array()) {
        PENSTOCK_TRY(auto resolved, Resolve(element));
        list.push_back(std::move(resolved));
      }
      return Json(std::move(list));
    }
    if (value.is_object()) {
      Json::Object members;
      for (const auto& [name, member] : value.as_object()) {
        PENSTOCK_TRY(std::string key, ir::ResolveText(name, input_, component_, identity_));
        PENSTOCK_TRY(members[key], Resolve(member));
      }
      return Json(std::move(members));
    }
    return value;
  }

  const ir::ImporterSpec& spec_;
  const ir::ComponentSpec& component_;
  ir::TaskIdentity identity_;
  ir::ExecutorInput input_;
};

}  // namespace

Result<ir::RuntimeArtifact> BuildImport(const TaskNode& node, const RunContext& context) {
  return ImportBuilder(node, context).Build();
}

}  // namespace penstock::engine
