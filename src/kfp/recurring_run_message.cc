// SPDX-License-Identifier: Apache-2.0
#include "kfp/recurring_run_message.h"

#include <charconv>

#include "kfp/error_map.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"
#include "kfp/run_message.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using metadata::RecurringRun;
using text::Json;

constexpr int64_t kMostConcurrent = 10;

void PutTimeWhereSet(Json& message, std::string_view field, const std::optional<base::Time>& time) {
  if (time) PutTime(message, field, *time);
}

Json TriggerMessage(const RecurringRun& recurring) {
  Json schedule = EmptyMessage();
  PutTimeWhereSet(schedule, "start_time", recurring.start_at);
  PutTimeWhereSet(schedule, "end_time", recurring.end_at);
  PutText(schedule, "cron", recurring.cron);
  if (recurring.cron.empty()) PutInt64(schedule, "interval_second", recurring.interval_seconds);
  Json message;
  message[recurring.cron.empty() ? "periodic_schedule" : "cron_schedule"] = std::move(schedule);
  return message;
}

void PutSource(Json& message, const RecurringRun& recurring) {
  if (recurring.spec_json.empty()) {
    Json& reference = message["pipeline_version_reference"];
    PutText(reference, "pipeline_id", recurring.pipeline_id);
    PutText(reference, "pipeline_version_id", recurring.pipeline_version_id);
    return;
  }
  auto spec = text::ParseJson(recurring.spec_json);
  if (spec) {
    message["pipeline_spec"] = *std::move(spec);
  } else {
    message["error"] = StatusMessage("the stored pipeline spec cannot be read");
  }
}

// A 64-bit integer as proto3 JSON takes it: a number or a string of one.
int64_t ReadInt64(MessageReader& reader, std::string_view field) {
  const Json* value = reader.Any(field);
  if (value == nullptr) return 0;
  if (value->is_integer()) return value->as_integer();
  int64_t number = 0;
  if (value->is_string()) {
    const std::string& text = value->as_string();
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  reader.Fail(std::string(field) + " must be a whole number, not " + text::FormatJson(*value));
  return 0;
}

bool ReadBool(MessageReader& reader, std::string_view field) {
  const Json* value = reader.Any(field);
  if (value == nullptr) return false;
  if (value->is_bool()) return value->as_bool();
  reader.Fail(std::string(field) + " must be true or false");
  return false;
}

// Zero times are what some clients send for none.
std::optional<base::Time> ReadTime(MessageReader& reader, std::string_view field) {
  std::string text = reader.Text(field);
  if (text.empty()) return std::nullopt;
  auto time = base::ParseRfc3339(text);
  if (!time) {
    reader.Fail(std::string(field) + " must be a time such as 2026-11-23T08:09:10Z");
    return std::nullopt;
  }
  return base::ToMicros(*time) > 0 ? std::optional(*time) : std::nullopt;
}

void ReadSchedule(const Json& json, std::string_view name, MessageReader& outer,
                  RecurringRun& recurring) {
  MessageReader reader(json, name);
  recurring.start_at = ReadTime(reader, "start_time");
  recurring.end_at = ReadTime(reader, "end_time");
  if (name == "cron_schedule") {
    recurring.cron = reader.Text("cron");
    if (recurring.cron.empty()) reader.Fail("cron_schedule needs a cron");
  } else {
    recurring.interval_seconds = ReadInt64(reader, "interval_second");
    if (recurring.interval_seconds < 1) {
      reader.Fail("interval_second must be at least 1, and is " +
                  std::to_string(recurring.interval_seconds));
    }
  }
  outer.Take(reader.Finish());
}

void ReadTrigger(MessageReader& outer, RecurringRun& recurring) {
  const Json* trigger = outer.Object("trigger");
  if (trigger == nullptr) return;
  MessageReader reader(*trigger, "trigger");
  const Json* cron = reader.Object("cron_schedule");
  const Json* periodic = reader.Object("periodic_schedule");
  if (cron != nullptr && periodic != nullptr) {
    reader.Fail("trigger has both cron_schedule and periodic_schedule; give one");
  } else if (cron != nullptr) {
    ReadSchedule(*cron, "cron_schedule", reader, recurring);
  } else if (periodic != nullptr) {
    ReadSchedule(*periodic, "periodic_schedule", reader, recurring);
  }
  outer.Take(reader.Finish());
}

// Enum words also go by their numbers in proto3 JSON.
bool ReadMode(MessageReader& reader) {
  const Json* mode = reader.Any("mode");
  if (mode == nullptr) return true;
  if (*mode == Json("ENABLE") || *mode == Json(1)) return true;
  if (*mode == Json("DISABLE") || *mode == Json(2)) return false;
  if (*mode == Json("MODE_UNSPECIFIED") || *mode == Json(0)) return true;
  reader.Fail("mode must be ENABLE or DISABLE, not " + text::FormatJson(*mode));
  return false;
}

}  // namespace

Json RecurringRunMessage(const RecurringRun& recurring) {
  Json message = EmptyMessage();
  PutText(message, "recurring_run_id", recurring.id);
  PutText(message, "display_name", recurring.display_name);
  PutText(message, "description", recurring.description);
  PutSource(message, recurring);
  message["runtime_config"] = EmptyMessage();
  PutJson(message["runtime_config"], "parameters", recurring.parameters);
  PutText(message["runtime_config"], "pipeline_root", recurring.pipeline_root);
  PutText(message, "service_account", recurring.service_account);
  PutInt64(message, "max_concurrency", recurring.max_concurrency);
  message["trigger"] = TriggerMessage(recurring);
  PutText(message, "mode", recurring.enabled ? "ENABLE" : "DISABLE");
  PutTime(message, "created_at", recurring.created_at);
  PutTime(message, "updated_at", recurring.updated_at);
  PutText(message, "status", recurring.enabled ? "ENABLED" : "DISABLED");
  if (!recurring.error.empty()) message["error"] = StatusMessage(recurring.error);
  if (!recurring.catch_up) message["no_catchup"] = true;
  PutText(message, "experiment_id", recurring.experiment_id);
  PutJson(message, "plugins_input", recurring.plugins_input);
  PutPolicies(message, recurring.caching, recurring.keep_seconds, recurring.priority);
  return message;
}

Result<RecurringRunRequest> ReadRecurringRun(const Json& body) {
  MessageReader reader(body, "RecurringRun");
  RecurringRunRequest request;
  RunRequest& run = request.run;
  RecurringRun& recurring = request.recurring;
  run.experiment_id = reader.Text("experiment_id");
  recurring.display_name = run.display_name = reader.Text("display_name");
  recurring.description = reader.Text("description");
  recurring.service_account = reader.Text("service_account");
  ReadSourceFields(reader, run);
  ReadRuntimeConfig(reader, run);
  ReadPolicies(reader, run);
  recurring.caching = run.caching;
  recurring.keep_seconds = run.keep_seconds;
  recurring.priority = run.priority;
  recurring.parameters = run.parameters;
  recurring.pipeline_root = run.pipeline_root;
  recurring.max_concurrency = ReadInt64(reader, "max_concurrency");
  recurring.catch_up = !ReadBool(reader, "no_catchup");
  recurring.enabled = ReadMode(reader);
  ReadTrigger(reader, recurring);
  if (const Json* plugins = reader.Object("plugins_input")) {
    recurring.plugins_input = plugins->as_object();
  }
  reader.IgnoreText({"recurring_run_id", "namespace"});
  reader.IgnoreTimes({"created_at", "updated_at"});
  reader.IgnoreAny({"status", "error"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  PENSTOCK_RETURN_IF_ERROR(CheckComplete(run, "a recurring run"));
  if (recurring.max_concurrency < 1 || recurring.max_concurrency > kMostConcurrent) {
    return Fail(Code::kInvalidArgument, "max_concurrency must be from 1 to " +
                                            std::to_string(kMostConcurrent) + ", and is " +
                                            std::to_string(recurring.max_concurrency));
  }
  PENSTOCK_RETURN_IF_ERROR(schedule::CheckTrigger(TriggerOf(recurring)));
  return request;
}

schedule::Trigger TriggerOf(const RecurringRun& recurring) {
  return {recurring.cron, recurring.interval_seconds, recurring.start_at, recurring.end_at};
}

}  // namespace penstock::kfp
