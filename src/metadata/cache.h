// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/artifact.h"
#include "metadata/database.h"
#include "metadata/list_query.h"
#include "text/json.h"

namespace penstock::metadata {

// An artifact that an entry has for an output.
struct CacheArtifact {
  Artifact artifact;
  std::string key;
  int position = 0;
};

// What an execution gave, for others like it. It outlives the run that made it, and keeps that
// run's artifacts, until it is invalidated or has not been used for long.
struct CacheEntry {
  std::string id;  // of the task that made it
  std::string fingerprint;
  std::string outline = {};  // of the fingerprint, without what takes long to know; not read back
  std::string pipeline_name;
  std::string task_name;
  std::string run_id;
  text::Json::Object outputs;
  base::Time created_at;
  base::Time used_at;
  int64_t hits = 0;
  std::vector<CacheArtifact> artifacts;  // by their ids alone where it is written
};

// Which entries to delete: those that match all members that are not "".
struct CacheSelection {
  std::string id = {}, fingerprint = {}, pipeline_name = {}, task_name = {}, run_id = {};
};

class CacheTable {
 public:
  explicit CacheTable(Database& database) : database_(database) {}

  // Replaces what the same task has put before.
  base::Status Put(Transaction& tx, const CacheEntry& entry);
  base::Status CountHit(Transaction& tx, const std::string& id, base::Time now);
  // The entries with the fingerprint, the newest first, at most `limit`, with their artifacts.
  base::Result<std::vector<CacheEntry>> Find(const std::string& fingerprint, int64_t limit);
  // Whether there may be entries of a task with that outline. Of entries from before there were
  // outlines nothing but the pipeline is known.
  base::Result<bool> MayHave(const std::string& outline, const std::string& pipeline_name);
  base::Result<CacheEntry> Get(const std::string& id);
  base::Result<Page<CacheEntry>> List(const ListQuery& query);  // without artifacts
  base::Result<int64_t> Delete(Transaction& tx, const CacheSelection& selection);  // how many
  base::Result<int64_t> DeleteUnusedSince(Transaction& tx, base::Time time);
  // Entries that keep the artifact.
  base::Result<int64_t> CountOf(Transaction& tx, const std::string& artifact_id);
  base::Status DeleteOf(Transaction& tx, const std::string& artifact_id);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
