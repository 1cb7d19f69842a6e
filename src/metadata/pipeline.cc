// SPDX-License-Identifier: Apache-2.0
#include "metadata/pipeline.h"

#include "metadata/list_plan.h"
#include "metadata/row_reading.h"
#include "metadata/row_writing.h"
#include "metadata/tags.h"

namespace penstock::metadata {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;

constexpr const char* kColumns = "id, name, display_name, description, created_at, tags";

const ListTable& Listing() {
  static const ListTable kTable = {"pipelines",
                                   kColumns,
                                   {{"pipeline_id", "id"},
                                    {"id", "id"},
                                    {"name", "name"},
                                    {"display_name", "display_name"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"description", "description"},
                                    {"namespace", "''"}},
                                   true};
  return kTable;
}

Pipeline ReadRow(const Statement& row) {
  Pipeline pipeline;
  pipeline.id = row.Text(0);
  pipeline.name = row.Text(1);
  pipeline.display_name = row.Text(2);
  pipeline.description = row.Text(3);
  pipeline.created_at = row.Time(4);
  pipeline.tags = TagsFromJson(row.JsonValue(5));
  return pipeline;
}

Status BindRow(Statement& statement, const Pipeline& pipeline) {
  statement.Bind(pipeline.name)
      .Bind(pipeline.display_name)
      .Bind(pipeline.description)
      .Bind(pipeline.created_at)
      .Bind(text::FormatJson(TagsToJson(pipeline.tags)))
      .Bind(pipeline.id);
  Status done = statement.Run();
  if (!done && done.error().code() == Code::kAlreadyExists) {
    return Fail(Code::kAlreadyExists, "a pipeline named '" + pipeline.name + "' already exists");
  }
  return done;
}

}  // namespace

Status PipelineTable::Insert(Transaction& tx, const Pipeline& pipeline) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO pipelines (name, display_name, description, created_at, "
                          "tags, id) VALUES (?,?,?,?,?,?)"));
  return BindRow(statement, pipeline);
}

Status PipelineTable::Update(Transaction& tx, const Pipeline& pipeline) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE pipelines SET name=?, display_name=?, description=?, "
                          "created_at=?, tags=? WHERE id=?"));
  return BindRow(statement, pipeline);
}

Status PipelineTable::Delete(Transaction& tx, const std::string& id) {
  Status done = DeleteRow(tx, "pipelines", "Pipeline", id);
  if (!done && done.error().code() == Code::kFailedPrecondition) {
    return Fail(Code::kFailedPrecondition,
                "the pipeline has versions: delete them first, or delete with cascade=true");
  }
  return done;
}

Result<Pipeline> PipelineTable::Get(const std::string& id) {
  return GetRow<Pipeline>(database_, "pipelines", kColumns, "Pipeline", id, ReadRow);
}

Result<std::optional<Pipeline>> PipelineTable::FindByName(const std::string& name) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns + " FROM pipelines WHERE name=?";
  return OnSnapshot(database_,
                    [&](Transaction& tx) { return ReadOne<Pipeline>(tx, kSql, name, ReadRow); });
}

Result<Page<Pipeline>> PipelineTable::List(const ListQuery& query) {
  return ListPage<Pipeline>(database_, Listing(), {}, query, ReadRow);
}

}  // namespace penstock::metadata
