// SPDX-License-Identifier: Apache-2.0
#include "kfp/artifact_request.h"

#include <string_view>
#include <utility>

#include "kfp/limits.h"
#include "kfp/message_reader.h"
#include "kfp/task_message.h"
#include "kfp/task_request.h"

namespace penstock::kfp {
namespace {

using base::Result;
using metadata::Artifact;
using metadata::ArtifactTask;
using text::Json;

constexpr size_t kMostArtifactName = 128;

constexpr std::string_view kTypes[] = {"TYPE_UNSPECIFIED",
                                       "Artifact",
                                       "Model",
                                       "Dataset",
                                       "HTML",
                                       "Markdown",
                                       "Metric",
                                       "ClassificationMetric",
                                       "SlicedClassificationMetric"};

void ReadType(MessageReader& reader, Artifact& artifact) {
  const std::string type = reader.Word("type", kTypes);
  const std::string title = reader.Text("schema_title");
  artifact.schema_version = reader.Text("schema_version");
  if (artifact.schema_version.empty()) artifact.schema_version = "0.0.1";
  const bool typed = !type.empty() && type != kTypes[0];
  if (!typed && title.empty()) {
    return reader.Fail("an artifact needs a type, such as Dataset: give it in type");
  }
  artifact.schema_title = title.empty() ? SchemaTitleOf(type) : title;
  if (typed && ArtifactTypeName(artifact.schema_title) != type) {
    reader.Fail("schema_title '" + title + "' is of another type than " + type);
  }
}

// What metrics are must be in their record: there may be nothing else of them.
void CheckMetric(MessageReader& reader, const Artifact& artifact) {
  const std::string_view type = ArtifactTypeName(artifact.schema_title);
  if (type == "Metric" && !artifact.number_value) {
    reader.Fail("a Metric needs its value: give it in number_value");
  }
  if (type.ends_with("ClassificationMetric") && artifact.metadata.empty()) {
    reader.Fail("a " + std::string(type) + " needs its figures: give them in metadata");
  }
}

Result<Artifact> ReadArtifact(const Json& body) {
  MessageReader reader(body, "Artifact");
  Artifact artifact;
  if (!reader.Text("artifact_id").empty()) {
    reader.Fail("artifact_id is given by the server: leave it out");
  }
  artifact.name = reader.Text("name");
  reader.Take(CheckLength("name", artifact.name, kMostArtifactName));
  if (artifact.name.empty()) reader.Fail("an artifact needs a name: give it in name");
  artifact.description = reader.Text("description");
  ReadType(reader, artifact);
  artifact.uri = reader.Text("uri");
  if (const Json* metadata = reader.Object("metadata")) artifact.metadata = metadata->as_object();
  artifact.number_value = reader.Number("number_value");
  reader.IgnoreText({"namespace"});
  reader.IgnoreAny({"created_at", "size", "directory", "content", "deleted_at"});
  CheckMetric(reader, artifact);
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  return artifact;
}

void ReadTaskOf(MessageReader& reader, ArtifactTask& use) {
  use.run_id = reader.Text("run_id");
  use.task_id = reader.Text("task_id");
  if (use.run_id.empty()) reader.Fail("run_id is missing: which run is it of?");
  if (use.task_id.empty()) reader.Fail("task_id is missing: which task of the run is it of?");
}

void ReadProducer(MessageReader& reader, ArtifactTask& use) {
  use.producer = reader.Text("producer_task_name");  // the older form
  if (const Json* producer = reader.Object("producer")) {
    MessageReader fields(*producer, "producer");
    use.producer = fields.Text("task_name");
    use.producer_iteration = fields.Integer("iteration");
    reader.Take(fields.Finish());
  }
}

}  // namespace

Result<ArtifactRequest> ReadArtifactRequest(const Json& body) {
  MessageReader reader(body, "CreateArtifactRequest");
  ArtifactRequest request;
  const Json* artifact = reader.Object("artifact");
  if (artifact == nullptr) {
    reader.Fail("artifact is missing: say what is to be recorded");
  } else if (auto read = ReadArtifact(*artifact)) {
    request.artifact = *std::move(read);
  } else {
    reader.Take(base::Fail(std::move(read).error()));
  }
  ReadTaskOf(reader, request.use);
  request.use.producer = reader.Text("producer_task_name");
  request.use.key = reader.Text("producer_key");
  if (request.use.key.empty()) {
    reader.Fail("producer_key is missing: which output of the task is it?");
  }
  request.use.producer_iteration = reader.Integer("iteration_index");
  request.use.io_type = reader.Word("type", IoTypes());
  if (request.use.io_type.empty() || request.use.io_type == "UNSPECIFIED") {
    request.use.io_type = "OUTPUT";
  }
  if (!IsOutput(request.use.io_type)) {
    reader.Fail("a new artifact is an output of its task: record who reads it in artifact_tasks");
  }
  request.reuse_if_exists = reader.Flag("reuse_if_exists").value_or(false);
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  return request;
}

Result<ArtifactTask> ReadArtifactTask(const Json& body) {
  MessageReader reader(body, "ArtifactTask");
  ArtifactTask use;
  reader.IgnoreText({"id", "producer_key"});
  use.artifact_id = reader.Text("artifact_id");
  if (use.artifact_id.empty()) reader.Fail("artifact_id is missing: which artifact is it?");
  ReadTaskOf(reader, use);
  ReadProducer(reader, use);
  use.key = reader.Text("key");
  const std::string older = reader.Text("artifact_key");
  if (use.key.empty()) use.key = older;
  if (use.key.empty()) reader.Fail("key is missing: which input or output of the task is it?");
  use.io_type = reader.Word("type", IoTypes());
  if (use.io_type.empty() || use.io_type == "UNSPECIFIED") {
    reader.Fail("type is missing: say INPUT, OUTPUT, or which of them");
  }
  use.use = IsOutput(use.io_type) ? metadata::ArtifactUse::kOutput : metadata::ArtifactUse::kInput;
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  return use;
}

}  // namespace penstock::kfp
