// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"
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
};

class ArtifactTable {
 public:
  explicit ArtifactTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const Artifact& artifact);
  base::Status InsertUse(Transaction& tx, const ArtifactTask& use);
  base::Result<Artifact> Get(const std::string& id);
  base::Result<std::vector<Artifact>> ListByRun(const std::string& run_id);
  base::Result<std::vector<ArtifactTask>> ListUsesByRun(const std::string& run_id);
  base::Result<std::vector<ArtifactTask>> ListUsesByTask(const std::string& task_id);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
