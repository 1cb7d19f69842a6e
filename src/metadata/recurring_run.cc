// SPDX-License-Identifier: Apache-2.0
#include "metadata/recurring_run.h"

#include "metadata/list_plan.h"
#include "metadata/row_reading.h"
#include "metadata/row_writing.h"
#include "metadata/state_json.h"

namespace penstock::metadata {
namespace {

using base::Result;
using base::Status;
using text::FormatJson;

constexpr const char* kColumns =
    "id, display_name, description, service_account, experiment_id, pipeline_id, "
    "pipeline_version_id, spec, parameters, pipeline_root, cron, interval_seconds, start_at, "
    "end_at, max_concurrency, catch_up, enabled, created_at, updated_at, last_tick_at, next_index, "
    "error, plugins_input, caching, keep_seconds, priority";
// What the clock asks for every second leaves the large texts where they are.
constexpr const char* kSmallColumns =
    "id, display_name, description, service_account, experiment_id, pipeline_id, "
    "pipeline_version_id, '', '{}', pipeline_root, cron, interval_seconds, start_at, "
    "end_at, max_concurrency, catch_up, enabled, created_at, updated_at, last_tick_at, next_index, "
    "error, '{}', NULL, NULL, 0";

const ListTable& Listing() {
  static const ListTable kTable = {"recurring_runs",
                                   kColumns,
                                   {{"recurring_run_id", "id"},
                                    {"id", "id"},
                                    {"display_name", "display_name"},
                                    {"name", "display_name"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"updated_at", "updated_at", ListField::Kind::kTime},
                                    {"description", "description"},
                                    {"experiment_id", "experiment_id"},
                                    {"pipeline_id", "pipeline_id"},
                                    {"pipeline_version_id", "pipeline_version_id"},
                                    {"namespace", "''"},
                                    {"status", "iif(enabled, 'ENABLED', 'DISABLED')"}},
                                   false};
  return kTable;
}

RecurringRun ReadRow(const Statement& row) {
  RecurringRun recurring;
  recurring.id = row.Text(0);
  recurring.display_name = row.Text(1);
  recurring.description = row.Text(2);
  recurring.service_account = row.Text(3);
  recurring.experiment_id = row.Text(4);
  recurring.pipeline_id = row.Text(5);
  recurring.pipeline_version_id = row.Text(6);
  recurring.spec_json = row.Text(7);
  recurring.parameters = ObjectOrEmpty(row.JsonValue(8));
  recurring.pipeline_root = row.Text(9);
  recurring.cron = row.Text(10);
  recurring.interval_seconds = row.Integer(11);
  recurring.start_at = row.OptionalTime(12);
  recurring.end_at = row.OptionalTime(13);
  recurring.max_concurrency = row.Integer(14);
  recurring.catch_up = row.Integer(15) != 0;
  recurring.enabled = row.Integer(16) != 0;
  recurring.created_at = row.Time(17);
  recurring.updated_at = row.Time(18);
  recurring.last_tick_at = row.OptionalTime(19);
  recurring.next_index = row.Integer(20);
  recurring.error = row.Text(21);
  recurring.plugins_input = ObjectOrEmpty(row.JsonValue(22));
  if (!row.IsNull(23)) recurring.caching = row.Integer(23) != 0;
  if (!row.IsNull(24)) recurring.keep_seconds = row.Integer(24);
  recurring.priority = static_cast<int>(row.Integer(25));
  return recurring;
}

constexpr char kKind[] = "RecurringRun";

}  // namespace

Status RecurringRunTable::Insert(Transaction& tx, const RecurringRun& recurring) {
  static const std::string kSql = std::string("INSERT INTO recurring_runs (") + kColumns +
                                  ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
  statement.Bind(recurring.id)
      .Bind(recurring.display_name)
      .Bind(recurring.description)
      .Bind(recurring.service_account)
      .Bind(recurring.experiment_id)
      .Bind(recurring.pipeline_id)
      .Bind(recurring.pipeline_version_id)
      .Bind(recurring.spec_json)
      .Bind(FormatJson(text::Json(recurring.parameters)))
      .Bind(recurring.pipeline_root)
      .Bind(recurring.cron)
      .Bind(recurring.interval_seconds)
      .Bind(recurring.start_at)
      .Bind(recurring.end_at)
      .Bind(recurring.max_concurrency)
      .Bind(int64_t{recurring.catch_up})
      .Bind(int64_t{recurring.enabled})
      .Bind(recurring.created_at)
      .Bind(recurring.updated_at)
      .Bind(recurring.last_tick_at)
      .Bind(recurring.next_index)
      .Bind(recurring.error)
      .Bind(FormatJson(text::Json(recurring.plugins_input)))
      .BindValue(OrNull(recurring.caching))
      .BindValue(OrNull(recurring.keep_seconds))
      .Bind(int64_t{recurring.priority});
  return statement.Run();
}

Status RecurringRunTable::Delete(Transaction& tx, const std::string& id) {
  return DeleteRow(tx, "recurring_runs", kKind, id);
}

Status RecurringRunTable::SetEnabled(Transaction& tx, const std::string& id, bool enabled,
                                     base::Time now) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE recurring_runs SET enabled=?, updated_at=? WHERE id=?"));
  statement.Bind(int64_t{enabled}).Bind(now).Bind(std::string_view(id));
  return RunOnRow(tx, statement, kKind, id);
}

Status RecurringRunTable::DisableByExperiment(Transaction& tx, const std::string& experiment_id,
                                              base::Time now) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("UPDATE recurring_runs SET enabled=0, updated_at=? "
                                               "WHERE experiment_id=? AND enabled=1"));
  statement.Bind(now).Bind(std::string_view(experiment_id));
  return statement.Run();
}

Status RecurringRunTable::UpdateTick(Transaction& tx, const RecurringRun& recurring) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("UPDATE recurring_runs SET last_tick_at=?, "
                                               "next_index=?, error=? WHERE id=?"));
  statement.Bind(recurring.last_tick_at)
      .Bind(recurring.next_index)
      .Bind(recurring.error)
      .Bind(recurring.id);
  return RunOnRow(tx, statement, kKind, recurring.id);
}

Result<RecurringRun> RecurringRunTable::Get(Transaction& tx, const std::string& id) {
  return GetRow<RecurringRun>(tx, "recurring_runs", kColumns, kKind, id, ReadRow);
}

Result<RecurringRun> RecurringRunTable::Get(const std::string& id) {
  return GetRow<RecurringRun>(database_, "recurring_runs", kColumns, kKind, id, ReadRow);
}

Result<Page<RecurringRun>> RecurringRunTable::List(const std::string& experiment_id,
                                                   const ListQuery& query) {
  ListScope scope;
  if (!experiment_id.empty()) scope = {"experiment_id=?", {experiment_id}};
  return ListPage<RecurringRun>(database_, Listing(), scope, query, ReadRow);
}

Result<std::vector<RecurringRun>> RecurringRunTable::Enabled() {
  static const std::string kSql = std::string("SELECT ") + kSmallColumns +
                                  " FROM recurring_runs WHERE enabled=1 AND id<>? "
                                  "ORDER BY created_at, id";
  return OnSnapshot(database_,
                    [&](Transaction& tx) { return ReadAll<RecurringRun>(tx, kSql, "", ReadRow); });
}

Result<std::vector<std::string>> RecurringRunTable::UnfinishedRuns(const std::string& id) {
  static const std::string kSql =
      "SELECT id FROM runs WHERE recurring_run_id=? AND recurring_run_id<>'' AND "
      "state NOT IN ('SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED') ORDER BY created_at, id";
  return OnSnapshot(database_, [&](Transaction& tx) {
    return ReadAll<std::string>(tx, kSql, id, +[](const Statement& row) { return row.Text(0); });
  });
}

}  // namespace penstock::metadata
