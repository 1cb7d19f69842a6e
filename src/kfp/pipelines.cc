// SPDX-License-Identifier: Apache-2.0
#include "kfp/pipelines.h"

#include "kfp/json_routes.h"
#include "kfp/list_params.h"
#include "kfp/message_reader.h"
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
using metadata::Pipeline;
using metadata::Transaction;
using text::Json;

Result<Json> Create(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  PENSTOCK_TRY(PipelineRequest request, ReadPipeline(body));
  PENSTOCK_RETURN_IF_ERROR(CompleteNames(request, kMaxPipelineName));
  Pipeline pipeline{backend.random.Uuid(), request.name,        request.display_name,
                    request.description,   backend.clock.Now(), request.tags.value_or(Tags())};
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return backend.metadata.pipelines.Insert(tx, pipeline); }));
  return PipelineMessage(pipeline);
}

// The pipeline and its first version come to be together or not at all.
Result<Json> CreateFromUrl(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  MessageReader reader(body, "CreatePipelineAndVersionRequest");
  PipelineRequest request;
  PipelineRequest version_request;
  if (const Json* json = reader.Object("pipeline")) {
    PENSTOCK_TRY(request, ReadPipeline(*json));
  }
  if (const Json* json = reader.Object("pipeline_version")) {
    PENSTOCK_TRY(version_request, ReadPipelineVersion(*json));
  }
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  PENSTOCK_RETURN_IF_ERROR(CompleteNames(request, kMaxPipelineName));
  if (version_request.name.empty() && version_request.display_name.empty()) {
    version_request.name = request.name;
    version_request.display_name = request.display_name;
  }
  PENSTOCK_RETURN_IF_ERROR(CompleteNames(version_request, kMaxVersionName));
  PENSTOCK_TRY(ir::PipelinePackage package, ReadVersionSource(backend, version_request));
  Pipeline pipeline{backend.random.Uuid(), request.name,        request.display_name,
                    request.description,   backend.clock.Now(), request.tags.value_or(Tags())};
  auto version = MakePipelineVersion(backend, version_request, pipeline.id, package);
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(backend.metadata.pipelines.Insert(tx, pipeline));
    return backend.metadata.pipelines.InsertVersion(tx, version);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return PipelineMessage(pipeline);
}

Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(Pipeline pipeline, backend.metadata.pipelines.Get(call.Param("pipeline_id")));
  return PipelineMessage(pipeline);
}

Result<Json> GetByName(Backend& backend, Call& call) {
  const std::string& name = call.Param("name");
  PENSTOCK_TRY(auto pipeline, backend.metadata.pipelines.FindByName(name));
  if (!pipeline) return Fail(Code::kNotFound, "Pipeline " + name + " not found");
  return PipelineMessage(*pipeline);
}

Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page, backend.metadata.pipelines.List(query));
  return PageMessage("pipelines", page, PipelineMessage);
}

Result<Json> Update(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  PENSTOCK_TRY(PipelineRequest request, ReadPipeline(body));
  PENSTOCK_RETURN_IF_ERROR(CheckLength("display_name", request.display_name, kMaxPipelineName));
  PENSTOCK_RETURN_IF_ERROR(CheckTags(request.tags.value_or(Tags())));
  Pipeline pipeline;
  auto& pipelines = backend.metadata.pipelines;
  auto write = [&](Transaction& tx) -> Status {
    // Writers take turns, so what is read here is not changed by anybody before it is written.
    PENSTOCK_TRY(pipeline, pipelines.Get(call.Param("pipeline_id")));
    if (!request.display_name.empty()) pipeline.display_name = request.display_name;
    if (request.tags) pipeline.tags = *request.tags;
    return pipelines.Update(tx, pipeline);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return PipelineMessage(pipeline);
}

Result<Json> Delete(Backend& backend, Call& call) {
  PENSTOCK_TRY(bool cascade, call.QueryFlag("cascade"));
  const std::string& id = call.Param("pipeline_id");
  auto& pipelines = backend.metadata.pipelines;
  auto write = [&](Transaction& tx) -> Status {
    if (cascade) PENSTOCK_RETURN_IF_ERROR(pipelines.DeleteVersionsOf(tx, id));
    return pipelines.Delete(tx, id);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return EmptyMessage();
}

}  // namespace

void AddPipelineRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/pipelines";
  const std::string one = all + "/{pipeline_id}";
  JsonRoutes routes(router, backend);
  routes.Add("POST", all, "Failed to create a pipeline", Create);
  routes.Add("GET", all, "Failed to list pipelines", List);
  routes.Add("POST", all + "/create", "Failed to create a pipeline and a version", CreateFromUrl);
  routes.Add("GET", all + "/names/{name}", "Failed to get a pipeline by name", GetByName);
  routes.Add("GET", one, "Failed to get a pipeline", Get);
  routes.Add("PATCH", one, "Failed to update a pipeline", Update);
  routes.Add("DELETE", one, "Failed to delete a pipeline", Delete);
}

}  // namespace penstock::kfp
