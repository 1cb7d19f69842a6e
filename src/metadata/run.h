// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"
#include "metadata/list_query.h"
#include "text/json.h"

namespace penstock::metadata {

// RuntimeState of the REST API; the numbers are its own.
enum class RuntimeState {
  kUnspecified = 0,
  kPending = 1,
  kRunning = 2,
  kSucceeded = 3,
  kSkipped = 4,
  kFailed = 5,
  kCanceling = 6,
  kCanceled = 7,
  kPaused = 8,
};
std::string_view RuntimeStateName(RuntimeState state);  // "SUCCEEDED"
bool IsFinal(RuntimeState state);                       // succeeded, skipped, failed, canceled

struct StateChange {
  base::Time time;
  RuntimeState state;
  std::string error;  // a message, or ""
};

struct Run {
  std::string id;
  std::string experiment_id;
  std::string display_name;
  std::string description;
  std::string service_account;
  // Where the pipeline came from: ids of a stored version (then the REST object shows only these),
  // or none. The spec itself is always kept, because versions can be deleted under a run.
  std::string pipeline_id;
  std::string pipeline_version_id;
  std::string spec_json;          // as PipelineVersion::spec_json
  text::Json::Object parameters;  // exactly as sent
  std::string pipeline_root;      // as sent, "" where not
  std::string recurring_run_id;
  base::Time created_at;
  base::Time scheduled_at;
  std::optional<base::Time> finished_at;
  RuntimeState state = RuntimeState::kPending;
  std::vector<StateChange> state_history;
  std::string error;
  bool archived = false;
  // Whether tasks may take their outputs from the cache: all, none, or those that ask for it.
  std::optional<bool> caching;
  // What it was made from: "RESUME" and "RERUN" take over what the other run has done and is still
  // as it was, "CLONE" does not. "" for a run of its own.
  std::string origin;
  std::string origin_run_id;
  std::string rerun_from;  // a task's path or name: it and all that follows it run again
  // The run whose packages its tasks have, and the ids of the locks that say which: for the name of
  // each of that run's tasks a list.
  std::string locked_from;
  text::Json::Object locks;
  std::optional<int64_t> keep_seconds;  // deleted so long after its end
  int priority = 0;                     // its tasks start before those of runs with less
  text::Json::Object plugins_input;     // kept for the client, and not looked at
};

// How a row of a run or a task that has ended stands.
struct RowEnd {
  RuntimeState state = RuntimeState::kUnspecified;
  base::Time created_at;
  std::optional<base::Time> started_at;
  std::optional<base::Time> finished_at;
  bool cached = false;
};

class RunTable {
 public:
  explicit RunTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const Run& run);
  // Writes state, history, error and finished_at; the rest of a run does not change.
  base::Status UpdateState(Transaction& tx, const Run& run);
  base::Status SetArchived(Transaction& tx, const std::string& id, bool archived);
  base::Status SetArchivedByExperiment(Transaction& tx, const std::string& experiment_id);
  base::Status Delete(Transaction& tx, const std::string& id);  // with its tasks' rows
  base::Result<Run> Get(const std::string& id);
  base::Result<Run> Get(Transaction& tx, const std::string& id);
  // Of one experiment, or of all where the id is "".
  base::Result<Page<Run>> List(const std::string& experiment_id, const ListQuery& query);
  // By the number that the database's changes name it by; nothing where it is gone, or (FindEnd)
  // has not ended.
  base::Result<std::optional<Run>> FindByRow(int64_t row);
  base::Result<std::optional<RowEnd>> FindEnd(int64_t row);
  base::Result<std::vector<std::string>> UnfinishedIds();  // oldest first
  // Runs that ended before the time (archived ones: before theirs), or whose keep_seconds are over.
  // Not those that a run which has not ended takes results from.
  struct Expiry {
    std::optional<base::Time> ended_before;
    std::optional<base::Time> archived_ended_before;
    base::Time now;
  };
  base::Result<std::vector<std::string>> ExpiredIds(const Expiry& expiry, int64_t limit);
  base::Result<std::vector<std::string>> IdsOfExperiment(const std::string& experiment_id);
  // A run that has not ended and takes results from this one; "" where there is none.
  base::Result<std::string> UnfinishedHeir(Transaction& tx, const std::string& id);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
