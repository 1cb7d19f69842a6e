// SPDX-License-Identifier: Apache-2.0
#include "metadata/cache.h"

#include "metadata/list_plan.h"
#include "metadata/row_reading.h"
#include "metadata/row_writing.h"
#include "metadata/state_json.h"

namespace penstock::metadata {
namespace {

using base::Result;
using base::Status;
using text::FormatJson;

constexpr const char* kColumns =
    "id, fingerprint, pipeline_name, task_name, run_id, outputs, created_at, used_at, hits";

const ListTable& Listing() {
  static const ListTable kTable = {"cache_entries",
                                   kColumns,
                                   {{"task_id", "id"},
                                    {"id", "id"},
                                    {"fingerprint", "fingerprint"},
                                    {"pipeline_name", "pipeline_name"},
                                    {"task_name", "task_name"},
                                    {"run_id", "run_id"},
                                    {"created_at", "created_at", ListField::Kind::kTime},
                                    {"last_used_at", "used_at", ListField::Kind::kTime},
                                    {"hits", "hits"}}};
  return kTable;
}

CacheEntry ReadRow(const Statement& row) {
  CacheEntry entry;
  entry.id = row.Text(0);
  entry.fingerprint = row.Text(1);
  entry.pipeline_name = row.Text(2);
  entry.task_name = row.Text(3);
  entry.run_id = row.Text(4);
  entry.outputs = ObjectOrEmpty(row.JsonValue(5));
  entry.created_at = row.Time(6);
  entry.used_at = row.Time(7);
  entry.hits = row.Integer(8);
  return entry;
}

CacheArtifact ReadArtifact(const Statement& row) {
  CacheArtifact kept;
  kept.key = row.Text(0);
  kept.position = static_cast<int>(row.Integer(1));
  Artifact& artifact = kept.artifact;
  artifact.id = row.Text(2);
  artifact.name = row.Text(3);
  artifact.schema_title = row.Text(4);
  artifact.schema_version = row.Text(5);
  artifact.uri = row.Text(6);
  artifact.metadata = ObjectOrEmpty(row.JsonValue(7));
  artifact.created_at = row.Time(8);
  artifact.size = row.Integer(9);
  artifact.directory = row.Integer(10) != 0;
  artifact.content = row.Text(11);
  artifact.deleted_at = row.OptionalTime(12);
  return kept;
}

Result<std::vector<CacheArtifact>> Artifacts(Transaction& tx, const std::string& id) {
  return ReadAll<CacheArtifact>(
      tx,
      "SELECT key, position, id, name, schema_title, schema_version, uri, metadata, created_at, "
      "size, directory, content, deleted_at FROM cache_artifacts JOIN artifacts ON "
      "artifact_id=artifacts.id WHERE entry_id=? ORDER BY key, position",
      id, ReadArtifact);
}

}  // namespace

Status CacheTable::Put(Transaction& tx, const CacheEntry& entry) {
  PENSTOCK_TRY(Statement old, tx.Prepare("DELETE FROM cache_artifacts WHERE entry_id=?"));
  old.Bind(entry.id);
  PENSTOCK_RETURN_IF_ERROR(old.Run());
  PENSTOCK_TRY(
      Statement statement,
      tx.Prepare(
          "INSERT INTO cache_entries (id, fingerprint, pipeline_name, task_name, "
          "run_id, outputs, created_at, used_at, outline, hits) VALUES "
          "(?,?,?,?,?,?,?,?,?,0) "
          "ON CONFLICT DO UPDATE SET fingerprint=excluded.fingerprint, "
          "outline=excluded.outline, outputs=excluded.outputs, created_at=excluded.created_at, "
          "used_at=excluded.used_at, hits=0"));
  statement.Bind(entry.id)
      .Bind(entry.fingerprint)
      .Bind(entry.pipeline_name)
      .Bind(entry.task_name)
      .Bind(entry.run_id)
      .Bind(FormatJson(text::Json(entry.outputs)))
      .Bind(entry.created_at)
      .Bind(entry.created_at)
      .Bind(entry.outline);
  PENSTOCK_RETURN_IF_ERROR(statement.Run());
  for (const CacheArtifact& kept : entry.artifacts) {
    PENSTOCK_TRY(Statement insert, tx.Prepare("INSERT INTO cache_artifacts (entry_id, artifact_id, "
                                              "key, position) VALUES (?,?,?,?)"));
    insert.Bind(entry.id).Bind(kept.artifact.id).Bind(kept.key).Bind(int64_t{kept.position});
    PENSTOCK_RETURN_IF_ERROR(insert.Run());
  }
  return {};
}

Status CacheTable::CountHit(Transaction& tx, const std::string& id, base::Time now) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("UPDATE cache_entries SET hits=hits+1, used_at=? WHERE id=?"));
  statement.Bind(now).Bind(std::string_view(id));
  return statement.Run();
}

Result<std::vector<CacheEntry>> CacheTable::Find(const std::string& fingerprint, int64_t limit) {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<std::vector<CacheEntry>> {
    std::vector<CacheEntry> entries;
    {
      PENSTOCK_TRY(Statement statement,
                   tx.Prepare(std::string("SELECT ") + kColumns +
                              " FROM cache_entries WHERE fingerprint=? ORDER BY created_at DESC "
                              "LIMIT ?"));
      statement.Bind(std::string_view(fingerprint)).Bind(limit);
      while (true) {
        PENSTOCK_TRY(bool row, statement.Step());
        if (!row) break;
        entries.push_back(ReadRow(statement));
      }
    }
    for (CacheEntry& entry : entries) {
      PENSTOCK_TRY(entry.artifacts, Artifacts(tx, entry.id));
    }
    return entries;
  });
}

Result<bool> CacheTable::MayHave(const std::string& outline, const std::string& pipeline_name) {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<bool> {
    PENSTOCK_TRY(
        Statement statement,
        tx.Prepare("SELECT EXISTS (SELECT 1 FROM cache_entries WHERE outline=?1) OR EXISTS "
                   "(SELECT 1 FROM cache_entries WHERE outline='' AND pipeline_name=?2)"));
    statement.Bind(outline).Bind(pipeline_name);
    PENSTOCK_RETURN_IF_ERROR(statement.Step());
    return statement.Integer(0) != 0;
  });
}

Result<CacheEntry> CacheTable::Get(const std::string& id) {
  return OnSnapshot(database_, [&](Transaction& tx) -> Result<CacheEntry> {
    PENSTOCK_TRY(CacheEntry entry,
                 GetRow<CacheEntry>(tx, "cache_entries", kColumns, "Cache entry", id, ReadRow));
    PENSTOCK_TRY(entry.artifacts, Artifacts(tx, id));
    return entry;
  });
}

Result<Page<CacheEntry>> CacheTable::List(const ListQuery& query) {
  return ListPage<CacheEntry>(database_, Listing(), {}, query, ReadRow);
}

Result<int64_t> CacheTable::Delete(Transaction& tx, const CacheSelection& selection) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("DELETE FROM cache_entries WHERE (?1='' OR id=?1) AND (?2='' OR "
                          "fingerprint=?2) AND (?3='' OR pipeline_name=?3) AND (?4='' OR "
                          "task_name=?4) AND (?5='' OR run_id=?5)"));
  statement.Bind(selection.id)
      .Bind(selection.fingerprint)
      .Bind(selection.pipeline_name)
      .Bind(selection.task_name)
      .Bind(selection.run_id);
  return RunCounting(tx, statement);
}

Result<int64_t> CacheTable::DeleteUnusedSince(Transaction& tx, base::Time time) {
  PENSTOCK_TRY(Statement statement, tx.Prepare("DELETE FROM cache_entries WHERE used_at<?"));
  statement.Bind(time);
  return RunCounting(tx, statement);
}

Result<int64_t> CacheTable::CountOf(Transaction& tx, const std::string& artifact_id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("SELECT count(*) FROM cache_artifacts WHERE artifact_id=?"));
  statement.Bind(std::string_view(artifact_id));
  PENSTOCK_RETURN_IF_ERROR(statement.Step());
  return statement.Integer(0);
}

Status CacheTable::DeleteOf(Transaction& tx, const std::string& artifact_id) {
  PENSTOCK_TRY(Statement statement,
               tx.Prepare("DELETE FROM cache_entries WHERE id IN (SELECT entry_id FROM "
                          "cache_artifacts WHERE artifact_id=?)"));
  statement.Bind(std::string_view(artifact_id));
  return statement.Run();
}

}  // namespace penstock::metadata
