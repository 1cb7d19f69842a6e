// SPDX-License-Identifier: Apache-2.0
#include "metadata/migrations.h"

#include <iterator>
#include <string>

#include "metadata/name_parts.h"
#include "metadata/schema_automation.h"

namespace penstock::metadata {
namespace {

// docs/formats/metadata.md describes the tables. Steps are only ever added: a released one is never
// changed. Times are microseconds since 1970, JSON is text.
const char* const kSteps[] = {
    R"sql(
CREATE TABLE experiments (
  id TEXT PRIMARY KEY,
  display_name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_run_created_at INTEGER,
  storage_state TEXT NOT NULL
) STRICT;

CREATE TABLE pipelines (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  tags TEXT NOT NULL
) STRICT;

CREATE TABLE pipeline_versions (
  id TEXT PRIMARY KEY,
  pipeline_id TEXT NOT NULL REFERENCES pipelines (id),
  name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  package_url TEXT NOT NULL,
  code_source_url TEXT NOT NULL,
  spec TEXT NOT NULL,
  tags TEXT NOT NULL,
  UNIQUE (pipeline_id, name)
) STRICT;
CREATE INDEX pipeline_versions_by_age ON pipeline_versions (pipeline_id, created_at, id);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  experiment_id TEXT NOT NULL,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  service_account TEXT NOT NULL,
  pipeline_id TEXT NOT NULL,
  pipeline_version_id TEXT NOT NULL,
  spec TEXT NOT NULL,
  parameters TEXT NOT NULL,
  pipeline_root TEXT NOT NULL,
  recurring_run_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  scheduled_at INTEGER NOT NULL,
  finished_at INTEGER,
  state TEXT NOT NULL,
  state_history TEXT NOT NULL,
  error TEXT NOT NULL,
  storage_state TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_age ON runs (created_at, id);
CREATE INDEX runs_by_experiment ON runs (experiment_id, created_at, id);
CREATE INDEX runs_unfinished ON runs (created_at)
  WHERE state NOT IN ('SUCCEEDED', 'SKIPPED', 'FAILED', 'CANCELED');

CREATE TABLE tasks (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  parent_id TEXT NOT NULL,
  name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  kind TEXT NOT NULL,
  iteration INTEGER NOT NULL,
  state TEXT NOT NULL,
  state_history TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  attempt INTEGER NOT NULL,
  inputs TEXT NOT NULL,
  outputs TEXT NOT NULL,
  exit_code INTEGER,
  error TEXT NOT NULL,
  cached INTEGER NOT NULL,
  cached_from_task_id TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
CREATE INDEX tasks_by_run ON tasks (run_id, sequence);
CREATE INDEX tasks_by_fingerprint ON tasks (fingerprint, finished_at) WHERE fingerprint <> '';

CREATE TABLE artifacts (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  schema_title TEXT NOT NULL,
  schema_version TEXT NOT NULL,
  uri TEXT NOT NULL,
  metadata TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  directory INTEGER NOT NULL
) STRICT;

CREATE TABLE artifact_tasks (
  sequence INTEGER PRIMARY KEY,
  artifact_id TEXT NOT NULL REFERENCES artifacts (id),
  task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
  run_id TEXT NOT NULL,
  use TEXT NOT NULL,
  key TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT;
CREATE INDEX artifact_tasks_by_run ON artifact_tasks (run_id, sequence);
CREATE INDEX artifact_tasks_by_task ON artifact_tasks (task_id, sequence);
CREATE INDEX artifact_tasks_by_artifact ON artifact_tasks (artifact_id, sequence);
)sql",
    kAutomationSchema,
    // What runs share and what they leave: specs once each, counts, results for the cache, where a
    // run comes from, and what is to be deleted.
    R"sql(
CREATE TABLE specs (
  digest TEXT PRIMARY KEY,
  spec TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN spec_digest TEXT NOT NULL DEFAULT '';
INSERT INTO specs (digest, spec) SELECT 'run:' || id, spec FROM runs;
UPDATE runs SET spec_digest = 'run:' || id;
ALTER TABLE runs DROP COLUMN spec;
ALTER TABLE runs ADD COLUMN caching INTEGER;
ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN origin_run_id TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN rerun_from TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN keep_seconds INTEGER;
CREATE INDEX runs_by_spec ON runs (spec_digest);
CREATE INDEX runs_by_storage ON runs (storage_state, created_at, id);
CREATE INDEX runs_by_state ON runs (state, created_at, id);
CREATE INDEX runs_by_experiment_storage ON runs (experiment_id, storage_state, created_at, id);
CREATE INDEX runs_by_end ON runs (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX runs_to_expire ON runs (finished_at + keep_seconds * 1000000)
  WHERE keep_seconds IS NOT NULL;
CREATE INDEX runs_by_origin ON runs (origin_run_id) WHERE origin_run_id <> '';

CREATE TABLE run_counts (
  experiment_id TEXT NOT NULL,
  storage_state TEXT NOT NULL,
  state TEXT NOT NULL,
  runs INTEGER NOT NULL,
  PRIMARY KEY (experiment_id, storage_state, state)
) STRICT, WITHOUT ROWID;
INSERT INTO run_counts SELECT experiment_id, storage_state, state, count(*) FROM runs GROUP BY 1, 2, 3;
CREATE TRIGGER runs_count_new AFTER INSERT ON runs BEGIN
  INSERT INTO run_counts VALUES (NEW.experiment_id, NEW.storage_state, NEW.state, 1)
    ON CONFLICT DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER runs_count_gone AFTER DELETE ON runs BEGIN
  UPDATE run_counts SET runs = runs - 1 WHERE experiment_id = OLD.experiment_id
    AND storage_state = OLD.storage_state AND state = OLD.state;
END;
CREATE TRIGGER runs_count_changed AFTER UPDATE OF experiment_id, storage_state, state ON runs
  WHEN OLD.experiment_id <> NEW.experiment_id OR OLD.storage_state <> NEW.storage_state
    OR OLD.state <> NEW.state BEGIN
  UPDATE run_counts SET runs = runs - 1 WHERE experiment_id = OLD.experiment_id
    AND storage_state = OLD.storage_state AND state = OLD.state;
  INSERT INTO run_counts VALUES (NEW.experiment_id, NEW.storage_state, NEW.state, 1)
    ON CONFLICT DO UPDATE SET runs = runs + 1;
END;

ALTER TABLE tasks ADD COLUMN cached_from_run_id TEXT NOT NULL DEFAULT '';
DROP INDEX tasks_by_fingerprint;
CREATE INDEX tasks_by_fingerprint ON tasks (run_id, fingerprint) WHERE fingerprint <> '';

ALTER TABLE artifacts ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE artifacts ADD COLUMN owned INTEGER NOT NULL DEFAULT 0;
ALTER TABLE artifacts ADD COLUMN deleted_at INTEGER;
CREATE INDEX artifacts_by_uri ON artifacts (uri);

CREATE TABLE cache_entries (
  id TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  pipeline_name TEXT NOT NULL,
  task_name TEXT NOT NULL,
  run_id TEXT NOT NULL,
  outputs TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  hits INTEGER NOT NULL
) STRICT;
CREATE INDEX cache_entries_by_fingerprint ON cache_entries (fingerprint, created_at);
CREATE INDEX cache_entries_by_age ON cache_entries (created_at, id);
CREATE INDEX cache_entries_by_use ON cache_entries (used_at);
CREATE INDEX cache_entries_by_run ON cache_entries (run_id);
CREATE TABLE cache_artifacts (
  entry_id TEXT NOT NULL REFERENCES cache_entries (id) ON DELETE CASCADE,
  artifact_id TEXT NOT NULL REFERENCES artifacts (id),
  key TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (entry_id, key, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX cache_artifacts_by_artifact ON cache_artifacts (artifact_id);

CREATE TABLE removals (
  uri TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    kListsSchema,
    // So that a million runs can be listed by name and by their end.
    R"sql(
CREATE INDEX runs_by_name ON runs (display_name, id);
CREATE INDEX runs_by_finish ON runs (finished_at, id);
)sql",
    R"sql(
ALTER TABLE runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN plugins_input TEXT NOT NULL DEFAULT '{}';
)sql",
    R"sql(
ALTER TABLE recurring_runs ADD COLUMN caching INTEGER;
ALTER TABLE recurring_runs ADD COLUMN keep_seconds INTEGER;
ALTER TABLE recurring_runs ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
)sql",
    kRunNamesSchema,
    kOutsideSchema,
    kRunBlocksSchema,
    // Runs that use the packages of others; cache entries by what is known of their inputs early.
    R"sql(
ALTER TABLE runs ADD COLUMN locked_from TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN locks TEXT NOT NULL DEFAULT '{}';
ALTER TABLE cache_entries ADD COLUMN outline TEXT NOT NULL DEFAULT '';
CREATE INDEX cache_entries_by_outline ON cache_entries (outline, pipeline_name);
)sql",
};

base::Result<int64_t> SchemaVersion(Connection& connection) {
  PENSTOCK_TRY(Statement statement, connection.Prepare("PRAGMA user_version"));
  PENSTOCK_RETURN_IF_ERROR(statement.Step());
  return statement.Integer(0);
}

}  // namespace

base::Status Migrate(Connection& connection) {
  constexpr int64_t kNewest = std::size(kSteps);
  PENSTOCK_TRY(int64_t version, SchemaVersion(connection));
  if (version > kNewest) {
    return base::Fail(base::Code::kFailedPrecondition,
                      "the database has schema version " + std::to_string(version) +
                          ", and this program knows up to " + std::to_string(kNewest) +
                          ": start the newer program that wrote it");
  }
  for (; version < kNewest; ++version) {
    PENSTOCK_RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
    base::Status done = connection.Execute(kSteps[version]);
    if (done) done = connection.Execute("PRAGMA user_version=" + std::to_string(version + 1));
    if (done) done = connection.Execute("COMMIT");
    if (!done) {
      (void)connection.Execute("ROLLBACK");
      return base::Fail(
          std::move(done).error().Wrap("database schema step " + std::to_string(version + 1)));
    }
  }
  return {};
}

}  // namespace penstock::metadata
