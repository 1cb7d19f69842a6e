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

struct Artifact {
  std::string id;
  std::string name;            // the output's name, or the importer's
  std::string schema_title;    // "system.Dataset"
  std::string schema_version;  // "0.0.1"
  std::string uri;
  text::Json::Object metadata;
  base::Time created_at;
  int64_t size = -1;  // bytes, all files of a directory together; -1 where nothing is stored
  bool directory = false;
  std::string content = {};  // a digest of its bytes; "" where they are not known
  bool owned = false;        // stored by a task in its own place, and so to be deleted with it
  std::optional<base::Time> deleted_at = {};  // its bytes are gone
  std::string description = {};               // of one that was recorded from outside, as is this:
  std::optional<double> number_value = {};    // the value of a metric
};

enum class ArtifactUse { kInput, kOutput };

// That a task read or wrote an artifact: the edges of lineage.
struct ArtifactTask {
  std::string artifact_id;
  std::string task_id;
  std::string run_id;
  ArtifactUse use = ArtifactUse::kOutput;
  std::string key;   // the input's or output's name
  int position = 0;  // within a list
  // Of one that was recorded from outside, of which the engine knows nothing: what the API calls
  // its type, and the task that is said to have made the artifact.
  std::string io_type = {};  // "" for the engine's
  std::string producer = {};
  std::optional<int64_t> producer_iteration = {};

  bool outside() const { return !io_type.empty(); }
};

class ArtifactTable {
 public:
  explicit ArtifactTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const Artifact& artifact);
  base::Status SetContent(Transaction& tx, const std::string& id, const std::string& content);
  base::Status MarkDeleted(Transaction& tx, const std::string& id, std::optional<base::Time> when);
  // From now on they are nobody's: their bytes are not deleted with anything.
  base::Status DisownByRun(Transaction& tx, const std::string& run_id);
  base::Status Delete(Transaction& tx, const std::string& id);
  // Artifacts that no task and no cache entry speaks of.
  base::Result<std::vector<Artifact>> ListUnused(int64_t limit);
  // The addresses of those at or below the URI that are not deleted.
  base::Result<std::vector<std::string>> UrisBelow(const std::string& uri);
  base::Result<bool> IsUsed(Transaction& tx, const std::string& id);  // by a task or an entry
  // Artifacts of the run that no other run and no cache entry speaks of.
  base::Result<std::vector<Artifact>> OnlyOfRun(Transaction& tx, const std::string& run_id);
  // A run that speaks of it and has not ended; "" where there is none.
  base::Result<std::string> UnfinishedUser(Transaction& tx, const std::string& id);
  // Nothing where the artifact has been deleted meanwhile: a run must not be held up by that.
  base::Status InsertUse(Transaction& tx, const ArtifactTask& use);
  // One from outside, at the end of its list: `use.position` says where. kAlreadyExists where the
  // task has that artifact there, kResourceExhausted where it has too many.
  base::Status InsertOutsideUse(Transaction& tx, ArtifactTask& use);
  base::Result<Artifact> Get(const std::string& id);
  base::Result<Artifact> Get(Transaction& tx, const std::string& id);
  // One that is not deleted and says the same: address, type, name, description and metadata.
  base::Result<std::optional<Artifact>> FindSame(Transaction& tx, const Artifact& artifact);
  // Of all runs.
  base::Result<Page<Artifact>> List(const ListQuery& query);
  // Of those tasks, runs and artifacts, of all where none is given; "INPUT", "OUTPUT" or "" for
  // both; of one type of those from outside, or "".
  struct UsesOf {
    std::vector<std::string> task_ids, run_ids, artifact_ids;
    std::string use, io_type;
  };
  base::Result<Page<ArtifactTask>> ListUses(const UsesOf& of, const ListQuery& query);
  base::Result<std::vector<Artifact>> ListByRun(const std::string& run_id);
  base::Result<std::vector<ArtifactTask>> ListUsesByRun(const std::string& run_id);
  base::Result<std::vector<ArtifactTask>> ListUsesByTask(const std::string& task_id);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
