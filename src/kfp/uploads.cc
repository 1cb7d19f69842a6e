// SPDX-License-Identifier: Apache-2.0
#include "kfp/uploads.h"

#include "kfp/multipart_form.h"
#include "kfp/new_pipeline_version.h"
#include "kfp/pipeline_message.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::Pipeline;
using metadata::PipelineVersion;
using metadata::Transaction;
using text::Json;

constexpr char kFilePart[] = "uploadfile";
constexpr size_t kFormOverheadBytes = size_t{64} << 10;  // boundaries and headers around the file

struct Upload {
  std::string filename;
  ir::PipelinePackage package;
};

Result<Upload> ReadUpload(Call& call) {
  PENSTOCK_TRY(std::string body, call.Body(kMaxPackageBytes + kFormOverheadBytes));
  std::string content_type = call.request.head.headers.GetOr("Content-Type", "");
  PENSTOCK_TRY(auto parts, ParseMultipartForm(content_type, body));
  for (const FormPart& part : parts) {
    if (part.name != kFilePart) continue;
    PENSTOCK_TRY(ir::PipelinePackage package, ParsePackageFile(part.filename, part.content));
    return Upload{part.filename, std::move(package)};
  }
  return Fail(Code::kInvalidArgument,
              std::string("the upload form has no file part called '") + kFilePart + "'");
}

// A name may be left out: the display name stands in for it, and the file's name for both.
Result<PipelineRequest> ReadNames(const Call& call, const std::string& filename, size_t longest) {
  PipelineRequest request;
  request.name = call.QueryValue("name");
  request.display_name = call.QueryValue("display_name");
  if (request.name.empty() && request.display_name.empty()) request.name = filename;
  PENSTOCK_RETURN_IF_ERROR(
      CheckLength("namespace", call.QueryValue("namespace"), kMaxNamespaceName));
  request.description = call.QueryValue("description");
  request.code_source_url = call.QueryValue("code_source_url");
  PENSTOCK_TRY(request.tags, ParseTags(call.QueryValue("tags")));
  PENSTOCK_RETURN_IF_ERROR(CompleteNames(request, longest));
  return request;
}

// The pipeline and its first version come to be together or not at all.
Result<Json> UploadPipeline(Backend& backend, Call& call) {
  PENSTOCK_TRY(Upload upload, ReadUpload(call));
  // The version gets the same name, and what holds a version is the shorter.
  PENSTOCK_TRY(PipelineRequest request, ReadNames(call, upload.filename, kMaxVersionName));
  Pipeline pipeline{backend.random.Uuid(), request.name,        request.display_name,
                    request.description,   backend.clock.Now(), request.tags.value_or(Tags())};
  PipelineVersion version = MakePipelineVersion(backend, request, pipeline.id, upload.package);
  auto& pipelines = backend.metadata.pipelines;
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(pipelines.Insert(tx, pipeline));
    return pipelines.InsertVersion(tx, version);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return PipelineMessage(pipeline);
}

Result<Json> UploadVersion(Backend& backend, Call& call) {
  std::string pipeline_id = call.QueryValue("pipelineid");
  if (pipeline_id.empty()) pipeline_id = call.QueryValue("pipeline_id");
  if (pipeline_id.empty()) {
    return Fail(Code::kInvalidArgument, "say with ?pipelineid= which pipeline the version is of");
  }
  auto& pipelines = backend.metadata.pipelines;
  PENSTOCK_RETURN_IF_ERROR(pipelines.Get(pipeline_id));
  PENSTOCK_TRY(Upload upload, ReadUpload(call));
  PENSTOCK_TRY(PipelineRequest request, ReadNames(call, upload.filename, kMaxVersionName));
  PipelineVersion version = MakePipelineVersion(backend, request, pipeline_id, upload.package);
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(pipelines.Get(pipeline_id));  // it may be gone by now
    return pipelines.InsertVersion(tx, version);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return PipelineVersionMessage(version);
}

}  // namespace

void AddUploadRoutes(Router& router, Backend& backend) {
  router.Add("POST", "/apis/v2beta1/pipelines/upload",
             UploadAction("Failed to create a pipeline and a pipeline version from the upload",
                          [&backend](Call& call) { return UploadPipeline(backend, call); }));
  router.Add("POST", "/apis/v2beta1/pipelines/upload_version",
             UploadAction("Failed to create a pipeline version from the upload",
                          [&backend](Call& call) { return UploadVersion(backend, call); }));
}

}  // namespace penstock::kfp
