// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"
#include "metadata/list_query.h"
#include "text/json.h"

namespace penstock::metadata {

// What starts a run whenever an object arrives in a bucket.
struct ObjectTrigger {
  std::string id;
  std::string display_name;  // unique
  std::string description;
  std::string bucket;
  std::string prefix, suffix;  // of the object's key
  std::string experiment_id;
  std::string pipeline_id;
  std::string pipeline_version_id;  // "": the newest
  text::Json::Object parameters;    // with what is replaced by facts about the object
  std::string pipeline_root;
  std::string service_account;
  bool enabled = true;
  base::Time created_at;
  int64_t runs_started = 0;
  std::string last_run_id;
  std::string error;  // why the latest object has no run, or ""
};

// Rows are found by id; a missing one is kNotFound "Trigger <id> not found". Thread-safe.
class ObjectTriggerTable {
 public:
  explicit ObjectTriggerTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const ObjectTrigger& trigger);  // kAlreadyExists: name taken
  base::Status Update(Transaction& tx, const ObjectTrigger& trigger);
  base::Status Delete(Transaction& tx, const std::string& id);
  base::Result<ObjectTrigger> Get(const std::string& id);
  base::Result<ObjectTrigger> Get(Transaction& tx, const std::string& id);
  base::Result<Page<ObjectTrigger>> List(const ListQuery& query);
  base::Result<std::vector<ObjectTrigger>> Enabled();

 private:
  Database& database_;
};

}  // namespace penstock::metadata
