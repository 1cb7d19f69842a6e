// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_request.h"

#include <charconv>

#include "engine/platform_config.h"
#include "kfp/message_reader.h"

namespace penstock::kfp {

using base::Code;
using base::Fail;
using base::Status;
using text::Json;

void ReadSourceFields(MessageReader& reader, RunRequest& request) {
  int sources = 0;
  request.spec = reader.Object("pipeline_spec");
  if (request.spec != nullptr) ++sources;
  if (reader.Any("pipeline_version_id") != nullptr) {  // the deprecated form of what follows
    ++sources;
    request.pipeline_version_id = reader.Text("pipeline_version_id");
  }
  if (const Json* reference = reader.Object("pipeline_version_reference")) {
    ++sources;
    MessageReader ids(*reference, "pipeline_version_reference");
    request.pipeline_id = ids.Text("pipeline_id");
    request.pipeline_version_id = ids.Text("pipeline_version_id");
    reader.Take(ids.Finish());
  }
  if (sources > 1) {
    reader.Fail(
        "there is more than one of pipeline_spec, pipeline_version_reference and "
        "pipeline_version_id; give one");
  }
}

void ReadRuntimeConfig(MessageReader& reader, RunRequest& request) {
  const Json* config = reader.Object("runtime_config");
  if (config == nullptr) return;
  MessageReader fields(*config, "runtime_config");
  if (const Json* parameters = fields.Object("parameters")) {
    request.parameters = parameters->as_object();
  }
  request.pipeline_root = fields.Text("pipeline_root");
  reader.Take(fields.Finish());
}

void ReadPolicies(MessageReader& reader, RunRequest& request) {
  if (const Json* caching = reader.Any("enable_caching")) {
    if (!caching->is_bool()) return reader.Fail("enable_caching is true or false");
    request.caching = caching->as_bool();
  }
  if (const Json* priority = reader.Any("priority")) {
    constexpr int64_t kMost = engine::kLargestPriority;
    if (!priority->is_integer() || priority->as_integer() > kMost ||
        priority->as_integer() < -kMost) {
      return reader.Fail("priority is a number from -1000 to 1000");
    }
    request.priority = static_cast<int>(priority->as_integer());
  }
  const Json* keep = reader.Any("keep_seconds");
  if (keep == nullptr) return;
  // A 64-bit number comes as a string too.
  int64_t seconds = keep->is_integer() ? keep->as_integer() : 0;
  if (keep->is_string()) {
    const std::string& text = keep->as_string();
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) seconds = 0;
  }
  constexpr int64_t kMost = int64_t{100} * 366 * 24 * 60 * 60;
  if (seconds < 1 || seconds > kMost) {
    return reader.Fail("keep_seconds is a number of seconds, 1 or more");
  }
  request.keep_seconds = seconds;
}

Status CheckComplete(const RunRequest& request, const std::string& what) {
  if (request.display_name.empty()) {
    return Fail(Code::kInvalidArgument, what + " needs a name: give it in display_name");
  }
  if (request.spec == nullptr && request.pipeline_id.empty() &&
      request.pipeline_version_id.empty()) {
    return Fail(Code::kInvalidArgument,
                what + " needs a pipeline: give pipeline_spec or pipeline_version_reference");
  }
  return {};
}

base::Result<RunRequest> ReadRunRequest(const Json& body) {
  MessageReader reader(body, "Run");
  RunRequest request;
  request.experiment_id = reader.Text("experiment_id");
  request.display_name = reader.Text("display_name");
  request.description = reader.Text("description");
  request.service_account = reader.Text("service_account");
  ReadSourceFields(reader, request);
  ReadRuntimeConfig(reader, request);
  ReadPolicies(reader, request);
  request.locked_from = reader.Text("locked_from");
  if (const Json* plugins = reader.Object("plugins_input")) {
    request.plugins_input = plugins->as_object();
  }
  // Of the server's making: a client may send back what it has got, as when it clones a run.
  reader.IgnoreText({"run_id", "recurring_run_id", "origin", "origin_run_id", "rerun_from"});
  reader.IgnoreTimes({"created_at", "scheduled_at", "finished_at"});
  reader.IgnoreAny(
      {"storage_state", "state", "error", "run_details", "state_history", "plugins_output"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  PENSTOCK_RETURN_IF_ERROR(CheckComplete(request, "a run"));
  return request;
}

}  // namespace penstock::kfp
