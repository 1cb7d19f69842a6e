// SPDX-License-Identifier: Apache-2.0
#include "kfp/pipeline_versions.h"

#include "kfp/json_routes.h"
#include "kfp/list_params.h"
#include "kfp/message_writer.h"
#include "kfp/new_pipeline_version.h"
#include "kfp/page_message.h"
#include "kfp/pipeline_message.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::PipelineVersion;
using metadata::Transaction;
using text::Json;

Result<Json> Create(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxPackageBytes));
  PENSTOCK_TRY(PipelineRequest request, ReadPipelineVersion(body));
  const std::string& pipeline_id = call.Param("pipeline_id");
  if (!request.id.empty() && request.id != pipeline_id) {
    return Fail(Code::kInvalidArgument,
                "the body names pipeline " + request.id + ", the path " + pipeline_id);
  }
  PENSTOCK_RETURN_IF_ERROR(CompleteNames(request, kMaxVersionName));
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.pipelines.Get(pipeline_id));
  PENSTOCK_TRY(ir::PipelinePackage package, ReadVersionSource(backend, request));

  const PipelineVersion version = MakePipelineVersion(backend, request, pipeline_id, package);
  auto& pipelines = backend.metadata.pipelines;
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(pipelines.Get(pipeline_id));
    return pipelines.InsertVersion(tx, version);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return PipelineVersionMessage(version);
}

// As upstream, a version is found by its own id; the pipeline's in the path is not looked at.
Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(PipelineVersion version,
               backend.metadata.pipelines.GetVersion(call.Param("pipeline_version_id")));
  return PipelineVersionMessage(version);
}

Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  auto& pipelines = backend.metadata.pipelines;
  PENSTOCK_RETURN_IF_ERROR(pipelines.Get(call.Param("pipeline_id")));
  PENSTOCK_TRY(auto page, pipelines.ListVersions(call.Param("pipeline_id"), query));
  return PageMessage("pipeline_versions", page, PipelineVersionMessage);
}

Result<Json> Update(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxPackageBytes));
  PENSTOCK_TRY(PipelineRequest request, ReadPipelineVersion(body));
  PENSTOCK_RETURN_IF_ERROR(CheckLength("display_name", request.display_name, kMaxVersionName));
  PENSTOCK_RETURN_IF_ERROR(CheckTags(request.tags.value_or(Tags())));
  PipelineVersion version;
  auto& pipelines = backend.metadata.pipelines;
  auto write = [&](Transaction& tx) -> Status {
    // Writers take turns, so what is read here is not changed by anybody before it is written.
    PENSTOCK_TRY(version, pipelines.GetVersion(call.Param("pipeline_version_id")));
    if (!request.display_name.empty()) version.display_name = request.display_name;
    if (request.tags) version.tags = *request.tags;
    return pipelines.UpdateVersion(tx, version);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return PipelineVersionMessage(version);
}

Result<Json> Delete(Backend& backend, Call& call) {
  const std::string& id = call.Param("pipeline_version_id");
  auto& pipelines = backend.metadata.pipelines;
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return pipelines.DeleteVersion(tx, id); }));
  return EmptyMessage();
}

}  // namespace

void AddPipelineVersionRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/pipelines/{pipeline_id}/versions";
  const std::string one = all + "/{pipeline_version_id}";
  JsonRoutes routes(router, backend);
  routes.Add("POST", all, "Failed to create a pipeline version", Create);
  routes.Add("GET", all, "Failed to list pipeline versions", List);
  routes.Add("GET", one, "Failed to get a pipeline version", Get);
  routes.Add("PATCH", one, "Failed to update a pipeline version", Update);
  routes.Add("DELETE", one, "Failed to delete a pipeline version", Delete);
}

}  // namespace penstock::kfp
