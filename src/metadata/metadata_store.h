// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metadata/artifact.h"
#include "metadata/cache.h"
#include "metadata/database.h"
#include "metadata/experiment.h"
#include "metadata/object_trigger.h"
#include "metadata/pipeline.h"
#include "metadata/recurring_run.h"
#include "metadata/removal.h"
#include "metadata/run.h"
#include "metadata/run_webhook.h"
#include "metadata/task.h"

namespace penstock::metadata {

// The tables of one database, together, for those who use several.
struct MetadataStore {
  explicit MetadataStore(Database& db)
      : database(db),
        experiments(db),
        pipelines(db),
        runs(db),
        tasks(db),
        artifacts(db),
        recurring_runs(db),
        cache(db),
        removals(db),
        object_triggers(db),
        run_webhooks(db) {}

  Database& database;
  ExperimentTable experiments;
  PipelineTable pipelines;
  RunTable runs;
  TaskTable tasks;
  ArtifactTable artifacts;
  RecurringRunTable recurring_runs;
  CacheTable cache;
  RemovalTable removals;
  ObjectTriggerTable object_triggers;
  RunWebhookTable run_webhooks;
};

}  // namespace penstock::metadata
