// SPDX-License-Identifier: Apache-2.0
#include "metadata/object_trigger.h"

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
    "display_name, description, bucket, prefix, suffix, experiment_id, pipeline_id, "
    "pipeline_version_id, parameters, pipeline_root, service_account, enabled, created_at, "
    "runs_started, last_run_id, error, id";

const ListTable& Listing() {
  static const ListTable kTable = {"object_triggers",
                                   kColumns,
                                   {{"trigger_id", "id"},
                                    {"id", "id"},
                                    {"display_name", "display_name"},
                                    {"name", "display_name"},
                                    {"description", "description"},
                                    {"bucket", "bucket"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"experiment_id", "experiment_id"},
                                    {"pipeline_id", "pipeline_id"}},
                                   false};
  return kTable;
}

ObjectTrigger ReadRow(const Statement& row) {
  ObjectTrigger trigger;
  trigger.display_name = row.Text(0);
  trigger.description = row.Text(1);
  trigger.bucket = row.Text(2);
  trigger.prefix = row.Text(3);
  trigger.suffix = row.Text(4);
  trigger.experiment_id = row.Text(5);
  trigger.pipeline_id = row.Text(6);
  trigger.pipeline_version_id = row.Text(7);
  trigger.parameters = ObjectOrEmpty(row.JsonValue(8));
  trigger.pipeline_root = row.Text(9);
  trigger.service_account = row.Text(10);
  trigger.enabled = row.Integer(11) != 0;
  trigger.created_at = row.Time(12);
  trigger.runs_started = row.Integer(13);
  trigger.last_run_id = row.Text(14);
  trigger.error = row.Text(15);
  trigger.id = row.Text(16);
  return trigger;
}

Status BindRow(Statement& statement, const ObjectTrigger& trigger) {
  statement.Bind(trigger.display_name)
      .Bind(trigger.description)
      .Bind(trigger.bucket)
      .Bind(trigger.prefix)
      .Bind(trigger.suffix)
      .Bind(trigger.experiment_id)
      .Bind(trigger.pipeline_id)
      .Bind(trigger.pipeline_version_id)
      .Bind(text::FormatJson(text::Json(trigger.parameters)))
      .Bind(trigger.pipeline_root)
      .Bind(trigger.service_account)
      .Bind(int64_t{trigger.enabled})
      .Bind(trigger.created_at)
      .Bind(trigger.runs_started)
      .Bind(trigger.last_run_id)
      .Bind(trigger.error)
      .Bind(trigger.id);
  Status done = statement.Run();
  if (!done && done.error().code() == Code::kAlreadyExists) {
    return Fail(Code::kAlreadyExists,
                "a trigger named '" + trigger.display_name + "' already exists");
  }
  return done;
}

}  // namespace

Status ObjectTriggerTable::Insert(Transaction& tx, const ObjectTrigger& trigger) {
  static const std::string kSql = std::string("INSERT INTO object_triggers (") + kColumns +
                                  ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
  PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
  return BindRow(statement, trigger);
}

Status ObjectTriggerTable::Update(Transaction& tx, const ObjectTrigger& trigger) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE object_triggers SET display_name=?, description=?, bucket=?, "
                          "prefix=?, suffix=?, experiment_id=?, pipeline_id=?, "
                          "pipeline_version_id=?, parameters=?, pipeline_root=?, "
                          "service_account=?, enabled=?, created_at=?, runs_started=?, "
                          "last_run_id=?, error=? WHERE id=?"));
  return BindRow(statement, trigger);
}

Status ObjectTriggerTable::Delete(Transaction& tx, const std::string& id) {
  return DeleteRow(tx, "object_triggers", "Trigger", id);
}

Result<ObjectTrigger> ObjectTriggerTable::Get(Transaction& tx, const std::string& id) {
  return GetRow<ObjectTrigger>(tx, "object_triggers", kColumns, "Trigger", id, ReadRow);
}

Result<ObjectTrigger> ObjectTriggerTable::Get(const std::string& id) {
  return GetRow<ObjectTrigger>(database_, "object_triggers", kColumns, "Trigger", id, ReadRow);
}

Result<Page<ObjectTrigger>> ObjectTriggerTable::List(const ListQuery& query) {
  return ListPage<ObjectTrigger>(database_, Listing(), {}, query, ReadRow);
}

Result<std::vector<ObjectTrigger>> ObjectTriggerTable::Enabled() {
  static const std::string kSql = std::string("SELECT ") + kColumns +
                                  " FROM object_triggers WHERE enabled=1 AND id<>? "
                                  "ORDER BY created_at, id";
  return OnSnapshot(database_,
                    [&](Transaction& tx) { return ReadAll<ObjectTrigger>(tx, kSql, "", ReadRow); });
}

}  // namespace penstock::metadata
