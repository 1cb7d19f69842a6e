// SPDX-License-Identifier: Apache-2.0
#include "metadata/run_webhook.h"

#include "metadata/list_plan.h"
#include "metadata/row_reading.h"
#include "metadata/row_writing.h"
#include "metadata/state_json.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr const char* kColumns =
    "id, display_name, url, secret, states, experiment_id, pipeline_id, enabled, created_at, "
    "delivered, failed, error";

const ListTable& Listing() {
  static const ListTable kTable = {"run_webhooks",
                                   kColumns,
                                   {{"webhook_id", "id"},
                                    {"id", "id"},
                                    {"display_name", "display_name"},
                                    {"name", "display_name"},
                                    {"url", "url"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"experiment_id", "experiment_id"},
                                    {"pipeline_id", "pipeline_id"}},
                                   false};
  return kTable;
}

std::string StatesText(const std::vector<std::string>& states) {
  text::Json::Array list;
  for (const std::string& state : states) list.emplace_back(state);
  return text::FormatJson(text::Json(std::move(list)));
}

RunWebhook ReadRow(const Statement& row) {
  RunWebhook webhook;
  webhook.id = row.Text(0);
  webhook.display_name = row.Text(1);
  webhook.url = row.Text(2);
  webhook.secret = row.Text(3);
  text::Json states = row.JsonValue(4);
  if (states.is_array()) {
    for (const text::Json& state : states.as_array()) {
      if (state.is_string()) webhook.states.push_back(state.as_string());
    }
  }
  webhook.experiment_id = row.Text(5);
  webhook.pipeline_id = row.Text(6);
  webhook.enabled = row.Integer(7) != 0;
  webhook.created_at = row.Time(8);
  webhook.delivered = row.Integer(9);
  webhook.failed = row.Integer(10);
  webhook.error = row.Text(11);
  return webhook;
}

Status BindRow(Statement& statement, const RunWebhook& webhook) {
  statement.Bind(webhook.display_name)
      .Bind(webhook.url)
      .Bind(webhook.secret)
      .Bind(StatesText(webhook.states))
      .Bind(webhook.experiment_id)
      .Bind(webhook.pipeline_id)
      .Bind(int64_t{webhook.enabled})
      .Bind(webhook.created_at)
      .Bind(webhook.id);
  Status done = statement.Run();
  if (!done && done.error().code() == Code::kAlreadyExists) {
    return Fail(Code::kAlreadyExists,
                "a webhook named '" + webhook.display_name + "' already exists");
  }
  return done;
}

QueuedChange ReadChange(const Statement& row) {
  QueuedChange change;
  change.sequence = row.Integer(0);
  change.webhook_id = row.Text(1);
  change.run_id = row.Text(2);
  change.state = RuntimeStateFromName(row.Text(3));
  change.previous_state = RuntimeStateFromName(row.Text(4));
  change.changed_at = row.Time(5);
  return change;
}

}  // namespace

Status RunWebhookTable::Insert(Transaction& tx, const RunWebhook& webhook) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO run_webhooks (display_name, url, secret, states, "
                          "experiment_id, pipeline_id, enabled, created_at, id, delivered, failed, "
                          "error) VALUES (?,?,?,?,?,?,?,?,?,0,0,'')"));
  return BindRow(statement, webhook);
}

Status RunWebhookTable::Update(Transaction& tx, const RunWebhook& webhook) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE run_webhooks SET display_name=?, url=?, secret=?, states=?, "
                          "experiment_id=?, pipeline_id=?, enabled=?, created_at=? WHERE id=?"));
  return BindRow(statement, webhook);
}

Status RunWebhookTable::Delete(Transaction& tx, const std::string& id) {
  return DeleteRow(tx, "run_webhooks", "Webhook", id);
}

Result<RunWebhook> RunWebhookTable::Get(Transaction& tx, const std::string& id) {
  return GetRow<RunWebhook>(tx, "run_webhooks", kColumns, "Webhook", id, ReadRow);
}

Result<RunWebhook> RunWebhookTable::Get(const std::string& id) {
  return GetRow<RunWebhook>(database_, "run_webhooks", kColumns, "Webhook", id, ReadRow);
}

Result<Page<RunWebhook>> RunWebhookTable::List(const ListQuery& query) {
  return ListPage<RunWebhook>(database_, Listing(), {}, query, ReadRow);
}

Result<std::vector<QueuedChange>> RunWebhookTable::Oldest() {
  static const std::string kSql =
      "SELECT sequence, webhook_id, run_id, state, previous_state, changed_at "
      "FROM run_webhook_queue WHERE sequence IN (SELECT (SELECT min(sequence) FROM "
      "run_webhook_queue WHERE webhook_id=run_webhooks.id) FROM run_webhooks WHERE enabled=1) "
      "AND run_id<>? ORDER BY sequence";
  return OnSnapshot(
      database_, [&](Transaction& tx) { return ReadAll<QueuedChange>(tx, kSql, "", ReadChange); });
}

Status RunWebhookTable::Dequeue(Transaction& tx, const QueuedChange& change, bool delivered) {
  PENSTOCK_TRY(Statement removal, tx.Prepare("DELETE FROM run_webhook_queue WHERE sequence=?"));
  removal.Bind(change.sequence);
  PENSTOCK_RETURN_IF_ERROR(removal.Run());
  if (!delivered) return {};
  PENSTOCK_TRY(Statement count, tx.Prepare("UPDATE run_webhooks SET delivered=delivered+1, "
                                           "error='' WHERE id=?"));
  count.Bind(std::string_view(change.webhook_id));
  return count.Run();
}

Status RunWebhookTable::CountFailure(Transaction& tx, const std::string& id,
                                     const std::string& error) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE run_webhooks SET failed=failed+1, error=? WHERE id=?"));
  statement.Bind(std::string_view(error)).Bind(std::string_view(id));
  return statement.Run();
}

}  // namespace penstock::metadata
