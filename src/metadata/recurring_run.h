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

// What makes runs again and again, and where it stands.
struct RecurringRun {
  std::string id;
  std::string display_name;
  std::string description;
  std::string service_account;
  std::string experiment_id;
  // The pipeline, as Run has it; spec_json is "" where it is a stored one. A pipeline without a
  // version: the newest one each time.
  std::string pipeline_id;
  std::string pipeline_version_id;
  std::string spec_json;
  text::Json::Object parameters;  // as sent, macros and all
  std::string pipeline_root;
  std::string cron;  // "": interval_seconds
  int64_t interval_seconds = 0;
  std::optional<base::Time> start_at;
  std::optional<base::Time> end_at;
  int64_t max_concurrency = 1;
  bool catch_up = true;
  bool enabled = true;
  base::Time created_at;
  base::Time updated_at;
  std::optional<base::Time> last_tick_at;  // what the latest run was made for
  int64_t next_index = 1;
  std::string error;  // why the latest tick has no run, or ""
  text::Json::Object plugins_input;
  // Of its runs, as Run has them.
  std::optional<bool> caching;
  std::optional<int64_t> keep_seconds;
  int priority = 0;
};

// Rows are found by id; a missing one is kNotFound "RecurringRun <id> not found". Thread-safe.
class RecurringRunTable {
 public:
  explicit RecurringRunTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const RecurringRun& recurring);
  base::Status Delete(Transaction& tx, const std::string& id);
  base::Status SetEnabled(Transaction& tx, const std::string& id, bool enabled, base::Time now);
  base::Status DisableByExperiment(Transaction& tx, const std::string& experiment_id,
                                   base::Time now);
  // That a tick is done with: writes last_tick_at, next_index and error.
  base::Status UpdateTick(Transaction& tx, const RecurringRun& recurring);
  base::Result<RecurringRun> Get(const std::string& id);
  base::Result<RecurringRun> Get(Transaction& tx, const std::string& id);
  // Of one experiment, or of all where the id is "".
  base::Result<Page<RecurringRun>> List(const std::string& experiment_id, const ListQuery& query);
  // All that are enabled, without spec and parameters.
  base::Result<std::vector<RecurringRun>> Enabled();
  // Ids of its runs that have not ended, oldest first.
  base::Result<std::vector<std::string>> UnfinishedRuns(const std::string& id);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
