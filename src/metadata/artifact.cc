// SPDX-License-Identifier: Apache-2.0
#include "metadata/artifact.h"

#include "metadata/lineage_lists.h"
#include "metadata/row_reading.h"
#include "metadata/state_json.h"

namespace penstock::metadata {
namespace {

using base::Result;
using base::Status;

constexpr const char* kColumns =
    "id, name, schema_title, schema_version, uri, metadata, created_at, size, directory, "
    "content, owned, deleted_at, description, number_value";
constexpr const char* kUseColumns =
    "artifact_id, task_id, run_id, use, key, position, io_type, producer, producer_iteration";
constexpr int64_t kMostOutsideUses = 20'000;  // of one task

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
  artifact.content = row.Text(9);
  artifact.owned = row.Integer(10) != 0;
  artifact.deleted_at = row.OptionalTime(11);
  artifact.description = row.Text(12);
  if (!row.IsNull(13)) artifact.number_value = std::get<double>(row.Value(13));
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
  use.io_type = row.Text(6);
  use.producer = row.Text(7);
  if (!row.IsNull(8)) use.producer_iteration = row.Integer(8);
  return use;
}

const ListTable& Listing() {
  static const ListTable kTable = {"artifacts",
                                   kColumns,
                                   {{"artifact_id", "id"},
                                    {"id", "id"},
                                    {"name", "name"},
                                    {"uri", "uri"},
                                    {"type", "schema_title"},
                                    {"schema_title", "schema_title"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"size", "size"},
                                    {"description", "description"},
                                    {"number_value", "number_value"},
                                    {"namespace", "''"}},
                                   false};
  return kTable;
}

// The view behind it gives each use an id and a time, which the table has not.
const ListTable& UseListing() {
  static const ListTable kTable = {"artifact_uses",
                                   kUseColumns,
                                   {{"id", "id"},
                                    {"artifact_id", "artifact_id"},
                                    {"task_id", "task_id"},
                                    {"run_id", "run_id"},
                                    {"type", "iif(io_type = '', use, io_type)"},
                                    {"artifact_key", "key"},
                                    {"key", "key"},
                                    {"created_at", "created_at", ListField::Kind::kTime}},
                                   false};
  return kTable;
}

}  // namespace

Result<Page<Artifact>> ArtifactTable::List(const ListQuery& query) {
  return ListPage<Artifact>(database_, Listing(), {}, query, ReadRow);
}

Result<Page<ArtifactTask>> ArtifactTable::ListUses(const UsesOf& of, const ListQuery& query) {
  std::vector<std::string> uses;
  if (!of.use.empty()) uses.push_back(of.use);
  std::vector<std::string> io_types;
  if (!of.io_type.empty()) io_types.push_back(of.io_type);
  return ListPage<ArtifactTask>(database_, UseListing(),
                                ScopeOf({{"task_id", of.task_ids},
                                         {"run_id", of.run_ids},
                                         {"artifact_id", of.artifact_ids},
                                         {"use", uses},
                                         {"io_type", io_types}}),
                                query, ReadUse);
}

Status ArtifactTable::Insert(Transaction& tx, const Artifact& artifact) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO artifacts (id, name, schema_title, schema_version, uri, "
                          "metadata, created_at, size, directory, content, owned, description, "
                          "number_value) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"));
  statement.Bind(artifact.id)
      .Bind(artifact.name)
      .Bind(artifact.schema_title)
      .Bind(artifact.schema_version)
      .Bind(artifact.uri)
      .Bind(text::FormatJson(text::Json(artifact.metadata)))
      .Bind(artifact.created_at)
      .Bind(artifact.size)
      .Bind(int64_t{artifact.directory ? 1 : 0})
      .Bind(artifact.content)
      .Bind(int64_t{artifact.owned ? 1 : 0})
      .Bind(artifact.description)
      .BindValue(artifact.number_value ? SqlValue(*artifact.number_value) : SqlValue(nullptr));
  return statement.Run();
}

Status ArtifactTable::MarkDeleted(Transaction& tx, const std::string& id,
                                  std::optional<base::Time> when) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("UPDATE artifacts SET deleted_at=? WHERE id=?"));
  statement.Bind(when).Bind(std::string_view(id));
  return statement.Run();
}

Status ArtifactTable::SetContent(Transaction& tx, const std::string& id,
                                 const std::string& content) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("UPDATE artifacts SET content=? WHERE id=?"));
  statement.Bind(std::string_view(content)).Bind(std::string_view(id));
  return statement.Run();
}

Status ArtifactTable::Delete(Transaction& tx, const std::string& id) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("DELETE FROM artifacts WHERE id=?"));
  statement.Bind(std::string_view(id));
  return statement.Run();
}

Result<std::vector<Artifact>> ArtifactTable::ListUnused(int64_t limit) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns +
      " FROM artifacts WHERE NOT EXISTS (SELECT 1 FROM artifact_tasks WHERE artifact_id = "
      "artifacts.id) AND NOT EXISTS (SELECT 1 FROM cache_artifacts WHERE artifact_id = "
      "artifacts.id) LIMIT ?";
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<Artifact>> {
    PENSTOCK_TRY(Statement statement, tx.Prepare(kSql));
    statement.Bind(limit);
    std::vector<Artifact> rows;
    while (true) {
      PENSTOCK_TRY(bool row, statement.Step());
      if (!row) return rows;
      rows.push_back(ReadRow(statement));
    }
  });
}

Result<std::vector<std::string>> ArtifactTable::UrisBelow(const std::string& uri) {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<std::string>> {
    // From "uri/" up to, and without, "uri0": '0' comes after '/'.
    PENSTOCK_TRY(Statement statement,
                 tx.Prepare("SELECT DISTINCT uri FROM artifacts WHERE (uri=? OR (uri>=? AND "
                            "uri<?)) AND deleted_at IS NULL"));
    statement.Bind(std::string_view(uri)).Bind(uri + "/").Bind(uri + "0");
    std::vector<std::string> uris;
    while (true) {
      PENSTOCK_TRY(bool row, statement.Step());
      if (!row) return uris;
      uris.push_back(statement.Text(0));
    }
  });
}

Result<bool> ArtifactTable::IsUsed(Transaction& tx, const std::string& id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("SELECT 1 WHERE EXISTS (SELECT 1 FROM artifact_tasks WHERE "
                          "artifact_id=?1) OR EXISTS (SELECT 1 FROM cache_artifacts WHERE "
                          "artifact_id=?1)"));
  statement.Bind(std::string_view(id));
  return statement.Step();
}

Result<std::vector<Artifact>> ArtifactTable::OnlyOfRun(Transaction& tx, const std::string& run_id) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns +
      " FROM artifacts WHERE id IN (SELECT artifact_id FROM artifact_tasks WHERE run_id=?1) AND "
      "NOT EXISTS (SELECT 1 FROM artifact_tasks WHERE artifact_id=artifacts.id AND run_id<>?1) "
      "AND NOT EXISTS (SELECT 1 FROM cache_artifacts WHERE artifact_id=artifacts.id)";
  return ReadAll<Artifact>(tx, kSql, run_id, ReadRow);
}

Result<std::string> ArtifactTable::UnfinishedUser(Transaction& tx, const std::string& id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("SELECT runs.id FROM artifact_tasks JOIN runs ON runs.id = run_id WHERE "
                          "artifact_id=? AND finished_at IS NULL LIMIT 1"));
  statement.Bind(std::string_view(id));
  PENSTOCK_TRY(bool found, statement.Step());
  return found ? statement.Text(0) : std::string();
}

Status ArtifactTable::DisownByRun(Transaction& tx, const std::string& run_id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE artifacts SET owned=0 WHERE id IN (SELECT artifact_id FROM "
                          "artifact_tasks WHERE run_id=?)"));
  statement.Bind(std::string_view(run_id));
  return statement.Run();
}

Status ArtifactTable::InsertUse(Transaction& tx, const ArtifactTask& use) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO artifact_tasks (artifact_id, task_id, run_id, use, key, "
                          "position) SELECT ?1,?2,?3,?4,?5,?6 WHERE EXISTS (SELECT 1 FROM "
                          "artifacts WHERE id=?1)"));
  statement.Bind(use.artifact_id)
      .Bind(use.task_id)
      .Bind(use.run_id)
      .Bind(use.use == ArtifactUse::kInput ? "INPUT" : "OUTPUT")
      .Bind(use.key)
      .Bind(int64_t{use.position});
  return statement.Run();
}

Status ArtifactTable::InsertOutsideUse(Transaction& tx, ArtifactTask& use) {
  const std::string_view direction = use.use == ArtifactUse::kInput ? "INPUT" : "OUTPUT";
  const SqlValue iteration =
      use.producer_iteration ? SqlValue(*use.producer_iteration) : SqlValue(nullptr);
  {
    PENSTOCK_TRY(Statement same, tx.Prepare("SELECT 1 FROM artifact_tasks WHERE task_id=? AND "
                                            "artifact_id=? AND io_type=? AND key=? AND "
                                            "producer_iteration IS ?"));
    same.Bind(use.task_id).Bind(use.artifact_id).Bind(use.io_type).Bind(use.key);
    same.BindValue(iteration);
    PENSTOCK_TRY(bool there, same.Step());
    if (there) {
      return base::Fail(base::Code::kAlreadyExists, "Task " + use.task_id + " has artifact " +
                                                        use.artifact_id + " as " + use.io_type +
                                                        " '" + use.key + "' already");
    }
  }
  {
    PENSTOCK_TRY(Statement others, tx.Prepare("SELECT coalesce(max(iif(use=? AND key=?, position, "
                                              "-1)), -1), count(*) FROM artifact_tasks WHERE "
                                              "task_id=?"));
    others.Bind(direction).Bind(use.key).Bind(use.task_id);
    PENSTOCK_RETURN_IF_ERROR(others.Step());
    if (others.Integer(1) >= kMostOutsideUses) {
      return base::Fail(base::Code::kResourceExhausted,
                        "Task " + use.task_id +
                            " has 20000 artifacts, which is the most there "
                            "can be: record more with a task of their own");
    }
    use.position = static_cast<int>(others.Integer(0)) + 1;
  }
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("INSERT INTO artifact_tasks (artifact_id, task_id, run_id, use, key, "
                          "position, io_type, producer, producer_iteration) VALUES "
                          "(?,?,?,?,?,?,?,?,?)"));
  statement.Bind(use.artifact_id).Bind(use.task_id).Bind(use.run_id).Bind(direction);
  statement.Bind(use.key).Bind(int64_t{use.position}).Bind(use.io_type).Bind(use.producer);
  statement.BindValue(iteration);
  return statement.Run();
}

Result<std::optional<Artifact>> ArtifactTable::FindSame(Transaction& tx, const Artifact& artifact) {
  static const std::string kSql =
      std::string("SELECT ") + kColumns +
      " FROM artifacts WHERE uri=? AND deleted_at IS NULL ORDER BY sequence";
  PENSTOCK_TRY(auto candidates, ReadAll<Artifact>(tx, kSql, artifact.uri, ReadRow));
  for (Artifact& candidate : candidates) {
    if (candidate.schema_title == artifact.schema_title && candidate.name == artifact.name &&
        candidate.description == artifact.description && candidate.metadata == artifact.metadata) {
      return std::optional(std::move(candidate));
    }
  }
  return std::optional<Artifact>();
}

Result<Artifact> ArtifactTable::Get(Transaction& tx, const std::string& id) {
  return GetRow<Artifact>(tx, "artifacts", kColumns, "Artifact", id, ReadRow);
}

Result<Artifact> ArtifactTable::Get(const std::string& id) {
  return GetRow<Artifact>(database_, "artifacts", kColumns, "Artifact", id, ReadRow);
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
