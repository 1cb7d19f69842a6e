// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "metadata/database.h"
#include "metadata/list_query.h"

namespace penstock::metadata {

struct Pipeline {
  std::string id;
  std::string name;  // unique
  std::string display_name;
  std::string description;
  base::Time created_at;
  std::map<std::string, std::string> tags;
};

struct PipelineVersion {
  std::string id;
  std::string pipeline_id;
  std::string name;  // unique within the pipeline
  std::string display_name;
  std::string description;
  base::Time created_at;
  std::string package_url;
  std::string code_source_url;
  std::string
      spec_json;  // JSON text: a bare PipelineSpec, or {"pipeline_spec":…,"platform_spec":…}
  std::map<std::string, std::string> tags;
};

class PipelineTable {
 public:
  explicit PipelineTable(Database& database) : database_(database) {}

  base::Status Insert(Transaction& tx, const Pipeline& pipeline);
  base::Status Update(Transaction& tx, const Pipeline& pipeline);
  base::Status Delete(Transaction& tx, const std::string& id);  // only without versions
  base::Result<Pipeline> Get(const std::string& id);
  base::Result<std::optional<Pipeline>> FindByName(const std::string& name);
  base::Result<Page<Pipeline>> List(const ListQuery& query);

  base::Status InsertVersion(Transaction& tx, const PipelineVersion& version);
  base::Status UpdateVersion(Transaction& tx, const PipelineVersion& version);
  base::Status DeleteVersion(Transaction& tx, const std::string& version_id);
  base::Status DeleteVersionsOf(Transaction& tx, const std::string& pipeline_id);
  base::Result<PipelineVersion> GetVersion(const std::string& version_id);
  base::Result<std::optional<PipelineVersion>> NewestVersion(const std::string& pipeline_id);
  base::Result<Page<PipelineVersion>> ListVersions(const std::string& pipeline_id,
                                                   const ListQuery& query);

 private:
  Database& database_;
};

}  // namespace penstock::metadata
