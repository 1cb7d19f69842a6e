// SPDX-License-Identifier: Apache-2.0
#include "metadata/list_plan.h"
#include "metadata/pipeline.h"
#include "metadata/row_reading.h"
#include "metadata/row_writing.h"
#include "metadata/tags.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr const char* kColumns =
    "id, pipeline_id, name, display_name, description, created_at, package_url, code_source_url, "
    "spec, tags";

const ListTable& Listing() {
  static const ListTable kTable = {"pipeline_versions",
                                   kColumns,
                                   {{"pipeline_version_id", "id"},
                                    {"id", "id"},
                                    {"name", "name"},
                                    {"display_name", "display_name"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"description", "description"},
                                    {"pipeline_id", "pipeline_id"},
                                    {"pipeline_spec", "spec"},
                                    {"status", "'READY'"}},
                                   true};
  return kTable;
}

PipelineVersion ReadRow(const Statement& row) {
  PipelineVersion version;
  version.id = row.Text(0);
  version.pipeline_id = row.Text(1);
  version.name = row.Text(2);
  version.display_name = row.Text(3);
  version.description = row.Text(4);
  version.created_at = row.Time(5);
  version.package_url = row.Text(6);
  version.code_source_url = row.Text(7);
  version.spec_json = row.Text(8);
  version.tags = TagsFromJson(row.JsonValue(9));
  return version;
}

Status BindRow(Statement& statement, const PipelineVersion& version) {
  statement.Bind(version.pipeline_id)
      .Bind(version.name)
      .Bind(version.display_name)
      .Bind(version.description)
      .Bind(version.created_at)
      .Bind(version.package_url)
      .Bind(version.code_source_url)
      .Bind(version.spec_json)
      .Bind(text::FormatJson(TagsToJson(version.tags)))
      .Bind(version.id);
  Status done = statement.Run();
  if (!done && done.error().code() == Code::kAlreadyExists) {
    return Fail(Code::kAlreadyExists,
                "the pipeline already has a version named '" + version.name + "'");
  }
  if (!done && done.error().code() == Code::kFailedPrecondition) {
    return Fail(Code::kNotFound, "Pipeline " + version.pipeline_id + " not found");
  }
  return done;
}

}  // namespace

Status PipelineTable::InsertVersion(Transaction& tx, const PipelineVersion& version) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO pipeline_versions (pipeline_id, name, display_name, "
                          "description, created_at, package_url, code_source_url, spec, tags, id) "
                          "VALUES (?,?,?,?,?,?,?,?,?,?)"));
  return BindRow(statement, version);
}

Status PipelineTable::UpdateVersion(Transaction& tx, const PipelineVersion& version) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE pipeline_versions SET pipeline_id=?, name=?, display_name=?, "
                          "description=?, created_at=?, package_url=?, code_source_url=?, spec=?, "
                          "tags=? WHERE id=?"));
  return BindRow(statement, version);
}

Status PipelineTable::DeleteVersion(Transaction& tx, const std::string& version_id) {
  return DeleteRow(tx, "pipeline_versions", "PipelineVersion", version_id);
}

Status PipelineTable::DeleteVersionsOf(Transaction& tx, const std::string& pipeline_id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("DELETE FROM pipeline_versions WHERE pipeline_id=?"));
  statement.Bind(std::string_view(pipeline_id));
  return statement.Run();
}

Result<PipelineVersion> PipelineTable::GetVersion(const std::string& version_id) {
  return GetRow<PipelineVersion>(database_, "pipeline_versions", kColumns, "PipelineVersion",
                                 version_id, ReadRow);
}

Result<std::optional<PipelineVersion>> PipelineTable::NewestVersion(
    const std::string& pipeline_id) {
  static const std::string kSql = std::string("SELECT ") + kColumns +
                                  " FROM pipeline_versions WHERE pipeline_id=? "
                                  "ORDER BY created_at DESC, id DESC LIMIT 1";
  return OnSnapshot(database_, [&](Transaction& tx) {
    return ReadOne<PipelineVersion>(tx, kSql, pipeline_id, ReadRow);
  });
}

Result<Page<PipelineVersion>> PipelineTable::ListVersions(const std::string& pipeline_id,
                                                          const ListQuery& query) {
  ListScope scope{"pipeline_id=?", {pipeline_id}};
  return ListPage<PipelineVersion>(database_, Listing(), scope, query, ReadRow);
}

}  // namespace penstock::metadata
