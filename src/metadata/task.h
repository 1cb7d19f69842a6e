// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"
#include "metadata/list_query.h"
#include "metadata/run.h"
#include "text/json.h"

namespace penstock::metadata {

enum class TaskKind {
  kRoot,       // the whole pipeline
  kContainer,  // runs a command
  kImporter,
  kDag,   // a nested pipeline, a condition's or an exit handler's sub-DAG
  kLoop,  // a ParallelFor; its children are iterations
  kIteration,
};

// One task of one run: the row that every transition writes. Its children name it as parent.
struct Task {
  std::string id;
  std::string run_id;
  std::string parent_id;  // "" for the root
  std::string name;       // the key in the DAG; "root"; an iteration's is that of its loop
  std::string display_name;
  TaskKind kind = TaskKind::kContainer;
  int iteration = -1;  // of an iteration
  RuntimeState state = RuntimeState::kPending;
  std::vector<StateChange> state_history;
  base::Time created_at;
  std::optional<base::Time> started_at;
  std::optional<base::Time> finished_at;
  int attempt = 0;             // the latest, from 0
  text::Json::Object inputs;   // resolved parameter values
  text::Json::Object outputs;  // published parameter values
  std::optional<int> exit_code;
  std::string error;
  bool cached = false;
  std::string cached_from_task_id;
  std::string cached_from_run_id;
  std::string fingerprint;  // of what it runs: its definition and its inputs
  text::Json details;       // free-form facts for the UI: environment, timings, log place
  // What the API knows of a task beyond these members where somebody outside recorded it: an object
  // then, of which the engine knows nothing. Null for the tasks of the engine.
  text::Json outside;
};

class TaskTable {
 public:
  explicit TaskTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const Task& task);
  base::Status Update(Transaction& tx, const Task& task);  // all but ids, name, kind
  // All but ids, of one that was recorded from outside.
  base::Status UpdateOutside(Transaction& tx, const Task& task);
  base::Result<Task> Get(const std::string& id);
  base::Result<Task> Get(Transaction& tx, const std::string& id);
  // Of those runs and parents, of all where none is given.
  base::Result<Page<Task>> List(const std::vector<std::string>& run_ids,
                                const std::vector<std::string>& parent_ids, const ListQuery& query);
  // By the number that the database's changes name it by, and only of that run; FindEnd: where it
  // is a container's and has ended.
  base::Result<std::optional<Task>> FindByRow(int64_t row, const std::string& run_id);
  base::Result<std::optional<RowEnd>> FindEnd(int64_t row);
  base::Result<std::vector<Task>> ListByRun(const std::string& run_id);  // in order of creation
  base::Result<std::vector<Task>> ListByRun(Transaction& tx, const std::string& run_id);
  // Tasks that were recorded from outside: those below that parent ("" is none), all or those of
  // that name, how many the run has, and the newest one anywhere that has succeeded with the
  // fingerprint.
  base::Result<std::vector<Task>> ListOutside(const std::string& run_id,
                                              const std::string& parent_id);
  base::Result<std::vector<Task>> ListOutside(Transaction& tx, const std::string& run_id,
                                              const std::string& parent_id,
                                              const std::string& name);
  base::Result<int64_t> CountOutside(Transaction& tx, const std::string& run_id);
  base::Result<std::optional<Task>> FindOutside(const std::string& fingerprint);
  // The engine's tasks of a run with the fingerprint that have outputs, made or taken over.
  base::Result<std::vector<Task>> FindDone(const std::string& run_id,
                                           const std::string& fingerprint);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
