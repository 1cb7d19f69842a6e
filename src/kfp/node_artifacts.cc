// SPDX-License-Identifier: Apache-2.0
#include "kfp/node_artifacts.h"

#include <algorithm>

#include "base/encoding.h"
#include "kfp/error_map.h"
#include "kfp/task_log_reader.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::ArtifactTask;
using metadata::ArtifactUse;
using metadata::Task;

// Sends {"data":"<base64>"} as the bytes come.
class Base64Sink final : public base::ByteSink {
 public:
  explicit Base64Sink(net::ResponseWriter& response) : response_(response) {}

  Status Write(std::string_view bytes) override {
    rest_.append(bytes);
    // Three bytes are four letters; what is left over waits for more.
    size_t whole = rest_.size() / 3 * 3;
    PENSTOCK_RETURN_IF_ERROR(Send(rest_.substr(0, whole)));
    rest_.erase(0, whole);
    return {};
  }

  Status Finish() {
    PENSTOCK_RETURN_IF_ERROR(Send(rest_));
    return response_.Write("\"}");
  }

 private:
  Status Send(std::string_view bytes) {
    if (!response_.started()) {
      net::Headers headers;
      headers.Set("Content-Type", "application/json");
      PENSTOCK_RETURN_IF_ERROR(response_.Start(200, headers, std::nullopt));
      PENSTOCK_RETURN_IF_ERROR(response_.Write("{\"data\":\""));
    }
    if (bytes.empty()) return {};
    return response_.Write(base::Base64Encode(bytes));
  }

  net::ResponseWriter& response_;
  std::string rest_;
};

bool IsLogName(const std::string& name) { return name == "main-logs" || name == "executor-logs"; }

// Where the artifact of that name is: an output of the task, else an input.
Result<std::string> FindUri(Backend& backend, const Task& task, const std::string& name) {
  PENSTOCK_TRY(auto uses, backend.metadata.artifacts.ListUsesByTask(task.id));
  for (ArtifactUse use : {ArtifactUse::kOutput, ArtifactUse::kInput}) {
    auto found = std::ranges::find_if(
        uses, [&](const ArtifactTask& edge) { return edge.use == use && edge.key == name; });
    if (found == uses.end()) continue;
    PENSTOCK_TRY(auto artifact, backend.metadata.artifacts.Get(found->artifact_id));
    if (artifact.directory) {
      return Fail(Code::kFailedPrecondition,
                  "Artifact " + name + " is a directory: read its files with an S3 client under " +
                      artifact.uri);
    }
    return artifact.uri;
  }
  return Fail(Code::kNotFound, "Task " + task.id + " has no artifact " + name);
}

Status SendArtifact(Backend& backend, Call& call, net::ResponseWriter& response) {
  const std::string& name = call.Param("artifact_name");
  PENSTOCK_TRY(Task task, backend.metadata.tasks.Get(call.Param("node_id")));
  if (task.run_id != call.Param("run_id")) {
    return Fail(Code::kNotFound, "Run " + call.Param("run_id") + " has no task " + task.id);
  }
  Base64Sink sink(response);
  auto uri = FindUri(backend, task, name);
  if (uri) {
    PENSTOCK_RETURN_IF_ERROR(backend.artifacts.Read(*uri, sink));
  } else if (IsLogName(name)) {
    TaskLogReader log(backend, task, task.attempt);
    PENSTOCK_RETURN_IF_ERROR(
        log.Read(0, UINT64_MAX, [&](std::string_view bytes) { return sink.Write(bytes); }));
  } else {
    return Fail(std::move(uri).error());
  }
  return sink.Finish();
}

}  // namespace

void AddNodeArtifactRoute(Router& router, Backend& backend) {
  router.Add("GET", "/apis/v2beta1/runs/{run_id}/nodes/{node_id}/artifacts/{artifact_name}:read",
             [&backend](Call& call, net::ResponseWriter& response) {
               Status sent = SendArtifact(backend, call, response);
               if (sent) return;
               if (response.started()) return response.Abort();
               SendJson(response, ToWireCode(sent.error().code()).http,
                        UploadErrorBody(sent.error(), "Failed to read an artifact"));
             });
}

}  // namespace penstock::kfp
