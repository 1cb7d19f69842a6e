// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"
#include "metadata/list_query.h"

namespace penstock::metadata {

struct Experiment {
  std::string id;
  std::string display_name;  // unique
  std::string description;
  base::Time created_at;
  std::optional<base::Time> last_run_created_at;
  bool archived = false;
};

// Rows are found by id; a missing one is kNotFound "Experiment <id> not found". Thread-safe.
class ExperimentTable {
 public:
  explicit ExperimentTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const Experiment& experiment);  // kAlreadyExists: name taken
  base::Status Update(Transaction& tx, const Experiment& experiment);
  base::Status Delete(Transaction& tx, const std::string& id);
  // Deletes those that were made and got their last run before that time, hold no run any more, and
  // are named by nothing that would make or watch runs in them; but not that of the name `but`. How
  // many.
  base::Result<int64_t> DeleteIdle(Transaction& tx, base::Time before, const std::string& but);
  base::Result<Experiment> Get(const std::string& id);
  base::Result<Experiment> Get(Transaction& tx, const std::string& id);
  base::Result<std::optional<Experiment>> FindByName(const std::string& display_name);
  base::Result<Page<Experiment>> List(const ListQuery& query);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
