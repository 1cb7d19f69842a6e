// SPDX-License-Identifier: Apache-2.0
#include "metadata/experiment.h"

#include "metadata/list_plan.h"
#include "metadata/row_reading.h"
#include "metadata/row_writing.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr const char* kColumns =
    "id, display_name, description, created_at, last_run_created_at, storage_state";

const ListTable& Listing() {
  static const ListTable kTable = {
      "experiments",
      kColumns,
      {{"experiment_id", "id"},
       {"id", "id"},
       {"display_name", "display_name"},
       {"name", "display_name"},
       {"created_at", "created_at", ListField::Kind::kTime},
       {"last_run_created_at", "last_run_created_at", ListField::Kind::kTime},
       {"description", "description"},
       {"namespace", "''"},
       {"storage_state", "storage_state"}},
      false};
  return kTable;
}

Experiment ReadRow(const Statement& row) {
  Experiment experiment;
  experiment.id = row.Text(0);
  experiment.display_name = row.Text(1);
  experiment.description = row.Text(2);
  experiment.created_at = row.Time(3);
  experiment.last_run_created_at = row.OptionalTime(4);
  experiment.archived = row.Text(5) == "ARCHIVED";
  return experiment;
}

Status BindRow(Statement& statement, const Experiment& experiment) {
  statement.Bind(experiment.display_name)
      .Bind(experiment.description)
      .Bind(experiment.created_at)
      .Bind(experiment.last_run_created_at)
      .Bind(experiment.archived ? "ARCHIVED" : "AVAILABLE")
      .Bind(experiment.id);
  Status done = statement.Run();
  if (!done && done.error().code() == Code::kAlreadyExists) {
    return Fail(Code::kAlreadyExists,
                "an experiment named '" + experiment.display_name + "' already exists");
  }
  return done;
}

}  // namespace

Status ExperimentTable::Insert(Transaction& tx, const Experiment& experiment) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO experiments (display_name, description, created_at, "
                          "last_run_created_at, storage_state, id) VALUES (?,?,?,?,?,?)"));
  return BindRow(statement, experiment);
}

Status ExperimentTable::Update(Transaction& tx, const Experiment& experiment) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE experiments SET display_name=?, description=?, created_at=?, "
                          "last_run_created_at=?, storage_state=? WHERE id=?"));
  return BindRow(statement, experiment);
}

Status ExperimentTable::Delete(Transaction& tx, const std::string& id) {
  return DeleteRow(tx, "experiments", "Experiment", id);
}

Result<int64_t> ExperimentTable::DeleteIdle(Transaction& tx, base::Time before,
                                            const std::string& but) {
  PENSTOCK_TRY(
      Statement statement,
      tx.Prepare(
          "DELETE FROM experiments WHERE max(created_at, coalesce(last_run_created_at, 0)) < ? "
          "AND display_name <> ? "
          "AND NOT EXISTS (SELECT 1 FROM runs WHERE experiment_id = experiments.id) "
          "AND NOT EXISTS (SELECT 1 FROM recurring_runs WHERE experiment_id = experiments.id) "
          "AND NOT EXISTS (SELECT 1 FROM object_triggers WHERE experiment_id = experiments.id) "
          "AND NOT EXISTS (SELECT 1 FROM run_webhooks WHERE experiment_id = experiments.id)"));
  statement.Bind(before).Bind(std::string_view(but));
  return RunCounting(tx, statement);
}

Result<Experiment> ExperimentTable::Get(Transaction& tx, const std::string& id) {
  return GetRow<Experiment>(tx, "experiments", kColumns, "Experiment", id, ReadRow);
}

Result<Experiment> ExperimentTable::Get(const std::string& id) {
  return GetRow<Experiment>(database_, "experiments", kColumns, "Experiment", id, ReadRow);
}

Result<std::optional<Experiment>> ExperimentTable::FindByName(const std::string& display_name) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns + " FROM experiments WHERE display_name=?";
  return OnSnapshot(database_, [&](Transaction& tx) {
    return ReadOne<Experiment>(tx, kSql, display_name, ReadRow);
  });
}

Result<Page<Experiment>> ExperimentTable::List(const ListQuery& query) {
  return ListPage<Experiment>(database_, Listing(), {}, query, ReadRow);
}

}  // namespace penstock::metadata
