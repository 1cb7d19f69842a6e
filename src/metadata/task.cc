// SPDX-License-Identifier: Apache-2.0
#include "metadata/task.h"

#include "metadata/changed_tasks.h"
#include "metadata/lineage_lists.h"
#include "metadata/row_reading.h"
#include "metadata/state_json.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using text::FormatJson;

constexpr const char* kColumns =
    "id, run_id, parent_id, name, display_name, kind, iteration, state, state_history, created_at, "
    "started_at, finished_at, attempt, inputs, outputs, exit_code, error, cached, "
    "cached_from_task_id, fingerprint, details, cached_from_run_id, outside";

// What the API calls its type (kfp/task_message.h says the same).
constexpr std::string_view kTypeOfRow =
    "CASE WHEN outside<>'' THEN json_extract(outside,'$.type') "
    "WHEN kind='CONTAINER' THEN 'RUNTIME' WHEN kind='ITERATION' THEN 'LOOP_ITERATION' "
    "WHEN kind='DAG' AND name GLOB 'condition-branches-[0-9]*' THEN 'CONDITION_BRANCH' "
    "WHEN kind='DAG' AND name GLOB 'condition-[0-9]*' THEN 'CONDITION' "
    "WHEN kind='DAG' AND name GLOB 'exit-handler-[0-9]*' THEN 'EXIT_HANDLER' ELSE kind END";

constexpr std::pair<TaskKind, std::string_view> kKinds[] = {
    {TaskKind::kRoot, "ROOT"},         {TaskKind::kContainer, "CONTAINER"},
    {TaskKind::kImporter, "IMPORTER"}, {TaskKind::kDag, "DAG"},
    {TaskKind::kLoop, "LOOP"},         {TaskKind::kIteration, "ITERATION"},
};

std::string_view KindName(TaskKind kind) {
  for (const auto& [known, name] : kKinds) {
    if (known == kind) return name;
  }
  return "CONTAINER";
}

TaskKind KindFromName(std::string_view name) {
  for (const auto& [kind, known] : kKinds) {
    if (known == name) return kind;
  }
  return TaskKind::kContainer;
}

Task ReadRow(const Statement& row) {
  Task task;
  task.id = row.Text(0);
  task.run_id = row.Text(1);
  task.parent_id = row.Text(2);
  task.name = row.Text(3);
  task.display_name = row.Text(4);
  task.kind = KindFromName(row.Text(5));
  task.iteration = static_cast<int>(row.Integer(6));
  task.state = RuntimeStateFromName(row.Text(7));
  task.state_history = HistoryFromJson(row.JsonValue(8));
  task.created_at = row.Time(9);
  task.started_at = row.OptionalTime(10);
  task.finished_at = row.OptionalTime(11);
  task.attempt = static_cast<int>(row.Integer(12));
  task.inputs = ObjectOrEmpty(row.JsonValue(13));
  task.outputs = ObjectOrEmpty(row.JsonValue(14));
  if (!row.IsNull(15)) task.exit_code = static_cast<int>(row.Integer(15));
  task.error = row.Text(16);
  task.cached = row.Integer(17) != 0;
  task.cached_from_task_id = row.Text(18);
  task.fingerprint = row.Text(19);
  task.details = row.JsonValue(20);
  task.cached_from_run_id = row.Text(21);
  if (!row.TextView(22).empty()) task.outside = row.JsonValue(22);
  return task;
}

Result<std::vector<Task>> ReadRows(Statement& statement) {
  std::vector<Task> tasks;
  while (true) {
    PENSTOCK_TRY(bool row, statement.Step());
    if (!row) return tasks;
    tasks.push_back(ReadRow(statement));
  }
}

// Binds the members that change in a task's life, in the order of the statements below.
void BindChanging(Statement& statement, const Task& task) {
  statement.Bind(task.display_name)
      .Bind(RuntimeStateName(task.state))
      .Bind(FormatJson(HistoryToJson(task.state_history)))
      .Bind(task.created_at)
      .Bind(task.started_at)
      .Bind(task.finished_at)
      .Bind(int64_t{task.attempt})
      .Bind(FormatJson(text::Json(task.inputs)))
      .Bind(FormatJson(text::Json(task.outputs)));
  if (task.exit_code) {
    statement.Bind(int64_t{*task.exit_code});
  } else {
    statement.BindNull();
  }
  statement.Bind(task.error)
      .Bind(int64_t{task.cached ? 1 : 0})
      .Bind(task.cached_from_task_id)
      .Bind(task.fingerprint)
      .Bind(FormatJson(task.details))
      .Bind(task.cached_from_run_id)
      .Bind(task.outside.is_null() ? std::string() : FormatJson(task.outside))
      .Bind(task.id);
}

const ListTable& Listing() {
  static const ListTable kTable = {"tasks",
                                   kColumns,
                                   {{"task_id", "id"},
                                    {"id", "id"},
                                    {"run_id", "run_id"},
                                    {"parent_task_id", "parent_id"},
                                    {"name", "name"},
                                    {"display_name", "display_name"},
                                    {"state", "state"},
                                    {"status", "state"},
                                    {"type", kTypeOfRow},
                                    {"cache_fingerprint", "fingerprint"},
                                    {"fingerprint", "fingerprint"},
                                    {"create_time", "created_at", ListField::Kind::kTime},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"start_time", "started_at", ListField::Kind::kTime},
                                    {"end_time", "finished_at", ListField::Kind::kTime}},
                                   false};
  return kTable;
}

}  // namespace

Result<Page<Task>> TaskTable::List(const std::vector<std::string>& run_ids,
                                   const std::vector<std::string>& parent_ids,
                                   const ListQuery& query) {
  return ListPage<Task>(database_, Listing(),
                        ScopeOf({{"run_id", run_ids}, {"parent_id", parent_ids}}), query, ReadRow);
}

Status TaskTable::Insert(Transaction& tx, const Task& task) {
  PENSTOCK_TRY(
      Statement statement,
      tx.Prepare("INSERT INTO tasks (run_id, parent_id, name, kind, iteration, "
                 "display_name, state, state_history, created_at, started_at, "
                 "finished_at, attempt, inputs, outputs, exit_code, error, cached, "
                 "cached_from_task_id, fingerprint, details, cached_from_run_id, outside, id) "
                 "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  statement.Bind(task.run_id)
      .Bind(task.parent_id)
      .Bind(task.name)
      .Bind(KindName(task.kind))
      .Bind(int64_t{task.iteration});
  BindChanging(statement, task);
  return statement.Run();
}

Status TaskTable::Update(Transaction& tx, const Task& task) {
  PENSTOCK_TRY(
      Statement statement,
      tx.Prepare("UPDATE tasks SET display_name=?, state=?, state_history=?, created_at=?, "
                 "started_at=?, finished_at=?, attempt=?, inputs=?, outputs=?, "
                 "exit_code=?, error=?, cached=?, cached_from_task_id=?, fingerprint=?, "
                 "details=?, cached_from_run_id=?, outside=? WHERE id=?"));
  BindChanging(statement, task);
  return statement.Run();
}

Status TaskTable::UpdateOutside(Transaction& tx, const Task& task) {
  PENSTOCK_RETURN_IF_ERROR(Update(tx, task));
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE tasks SET parent_id=?, name=?, kind=?, iteration=? WHERE id=?"));
  statement.Bind(task.parent_id).Bind(task.name).Bind(KindName(task.kind));
  statement.Bind(int64_t{task.iteration}).Bind(task.id);
  return statement.Run();
}

Result<Task> TaskTable::Get(const std::string& id) {
  return GetRow<Task>(database_, "tasks", kColumns, "Task", id, ReadRow);
}

Result<Task> TaskTable::Get(Transaction& tx, const std::string& id) {
  return GetRow<Task>(tx, "tasks", kColumns, "Task", id, ReadRow);
}

Result<std::vector<Task>> TaskTable::ListOutside(const std::string& run_id,
                                                 const std::string& parent_id) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns +
      " FROM tasks WHERE run_id=? AND parent_id=? AND outside<>'' ORDER BY sequence";
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<Task>> {
    PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
    statement.Bind(std::string_view(run_id)).Bind(parent_id);
    return ReadRows(statement);
  });
}

Result<std::vector<Task>> TaskTable::ListOutside(Transaction& tx, const std::string& run_id,
                                                 const std::string& parent_id,
                                                 const std::string& name) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns +
      " FROM tasks WHERE run_id=? AND parent_id=? AND name=? AND outside<>'' ORDER BY sequence";
  PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
  statement.Bind(std::string_view(run_id)).Bind(parent_id).Bind(name);
  return ReadRows(statement);
}

Result<int64_t> TaskTable::CountOutside(Transaction& tx, const std::string& run_id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("SELECT count(*) FROM tasks WHERE run_id=? AND outside<>''"));
  statement.Bind(std::string_view(run_id));
  PENSTOCK_RETURN_IF_ERROR(statement.Step());
  return statement.Integer(0);
}

Result<std::optional<Task>> TaskTable::FindOutside(const std::string& fingerprint) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns +
      " FROM tasks WHERE fingerprint=? AND fingerprint<>'' AND outside<>'' AND "
      "state='SUCCEEDED' ORDER BY created_at DESC, sequence DESC LIMIT 1";
  return OnSnapshot(database_,
                    [&](Transaction& tx) { return ReadOne<Task>(tx, kSql, fingerprint, ReadRow); });
}

Result<std::vector<Task>> TaskTable::ListByRun(Transaction& tx, const std::string& run_id) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns + " FROM tasks WHERE run_id=? ORDER BY sequence";
  return ReadAll<Task>(tx, kSql, run_id, ReadRow);
}

Result<std::vector<Task>> TaskTable::ListByRun(const std::string& run_id) {
  return OnSnapshot(database_, [&](Transaction& tx) { return ListByRun(tx, run_id); });
}

Result<std::vector<Task>> TaskTable::FindDone(const std::string& run_id,
                                              const std::string& fingerprint) {
  static const std::string kSql = std::string("SELECT ") + kColumns +
                                  " FROM tasks WHERE run_id=? AND fingerprint=? AND "
                                  "fingerprint<>'' AND outside='' AND (state='SUCCEEDED' OR "
                                  "cached=1)";
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<Task>> {
    PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
    statement.Bind(std::string_view(run_id)).Bind(std::string_view(fingerprint));
    return ReadRows(statement);
  });
}

namespace {

constexpr int kStamped = 12;  // columns of the statement below

std::string StampOf(const Statement& row) {
  std::string stamp;
  for (int column = 0; column < kStamped; ++column) {
    const std::string_view text = row.TextView(column);
    stamp += std::to_string(text.size());
    stamp += ':';
    stamp += text;
  }
  return stamp;
}

}  // namespace

Result<std::vector<TaskRow>> ReadChangedTasks(Database& database, const std::string& run_id,
                                              const std::vector<std::string>& known) {
  static const std::string kSql =
      "SELECT id, run_id, parent_id, name, display_name, kind, state, state_history, created_at, "
      "started_at, finished_at, error FROM tasks WHERE run_id=? ORDER BY sequence";
  return OnSnapshot(database, [&](Transaction& tx) -> Result<std::vector<TaskRow>> {
    PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
    statement.Bind(std::string_view(run_id));
    std::vector<TaskRow> rows;
    while (true) {
      PENSTOCK_TRY(const bool found, statement.Step());
      if (!found) return rows;
      TaskRow row;
      row.stamp = StampOf(statement);
      if (rows.size() >= known.size() || known[rows.size()] != row.stamp) {
        PENSTOCK_TRY(row.task,
                     GetRow<Task>(tx, "tasks", kColumns, "Task", statement.Text(0), ReadRow));
      }
      rows.push_back(std::move(row));
    }
  });
}

}  // namespace penstock::metadata
