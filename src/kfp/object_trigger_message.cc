// SPDX-License-Identifier: Apache-2.0
#include "kfp/object_trigger_message.h"

#include <algorithm>
#include <charconv>

#include "kfp/error_map.h"
#include "kfp/limits.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"

namespace penstock::kfp {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::ObjectTrigger;
using text::Json;

Json ObjectTriggerMessage(const ObjectTrigger& trigger) {
  Json message = EmptyMessage();
  PutText(message, "trigger_id", trigger.id);
  PutText(message, "display_name", trigger.display_name);
  PutText(message, "description", trigger.description);
  PutText(message, "bucket", trigger.bucket);
  PutText(message, "prefix", trigger.prefix);
  PutText(message, "suffix", trigger.suffix);
  PutText(message, "experiment_id", trigger.experiment_id);
  Json& reference = message["pipeline_version_reference"];
  PutText(reference, "pipeline_id", trigger.pipeline_id);
  PutText(reference, "pipeline_version_id", trigger.pipeline_version_id);
  message["runtime_config"] = EmptyMessage();
  PutJson(message["runtime_config"], "parameters", trigger.parameters);
  PutText(message["runtime_config"], "pipeline_root", trigger.pipeline_root);
  PutText(message, "service_account", trigger.service_account);
  message["enabled"] = trigger.enabled;
  PutTime(message, "created_at", trigger.created_at);
  PutInt64(message, "runs_started", trigger.runs_started);
  PutText(message, "last_run_id", trigger.last_run_id);
  if (!trigger.error.empty()) message["error"] = StatusMessage(trigger.error);
  return message;
}

Status ReadObjectTrigger(const Json& body, ObjectTrigger& trigger) {
  MessageReader reader(body, "Trigger");
  auto take = [&](std::string_view field, std::string& member) {
    if (reader.Any(field) != nullptr) member = reader.Text(field);
  };
  take("display_name", trigger.display_name);
  take("description", trigger.description);
  take("bucket", trigger.bucket);
  take("prefix", trigger.prefix);
  take("suffix", trigger.suffix);
  take("experiment_id", trigger.experiment_id);
  take("service_account", trigger.service_account);
  if (const Json* reference = reader.Object("pipeline_version_reference")) {
    MessageReader ids(*reference, "pipeline_version_reference");
    trigger.pipeline_id = ids.Text("pipeline_id");
    trigger.pipeline_version_id = ids.Text("pipeline_version_id");
    reader.Take(ids.Finish());
  }
  if (const Json* config = reader.Object("runtime_config")) {
    MessageReader fields(*config, "runtime_config");
    const Json* parameters = fields.Object("parameters");
    trigger.parameters = parameters != nullptr ? parameters->as_object() : Json::Object();
    trigger.pipeline_root = fields.Text("pipeline_root");
    reader.Take(fields.Finish());
  }
  if (const Json* enabled = reader.Any("enabled")) {
    if (enabled->is_bool()) {
      trigger.enabled = enabled->as_bool();
    } else {
      reader.Fail("enabled must be true or false");
    }
  }
  reader.IgnoreText({"trigger_id", "last_run_id"});
  reader.IgnoreTimes({"created_at"});
  reader.IgnoreAny({"runs_started", "error"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  if (trigger.display_name.empty() || trigger.bucket.empty()) {
    return Fail(Code::kInvalidArgument, "a trigger needs a display_name and a bucket");
  }
  if (trigger.pipeline_id.empty() && trigger.pipeline_version_id.empty()) {
    return Fail(Code::kInvalidArgument,
                "a trigger needs a pipeline: give pipeline_version_reference");
  }
  return CheckLength("display_name", trigger.display_name, kMaxExperimentName);
}

ArrivedObject ArrivedBy(const events::Event& event) {
  return {event.bucket, event.key, event.version_id, event.etag, event.size, event.sequence};
}

std::string FormatArrived(const ArrivedObject& object) {
  return text::FormatJson(Json::Object{{"bucket", object.bucket},
                                       {"key", object.key},
                                       {"version", object.version_id},
                                       {"etag", object.etag},
                                       {"size", std::to_string(object.size)},
                                       {"sequence", std::to_string(object.sequence)}});
}

Result<ArrivedObject> ParseArrived(std::string_view line) {
  PENSTOCK_TRY(Json json, text::ParseJson(line));
  ArrivedObject object;
  object.bucket = json.StringOr("bucket", "");
  object.key = json.StringOr("key", "");
  object.version_id = json.StringOr("version", "");
  object.etag = json.StringOr("etag", "");
  for (auto [name, member] :
       {std::pair{"size", &object.size}, std::pair{"sequence", &object.sequence}}) {
    std::string text = json.StringOr(name, "");
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *member);
    if (error != std::errc()) return Fail(Code::kDataLoss, "an arrived object cannot be read");
  }
  if (object.bucket.empty() || object.key.empty()) {
    return Fail(Code::kDataLoss, "an arrived object cannot be read");
  }
  return object;
}

bool Wants(const ObjectTrigger& trigger, const ArrivedObject& object) {
  return trigger.enabled && trigger.bucket == object.bucket &&
         object.key.starts_with(trigger.prefix) && object.key.ends_with(trigger.suffix) &&
         object.key.size() >= std::max(trigger.prefix.size(), trigger.suffix.size());
}

Json::Object ParametersFor(const ObjectTrigger& trigger, const ArrivedObject& object) {
  const std::pair<std::string_view, std::string> facts[] = {
      {"[[ObjectURI]]", "minio://" + object.bucket + "/" + object.key},
      {"[[ObjectBucket]]", object.bucket},
      {"[[ObjectKey]]", object.key},
      {"[[ObjectVersion]]", object.version_id},
      {"[[ObjectETag]]", object.etag},
      {"[[ObjectSize]]", std::to_string(object.size)},
  };
  Json::Object parameters = trigger.parameters;
  for (auto& [name, value] : parameters) {
    if (!value.is_string()) continue;
    std::string_view rest = value.as_string();
    std::string text;
    while (!rest.empty()) {
      size_t taken = 0;
      for (const auto& [macro, fact] : facts) {
        if (!rest.starts_with(macro)) continue;
        text += fact;
        taken = macro.size();
        break;
      }
      if (taken == 0) text += rest[0];
      rest.remove_prefix(std::max<size_t>(taken, 1));
    }
    value = std::move(text);
  }
  return parameters;
}

}  // namespace penstock::kfp
