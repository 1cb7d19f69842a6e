// SPDX-License-Identifier: Apache-2.0
#include "metadata/artifact.h"

#include "metadata/row_reading.h"
#include "metadata/state_json.h"

namespace penstock::metadata {
namespace {

using base::Result;
using base::Status;

constexpr const char* kColumns =
    "id, name, schema_title, schema_version, uri, metadata, created_at, size, directory";
constexpr const char* kUseColumns = "artifact_id, task_id, run_id, use, key, position";

Artifact ReadRow(const Statement& row) {
  Artifact artifact;
  artifact.id = row.Text(0);
  artifact.name = row.Text(1);
  artifact.schema_title = row.Text(2);
  artifact.schema_version = row.Text(3);
  artifact.uri = row.Text(4);
  artifact.metadata = ObjectOrEmpty(row.JsonValue(5));
  artifact.created_at = row.Time(6);
  artifact.size = row.Integer(7);
  artifact.directory = row.Integer(8) != 0;
  return artifact;
}

ArtifactTask ReadUse(const Statement& row) {
  ArtifactTask use;
  use.artifact_id = row.Text(0);
  use.task_id = row.Text(1);
  use.run_id = row.Text(2);
  use.use = row.Text(3) == "INPUT" ? ArtifactUse::kInput : ArtifactUse::kOutput;
  use.key = row.Text(4);
  use.position = static_cast<int>(row.Integer(5));
  return use;
}

}  // namespace

Status ArtifactTable::Insert(Transaction& tx, const Artifact& artifact) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO artifacts (id, name, schema_title, schema_version, uri, "
                          "metadata, created_at, size, directory) VALUES (?,?,?,?,?,?,?,?,?)"));
  statement.Bind(artifact.id)
      .Bind(artifact.name)
      .Bind(artifact.schema_title)
      .Bind(artifact.schema_version)
      .Bind(artifact.uri)
      .Bind(text::FormatJson(text::Json(artifact.metadata)))
      .Bind(artifact.created_at)
      .Bind(artifact.size)
      .Bind(int64_t{artifact.directory ? 1 : 0});
  return statement.Run();
}

Status ArtifactTable::InsertUse(Transaction& tx, const ArtifactTask& use) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO artifact_tasks (artifact_id, task_id, run_id, use, key, "
                          "position) VALUES (?,?,?,?,?,?)"));
  statement.Bind(use.artifact_id)
      .Bind(use.task_id)
      .Bind(use.run_id)
      .Bind(use.use == ArtifactUse::kInput ? "INPUT" : "OUTPUT")
      .Bind(use.key)
      .Bind(int64_t{use.position});
  return statement.Run();
}

Result<Artifact> ArtifactTable::Get(const std::string& id) {
  static const std::string kSql = std::string("SELECT ") + kColumns + " FROM artifacts WHERE id=?";
  return OnSnapshot(database_, [&](Transaction& tx) {
    return OrNotFound(ReadOne<Artifact>(tx, kSql, id, ReadRow), "Artifact", id);
  });
}

Result<std::vector<Artifact>> ArtifactTable::ListByRun(const std::string& run_id) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns +
      " FROM artifacts WHERE id IN (SELECT artifact_id FROM artifact_tasks WHERE run_id=?) "
      "ORDER BY sequence";
  return OnSnapshot(database_,
                    [&](Transaction& tx) { return ReadAll<Artifact>(tx, kSql, run_id, ReadRow); });
}

Result<std::vector<ArtifactTask>> ArtifactTable::ListUsesByRun(const std::string& run_id) {
  static const std::string kSql = std::string("SELECT ") + kUseColumns +
                                  " FROM artifact_tasks WHERE run_id=? ORDER BY sequence";
  return OnSnapshot(
      database_, [&](Transaction& tx) { return ReadAll<ArtifactTask>(tx, kSql, run_id, ReadUse); });
}

Result<std::vector<ArtifactTask>> ArtifactTable::ListUsesByTask(const std::string& task_id) {
  static const std::string kSql = std::string("SELECT ") + kUseColumns +
                                  " FROM artifact_tasks WHERE task_id=? ORDER BY sequence";
  return OnSnapshot(database_, [&](Transaction& tx) {
    return ReadAll<ArtifactTask>(tx, kSql, task_id, ReadUse);
  });
}

}  // namespace penstock::metadata
