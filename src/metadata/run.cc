// SPDX-License-Identifier: Apache-2.0
#include "metadata/run.h"

#include "base/encoding.h"
#include "crypto/digest.h"
#include "metadata/list_plan.h"
#include "metadata/name_parts.h"
#include "metadata/row_reading.h"
#include "metadata/row_writing.h"
#include "metadata/state_json.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::FormatJson;

constexpr char kKind[] = "Run";
constexpr const char* kColumns =
    "id, experiment_id, display_name, description, service_account, pipeline_id, "
    "pipeline_version_id, (SELECT spec FROM specs WHERE digest=spec_digest), parameters, "
    "pipeline_root, recurring_run_id, created_at, scheduled_at, finished_at, state, state_history, "
    "error, storage_state, caching, origin, origin_run_id, rerun_from, keep_seconds, "
    "priority, plugins_input, locked_from, locks";

// The latest value that a task of the run has given to a metric of that name.
constexpr std::string_view kMetric =
    "(SELECT CAST(json_extract(a.metadata, ?) AS REAL) FROM artifact_tasks AS u "
    "JOIN artifacts AS a ON a.id = u.artifact_id WHERE u.run_id = runs.id AND u.use = 'OUTPUT' "
    "AND a.schema_title = 'system.Metrics' AND json_type(a.metadata, ?) IN ('integer', 'real') "
    "ORDER BY u.sequence DESC LIMIT 1)";

const ListTable& Listing() {
  static const ListTable kTable = {"runs",
                                   kColumns,
                                   {{"run_id", "id"},
                                    {"id", "id"},
                                    {"display_name", "display_name"},
                                    {"name", "display_name"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"finished_at", "finished_at", ListField::Kind::kTime},
                                    {"scheduled_at", "scheduled_at", ListField::Kind::kTime},
                                    {"description", "description"},
                                    {"storage_state", "storage_state"},
                                    {"status", "state"},
                                    {"state", "state"},
                                    {"state_history", "state_history"},
                                    {"namespace", "''"},
                                    {"experiment_id", "experiment_id"},
                                    {"pipeline_id", "pipeline_id"},
                                    {"pipeline_version_id", "pipeline_version_id"},
                                    {"runtime_details", "''"},
                                    {"recurring_run_id", "recurring_run_id"}},
                                   false,
                                   kMetric,
                                   "run_counts",
                                   "runs",
                                   {"experiment_id", "storage_state", "state"},
                                   "display_name",
                                   FindRunsByNameParts};
  return kTable;
}

Run ReadRow(const Statement& row) {
  Run run;
  run.id = row.Text(0);
  run.experiment_id = row.Text(1);
  run.display_name = row.Text(2);
  run.description = row.Text(3);
  run.service_account = row.Text(4);
  run.pipeline_id = row.Text(5);
  run.pipeline_version_id = row.Text(6);
  run.spec_json = row.Text(7);
  run.parameters = ObjectOrEmpty(row.JsonValue(8));
  run.pipeline_root = row.Text(9);
  run.recurring_run_id = row.Text(10);
  run.created_at = row.Time(11);
  run.scheduled_at = row.Time(12);
  run.finished_at = row.OptionalTime(13);
  run.state = RuntimeStateFromName(row.Text(14));
  run.state_history = HistoryFromJson(row.JsonValue(15));
  run.error = row.Text(16);
  run.archived = row.Text(17) == "ARCHIVED";
  if (!row.IsNull(18)) run.caching = row.Integer(18) != 0;
  run.origin = row.Text(19);
  run.origin_run_id = row.Text(20);
  run.rerun_from = row.Text(21);
  if (!row.IsNull(22)) run.keep_seconds = row.Integer(22);
  run.priority = static_cast<int>(row.Integer(23));
  run.plugins_input = ObjectOrEmpty(row.JsonValue(24));
  run.locked_from = row.Text(25);
  run.locks = ObjectOrEmpty(row.JsonValue(26));
  return run;
}

Result<std::vector<std::string>> ReadIds(Statement& statement) {
  std::vector<std::string> ids;
  while (true) {
    PENSTOCK_TRY(bool row, statement.Step());
    if (!row) return ids;
    ids.push_back(statement.Text(0));
  }
}

// Runs of the same pipeline share its text.
Result<std::string> StoreSpec(Transaction& tx, const std::string& spec) {
  std::string digest = base::HexEncode(crypto::Sha256(spec));
  PENSTOCK_TRY(Statement known, tx.Prepare("SELECT 1 FROM specs WHERE digest=?"));
  known.Bind(digest);
  PENSTOCK_TRY(bool found, known.Step());
  if (found) return digest;
  PENSTOCK_TRY(Statement statement, tx.Prepare("INSERT INTO specs (digest, spec) VALUES (?,?)"));
  statement.Bind(digest).Bind(spec);
  PENSTOCK_RETURN_IF_ERROR(statement.Run());
  return digest;
}

}  // namespace

Status RunTable::Insert(Transaction& tx, const Run& run) {
  PENSTOCK_TRY(std::string digest, StoreSpec(tx, run.spec_json));
  PENSTOCK_TRY(
      Statement statement,
      tx.Prepare("INSERT INTO runs (id, experiment_id, display_name, description, "
                 "service_account, pipeline_id, pipeline_version_id, spec_digest, parameters, "
                 "pipeline_root, recurring_run_id, created_at, scheduled_at, finished_at, state, "
                 "state_history, error, storage_state, caching, origin, origin_run_id, rerun_from, "
                 "keep_seconds, priority, plugins_input, locked_from, locks) "
                 "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  statement.Bind(run.id)
      .Bind(run.experiment_id)
      .Bind(run.display_name)
      .Bind(run.description)
      .Bind(run.service_account)
      .Bind(run.pipeline_id)
      .Bind(run.pipeline_version_id)
      .Bind(digest)
      .Bind(FormatJson(text::Json(run.parameters)))
      .Bind(run.pipeline_root)
      .Bind(run.recurring_run_id)
      .Bind(run.created_at)
      .Bind(run.scheduled_at)
      .Bind(run.finished_at)
      .Bind(RuntimeStateName(run.state))
      .Bind(FormatJson(HistoryToJson(run.state_history)))
      .Bind(run.error)
      .Bind(run.archived ? "ARCHIVED" : "AVAILABLE")
      .BindValue(OrNull(run.caching))
      .Bind(run.origin)
      .Bind(run.origin_run_id)
      .Bind(run.rerun_from)
      .BindValue(OrNull(run.keep_seconds))
      .Bind(int64_t{run.priority})
      .Bind(FormatJson(text::Json(run.plugins_input)))
      .Bind(run.locked_from)
      .Bind(FormatJson(text::Json(run.locks)));
  Status done = statement.Run();
  if (!done && done.error().code() == Code::kAlreadyExists) {
    return Fail(Code::kAlreadyExists, "Run " + run.id + " already exists");
  }
  return done;
}

Status RunTable::UpdateState(Transaction& tx, const Run& run) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("UPDATE runs SET state=?, state_history=?, error=?, "
                                               "finished_at=? WHERE id=?"));
  statement.Bind(RuntimeStateName(run.state))
      .Bind(FormatJson(HistoryToJson(run.state_history)))
      .Bind(run.error)
      .Bind(run.finished_at)
      .Bind(run.id);
  return RunOnRow(tx, statement, kKind, run.id);
}

Status RunTable::SetArchived(Transaction& tx, const std::string& id, bool archived) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("UPDATE runs SET storage_state=? WHERE id=?"));
  statement.Bind(archived ? "ARCHIVED" : "AVAILABLE").Bind(std::string_view(id));
  return RunOnRow(tx, statement, kKind, id);
}

Status RunTable::SetArchivedByExperiment(Transaction& tx, const std::string& experiment_id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE runs SET storage_state='ARCHIVED' WHERE experiment_id=?"));
  statement.Bind(std::string_view(experiment_id));
  return statement.Run();
}

Status RunTable::Delete(Transaction& tx, const std::string& id) {
  // Tasks and their uses of artifacts go with the run (ON DELETE CASCADE); artifacts stay.
  std::string digest;
  {
    PENSTOCK_TRY(Statement of, tx.Prepare("SELECT spec_digest FROM runs WHERE id=?"));
    of.Bind(std::string_view(id));
    PENSTOCK_TRY(bool found, of.Step());
    if (found) digest = of.Text(0);
  }
  PENSTOCK_RETURN_IF_ERROR(DeleteRow(tx, "runs", kKind, id));
  PENSTOCK_TRY(Statement spec, tx.Prepare("DELETE FROM specs WHERE digest=? AND NOT EXISTS "
                                          "(SELECT 1 FROM runs WHERE spec_digest=digest)"));
  spec.Bind(digest);
  return spec.Run();
}

Result<Run> RunTable::Get(Transaction& tx, const std::string& id) {
  return GetRow<Run>(tx, "runs", kColumns, kKind, id, ReadRow);
}

Result<Run> RunTable::Get(const std::string& id) {
  return GetRow<Run>(database_, "runs", kColumns, kKind, id, ReadRow);
}

Result<Page<Run>> RunTable::List(const std::string& experiment_id, const ListQuery& query) {
  ListScope scope;
  if (!experiment_id.empty()) scope = {"experiment_id=?", {experiment_id}, {"experiment_id"}};
  return ListPage<Run>(database_, Listing(), scope, query, ReadRow);
}

Result<std::vector<std::string>> RunTable::UnfinishedIds() {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<std::string>> {
    PENSTOCK_TRY(Statement statement,
                 tx.Prepare("SELECT id FROM runs WHERE state NOT IN ('SUCCEEDED', 'SKIPPED', "
                            "'FAILED', 'CANCELED') ORDER BY created_at, id"));
    return ReadIds(statement);
  });
}

Result<std::vector<std::string>> RunTable::ExpiredIds(const Expiry& expiry, int64_t limit) {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<std::string>> {
    static const std::string kSql = std::string(
        "SELECT id FROM (SELECT id FROM runs WHERE finished_at < ? AND storage_state='AVAILABLE'"
        " UNION SELECT id FROM runs WHERE finished_at < ? AND storage_state='ARCHIVED'"
        " UNION SELECT id FROM runs WHERE keep_seconds IS NOT NULL AND finished_at + keep_seconds "
        "* 1000000 < ?) WHERE NOT EXISTS (SELECT 1 FROM runs AS heir WHERE heir.origin_run_id = id "
        "AND heir.finished_at IS NULL) LIMIT ?");
    PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
    statement.Bind(expiry.ended_before)
        .Bind(expiry.archived_ended_before)
        .Bind(expiry.now)
        .Bind(limit);
    return ReadIds(statement);
  });
}

Result<std::vector<std::string>> RunTable::IdsOfExperiment(const std::string& experiment_id) {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<std::string>> {
    PENSTOCK_TRY(Statement statement, tx.Prepare("SELECT id FROM runs WHERE experiment_id=?"));
    statement.Bind(std::string_view(experiment_id));
    return ReadIds(statement);
  });
}

Result<std::string> RunTable::UnfinishedHeir(Transaction& tx, const std::string& id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("SELECT id FROM runs WHERE origin_run_id=? AND origin_run_id<>'' AND "
                          "finished_at IS NULL LIMIT 1"));
  statement.Bind(std::string_view(id));
  PENSTOCK_TRY(bool found, statement.Step());
  return found ? statement.Text(0) : std::string();
}

}  // namespace penstock::metadata
