// SPDX-License-Identifier: Apache-2.0
#include "kfp/run_webhooks.h"

#include "kfp/error_map.h"
#include "kfp/json_routes.h"
#include "kfp/limits.h"
#include "kfp/list_params.h"
#include "kfp/message_reader.h"
#include "kfp/message_writer.h"
#include "kfp/page_message.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::RuntimeState;
using metadata::RunWebhook;
using metadata::Transaction;
using text::Json;

constexpr size_t kMostWebhooks = 100;

// The secret is never shown.
Json WebhookMessage(const RunWebhook& webhook) {
  Json message = EmptyMessage();
  PutText(message, "webhook_id", webhook.id);
  PutText(message, "display_name", webhook.display_name);
  PutText(message, "url", webhook.url);
  if (!webhook.secret.empty()) message["has_secret"] = true;
  for (const std::string& state : webhook.states) message["states"].Append(state);
  PutText(message, "experiment_id", webhook.experiment_id);
  PutText(message, "pipeline_id", webhook.pipeline_id);
  message["enabled"] = webhook.enabled;
  PutTime(message, "created_at", webhook.created_at);
  PutInt64(message, "delivered", webhook.delivered);
  PutInt64(message, "failed", webhook.failed);
  if (!webhook.error.empty()) message["error"] = StatusMessage(webhook.error);
  return message;
}

std::vector<std::string> ReadStates(MessageReader& reader, const Json& states) {
  std::vector<std::string> names;
  if (!states.is_array()) {
    reader.Fail("states must be a list of states such as SUCCEEDED");
    return names;
  }
  for (const Json& state : states.as_array()) {
    bool known = false;
    for (int number = 1; number <= static_cast<int>(RuntimeState::kPaused); ++number) {
      known = known || state == Json(metadata::RuntimeStateName(static_cast<RuntimeState>(number)));
    }
    if (!known) {
      reader.Fail("states has the unknown state " + text::FormatJson(state));
      return names;
    }
    names.push_back(state.as_string());
  }
  return names;
}

Status CheckWebhook(const RunWebhook& webhook) {
  auto url = text::ParseUrl(webhook.url);
  if (!url || (url->scheme != "http" && url->scheme != "https") || url->host.empty()) {
    return Fail(Code::kInvalidArgument, "url: '" + webhook.url + "' is no http or https URL");
  }
  if (webhook.display_name.empty()) {
    return Fail(Code::kInvalidArgument, "a webhook needs a name: give it in display_name");
  }
  return CheckLength("display_name", webhook.display_name, kMaxExperimentName);
}

// Writes what the body speaks of over what is there.
Status ReadWebhook(const Json& body, RunWebhook& webhook) {
  MessageReader reader(body, "Webhook");
  auto take = [&](std::string_view field, std::string& member) {
    if (reader.Any(field) != nullptr) member = reader.Text(field);
  };
  take("display_name", webhook.display_name);
  take("url", webhook.url);
  take("secret", webhook.secret);
  take("experiment_id", webhook.experiment_id);
  take("pipeline_id", webhook.pipeline_id);
  if (const Json* states = reader.Any("states")) webhook.states = ReadStates(reader, *states);
  if (const Json* enabled = reader.Any("enabled")) {
    if (enabled->is_bool()) {
      webhook.enabled = enabled->as_bool();
    } else {
      reader.Fail("enabled must be true or false");
    }
  }
  reader.IgnoreText({"webhook_id"});
  reader.IgnoreTimes({"created_at"});
  reader.IgnoreAny({"has_secret", "delivered", "failed", "error"});
  PENSTOCK_RETURN_IF_ERROR(reader.Finish());
  if (webhook.states.empty()) webhook.states = {"SUCCEEDED", "FAILED", "CANCELED", "SKIPPED"};
  return CheckWebhook(webhook);
}

Result<Json> Create(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  RunWebhook webhook;
  PENSTOCK_RETURN_IF_ERROR(ReadWebhook(body, webhook));
  auto& webhooks = backend.metadata.run_webhooks;
  PENSTOCK_TRY(auto known, webhooks.List({}));
  if (known.total_size >= static_cast<int64_t>(kMostWebhooks)) {
    return Fail(Code::kResourceExhausted,
                "there are " + std::to_string(kMostWebhooks) + " webhooks already; delete one");
  }
  webhook.id = backend.random.Uuid();
  webhook.created_at = backend.clock.Now();
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return webhooks.Insert(tx, webhook); }));
  return WebhookMessage(webhook);
}

Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(RunWebhook webhook, backend.metadata.run_webhooks.Get(call.Param("webhook_id")));
  return WebhookMessage(webhook);
}

Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page, backend.metadata.run_webhooks.List(query));
  return PageMessage("webhooks", page, WebhookMessage);
}

Result<Json> Update(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  RunWebhook webhook;
  auto& webhooks = backend.metadata.run_webhooks;
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_TRY(webhook, webhooks.Get(tx, call.Param("webhook_id")));
    PENSTOCK_RETURN_IF_ERROR(ReadWebhook(body, webhook));
    return webhooks.Update(tx, webhook);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return WebhookMessage(webhook);
}

Result<Json> Delete(Backend& backend, Call& call) {
  return DeleteFrom(backend.metadata.run_webhooks, backend, call.Param("webhook_id"));
}

}  // namespace

void AddRunWebhookRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/webhooks";
  const std::string one = all + "/{webhook_id}";
  JsonRoutes routes(router, backend);
  routes.Add("POST", all, "Failed to create a webhook", Create);
  routes.Add("GET", all, "Failed to list webhooks", List);
  routes.Add("GET", one, "Failed to get a webhook", Get);
  routes.Add("PATCH", one, "Failed to change a webhook", Update);
  routes.Add("DELETE", one, "Failed to delete a webhook", Delete);
}

}  // namespace penstock::kfp
