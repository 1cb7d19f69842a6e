// SPDX-License-Identifier: Apache-2.0
#include "kfp/pipeline_message.h"

#include "kfp/error_map.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {

using text::Json;

Json PipelineMessage(const metadata::Pipeline& pipeline) {
  Json message = EmptyMessage();
  PutText(message, "pipeline_id", pipeline.id);
  PutText(message, "name", pipeline.name);
  PutText(message, "display_name", pipeline.display_name);
  PutText(message, "description", pipeline.description);
  PutTime(message, "created_at", pipeline.created_at);
  PutTextMap(message, "tags", pipeline.tags);
  return message;
}

Json PipelineVersionMessage(const metadata::PipelineVersion& version) {
  Json message = EmptyMessage();
  PutText(message, "pipeline_id", version.pipeline_id);
  PutText(message, "pipeline_version_id", version.id);
  PutText(message, "name", version.name);
  PutText(message, "display_name", version.display_name);
  PutText(message, "description", version.description);
  PutTime(message, "created_at", version.created_at);
  if (!version.package_url.empty()) {
    message["package_url"]["pipeline_url"] = version.package_url;
  }
  PutText(message, "code_source_url", version.code_source_url);
  PutTextMap(message, "tags", version.tags);
  auto spec = text::ParseJson(version.spec_json);
  if (spec) {
    message["pipeline_spec"] = *std::move(spec);
  } else {
    message["error"] =
        StatusMessage("the stored pipeline spec cannot be read: " + spec.error().message());
  }
  return message;
}

base::Result<PipelineRequest> ReadPipeline(const Json& body) {
  MessageReader reader(body, "Pipeline");
  PipelineRequest request;
  request.id = reader.Text("pipeline_id");
  request.name = reader.Text("name");
  request.display_name = reader.Text("display_name");
  request.description = reader.Text("description");
  request.tags = reader.TextMap("tags");
  reader.IgnoreText({"namespace"});
  reader.IgnoreTimes({"created_at"});
  reader.IgnoreAny({"error"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  return request;
}

base::Result<PipelineRequest> ReadPipelineVersion(const Json& body) {
  MessageReader reader(body, "PipelineVersion");
  PipelineRequest request;
  request.id = reader.Text("pipeline_id");
  request.version_id = reader.Text("pipeline_version_id");
  request.name = reader.Text("name");
  request.display_name = reader.Text("display_name");
  request.description = reader.Text("description");
  request.tags = reader.TextMap("tags");
  request.code_source_url = reader.Text("code_source_url");
  request.spec = reader.Object("pipeline_spec");
  if (const Json* url = reader.Object("package_url")) {
    MessageReader url_reader(*url, "PipelineVersion.package_url");
    request.package_url = url_reader.Text("pipeline_url");
    reader.Take(url_reader.Finish());
  }
  reader.IgnoreTimes({"created_at"});
  reader.IgnoreAny({"error"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  return request;
}

base::Status CompleteNames(PipelineRequest& request, size_t most) {
  if (request.name.empty()) request.name = request.display_name;
  if (request.display_name.empty()) request.display_name = request.name;
  if (request.name.empty()) {
    return base::Fail(base::Code::kInvalidArgument, "a name is needed: give name or display_name");
  }
  PENSTOCK_RETURN_IF_ERROR(CheckLength("name", request.name, most));
  PENSTOCK_RETURN_IF_ERROR(CheckLength("display_name", request.display_name, most));
  return CheckTags(request.tags.value_or(Tags()));
}

}  // namespace penstock::kfp
