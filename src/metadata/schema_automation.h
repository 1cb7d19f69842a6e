// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace penstock::metadata {

// The schema step for what starts runs and what is told about them: recurring runs, runs started by
// objects, and webhooks. A run's change of state queues its webhooks in the same transaction, by
// the triggers at the end, so that no crash loses one.
inline constexpr char kAutomationSchema[] = R"sql(
CREATE TABLE recurring_runs (
  id TEXT PRIMARY KEY,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  service_account TEXT NOT NULL,
  experiment_id TEXT NOT NULL,
  pipeline_id TEXT NOT NULL,
  pipeline_version_id TEXT NOT NULL,
  spec TEXT NOT NULL,
  parameters TEXT NOT NULL,
  pipeline_root TEXT NOT NULL,
  cron TEXT NOT NULL,
  interval_seconds INTEGER NOT NULL,
  start_at INTEGER,
  end_at INTEGER,
  max_concurrency INTEGER NOT NULL,
  catch_up INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_tick_at INTEGER,
  next_index INTEGER NOT NULL,
  error TEXT NOT NULL,
  plugins_input TEXT NOT NULL
) STRICT;
CREATE INDEX recurring_runs_by_age ON recurring_runs (created_at, id);
CREATE INDEX runs_by_recurring_run ON runs (recurring_run_id, created_at)
  WHERE recurring_run_id <> '';

CREATE TABLE object_triggers (
  id TEXT PRIMARY KEY,
  display_name TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  bucket TEXT NOT NULL,
  prefix TEXT NOT NULL,
  suffix TEXT NOT NULL,
  experiment_id TEXT NOT NULL,
  pipeline_id TEXT NOT NULL,
  pipeline_version_id TEXT NOT NULL,
  parameters TEXT NOT NULL,
  pipeline_root TEXT NOT NULL,
  service_account TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  runs_started INTEGER NOT NULL,
  last_run_id TEXT NOT NULL,
  error TEXT NOT NULL
) STRICT;

CREATE TABLE run_webhooks (
  id TEXT PRIMARY KEY,
  display_name TEXT NOT NULL UNIQUE,
  url TEXT NOT NULL,
  secret TEXT NOT NULL,
  states TEXT NOT NULL,
  experiment_id TEXT NOT NULL,
  pipeline_id TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  delivered INTEGER NOT NULL,
  failed INTEGER NOT NULL,
  error TEXT NOT NULL
) STRICT;

CREATE TABLE run_webhook_queue (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook_id TEXT NOT NULL REFERENCES run_webhooks (id) ON DELETE CASCADE,
  run_id TEXT NOT NULL,
  state TEXT NOT NULL,
  previous_state TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX run_webhook_queue_by_webhook ON run_webhook_queue (webhook_id, sequence);

CREATE TRIGGER run_made AFTER INSERT ON runs
BEGIN
  INSERT INTO run_webhook_queue (webhook_id, run_id, state, previous_state, changed_at)
    SELECT id, new.id, new.state, '', new.created_at FROM run_webhooks
    WHERE enabled = 1
      AND (experiment_id = '' OR experiment_id = new.experiment_id)
      AND (pipeline_id = '' OR pipeline_id = new.pipeline_id)
      AND EXISTS (SELECT 1 FROM json_each(states) WHERE value = new.state)
      AND (SELECT count(*) FROM run_webhook_queue WHERE webhook_id = run_webhooks.id) < 10000;
END;
CREATE TRIGGER run_state_changed AFTER UPDATE OF state ON runs WHEN old.state <> new.state
BEGIN
  INSERT INTO run_webhook_queue (webhook_id, run_id, state, previous_state, changed_at)
    SELECT id, new.id, new.state, old.state,
           coalesce(json_extract(new.state_history, '$[#-1].time'), new.created_at)
    FROM run_webhooks
    WHERE enabled = 1
      AND (experiment_id = '' OR experiment_id = new.experiment_id)
      AND (pipeline_id = '' OR pipeline_id = new.pipeline_id)
      AND EXISTS (SELECT 1 FROM json_each(states) WHERE value = new.state)
      AND (SELECT count(*) FROM run_webhook_queue WHERE webhook_id = run_webhooks.id) < 10000;
END;
)sql";

// The step for lists of uses of artifacts, and for counting what has not ended.
inline constexpr char kListsSchema[] = R"sql(
CREATE INDEX tasks_unfinished ON tasks (state)
  WHERE state IN ('PENDING', 'RUNNING', 'CANCELING', 'PAUSED');

CREATE VIEW artifact_uses AS
  SELECT u.artifact_id, u.task_id, u.run_id, u.use, u.key, u.position,
         printf('%016d', u.sequence) AS id, t.created_at AS created_at
  FROM artifact_tasks AS u JOIN tasks AS t ON t.id = u.task_id;
)sql";

// The step for tasks, artifacts and uses that are recorded from outside; `outside` and `io_type`
// are empty in the engine's own.
inline constexpr char kOutsideSchema[] = R"sql(
ALTER TABLE tasks ADD COLUMN outside TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_outside ON tasks (run_id, parent_id, name) WHERE outside <> '';
CREATE INDEX tasks_outside_by_fingerprint ON tasks (fingerprint, created_at)
  WHERE outside <> '' AND fingerprint <> '';
ALTER TABLE artifacts ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE artifacts ADD COLUMN number_value REAL;
ALTER TABLE artifact_tasks ADD COLUMN io_type TEXT NOT NULL DEFAULT '';
ALTER TABLE artifact_tasks ADD COLUMN producer TEXT NOT NULL DEFAULT '';
ALTER TABLE artifact_tasks ADD COLUMN producer_iteration INTEGER;
DROP VIEW artifact_uses;
CREATE VIEW artifact_uses AS
  SELECT u.artifact_id, u.task_id, u.run_id, u.use, u.key, u.position,
         u.io_type, u.producer, u.producer_iteration,
         printf('%016d', u.sequence) AS id, t.created_at AS created_at
  FROM artifact_tasks AS u JOIN tasks AS t ON t.id = u.task_id;
)sql";

}  // namespace penstock::metadata
