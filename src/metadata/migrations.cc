// SPDX-License-Identifier: Apache-2.0
#include "metadata/migrations.h"

#include <iterator>
#include <string>

#include "metadata/schema_automation.h"

namespace penstock::metadata {
namespace {

// docs/formats/metadata.md describes the tables. Steps are only ever added: a released one is never
// changed. Times are microseconds since 1970, JSON is text.
constexpr const char* kSteps[] = {
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
