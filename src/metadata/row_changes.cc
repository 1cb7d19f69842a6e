// SPDX-License-Identifier: Apache-2.0
// What is asked for after the change feed has named a row.
#include "metadata/row_reading.h"
#include "metadata/run.h"
#include "metadata/state_counts.h"
#include "metadata/state_json.h"
#include "metadata/task.h"

namespace penstock::metadata {
namespace {

using base::Result;
using base::Status;

// The id in that row, which may be gone.
Result<std::optional<std::string>> IdOfRow(Database& database, const std::string& sql,
                                           int64_t row) {
  return OnSnapshot(database, [&](Transaction& tx) -> Result<std::optional<std::string>> {
    PENSTOCK_TRY(Statement statement, tx.Prepare(sql));
    statement.Bind(row);
    PENSTOCK_TRY(bool found, statement.Step());
    return found ? std::optional(statement.Text(0)) : std::nullopt;
  });
}

// The value, or nothing where it is not there.
template <typename T>
Result<std::optional<T>> OrNothing(Result<T> got) {
  if (got) return std::optional<T>(*std::move(got));
  if (got.error().code() == base::Code::kNotFound) return std::optional<T>();
  return base::Fail(std::move(got).error());
}

RowEnd ReadEnd(const Statement& row) {
  RowEnd end;
  end.state = RuntimeStateFromName(row.Text(0));
  end.created_at = row.Time(1);
  end.started_at = row.OptionalTime(2);
  end.finished_at = row.OptionalTime(3);
  end.cached = row.Integer(4) != 0;
  return end;
}

Result<std::optional<RowEnd>> EndOfRow(Database& database, const std::string& sql, int64_t row) {
  return OnSnapshot(database, [&](Transaction& tx) -> Result<std::optional<RowEnd>> {
    PENSTOCK_TRY(Statement statement, tx.Prepare(sql));
    statement.Bind(row);
    PENSTOCK_TRY(bool found, statement.Step());
    return found ? std::optional(ReadEnd(statement)) : std::nullopt;
  });
}

Status CountBy(Transaction& tx, const std::string& sql, std::map<std::string, int64_t>& counts) {
  PENSTOCK_TRY(Statement statement, tx.Prepare(sql));
  while (true) {
    PENSTOCK_TRY(bool row, statement.Step());
    if (!row) return {};
    counts[statement.Text(0)] = statement.Integer(1);
  }
}

}  // namespace

Result<std::optional<Run>> RunTable::FindByRow(int64_t row) {
  PENSTOCK_TRY(auto id, IdOfRow(database_, "SELECT id FROM runs WHERE rowid=?", row));
  if (!id) return std::optional<Run>();
  return OrNothing(Get(*id));
}

Result<std::optional<RowEnd>> RunTable::FindEnd(int64_t row) {
  return EndOfRow(database_,
                  "SELECT state, created_at, NULL, finished_at, 0 FROM runs WHERE rowid=? AND "
                  "finished_at IS NOT NULL",
                  row);
}

Result<std::optional<Task>> TaskTable::FindByRow(int64_t row, const std::string& run_id) {
  PENSTOCK_TRY(auto id, IdOfRow(database_, "SELECT id FROM tasks WHERE sequence=?", row));
  if (!id) return std::optional<Task>();
  PENSTOCK_TRY(auto task, OrNothing(Get(*id)));
  if (task && task->run_id != run_id) task.reset();
  return task;
}

Result<std::optional<RowEnd>> TaskTable::FindEnd(int64_t row) {
  return EndOfRow(
      database_,
      "SELECT state, created_at, started_at, finished_at, cached FROM tasks "
      "WHERE sequence=? AND finished_at IS NOT NULL AND kind='CONTAINER' AND outside=''",
      row);
}

Result<StateCounts> CountStates(Database& database) {
  StateCounts counts;
  Status counted = database.Read([&](Transaction& tx) -> Status {
    PENSTOCK_RETURN_IF_ERROR(
        CountBy(tx, "SELECT state, sum(runs) FROM run_counts GROUP BY state HAVING sum(runs) > 0",
                counts.runs));
    PENSTOCK_RETURN_IF_ERROR(CountBy(
        tx,
        "SELECT state, count(*) FROM tasks WHERE state IN ('PENDING', 'RUNNING', 'CANCELING', "
        "'PAUSED') AND kind='CONTAINER' AND outside='' GROUP BY state",
        counts.unfinished_tasks));
    PENSTOCK_RETURN_IF_ERROR(CountBy(tx,
                                     "SELECT iif(enabled, 'ENABLED', 'DISABLED'), count(*) FROM "
                                     "recurring_runs GROUP BY enabled",
                                     counts.recurring_runs));
    std::map<std::string, int64_t> queue;
    PENSTOCK_RETURN_IF_ERROR(CountBy(tx, "SELECT '', count(*) FROM run_webhook_queue", queue));
    counts.webhook_queue = queue[""];
    return {};
  });
  if (!counted) return base::Fail(std::move(counted).error());
  return counts;
}

}  // namespace penstock::metadata
