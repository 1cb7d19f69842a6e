// SPDX-License-Identifier: Apache-2.0
#include "kfp/experiments.h"

#include "kfp/default_experiment.h"
#include "kfp/experiment_message.h"
#include "kfp/json_routes.h"
#include "kfp/list_params.h"
#include "kfp/message_writer.h"
#include "kfp/page_message.h"

namespace penstock::kfp {
namespace {

using base::Result;
using base::Status;
using metadata::Experiment;
using metadata::Transaction;
using text::Json;

Result<Json> Create(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  PENSTOCK_TRY(Experiment experiment, ReadExperiment(body));
  experiment.id = backend.random.Uuid();
  experiment.created_at = backend.clock.Now();
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return backend.metadata.experiments.Insert(tx, experiment); }));
  return ExperimentMessage(experiment);
}

Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(Experiment experiment,
               backend.metadata.experiments.Get(call.Param("experiment_id")));
  return ExperimentMessage(experiment);
}

Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page, backend.metadata.experiments.List(query));
  return PageMessage("experiments", page, ExperimentMessage);
}

// Archiving takes the experiment's runs along and disables its recurring runs; restoring brings
// back the experiment alone.
Result<Json> SetArchived(Backend& backend, Call& call, bool archived) {
  auto& store = backend.metadata;
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_TRY(Experiment experiment, store.experiments.Get(tx, call.Param("experiment_id")));
    experiment.archived = archived;
    PENSTOCK_RETURN_IF_ERROR(store.experiments.Update(tx, experiment));
    if (!archived) return {};
    PENSTOCK_RETURN_IF_ERROR(
        store.recurring_runs.DisableByExperiment(tx, experiment.id, backend.clock.Now()));
    return store.runs.SetArchivedByExperiment(tx, experiment.id);
  };
  PENSTOCK_RETURN_IF_ERROR(store.database.Write(write));
  return EmptyMessage();
}

Result<Json> Archive(Backend& backend, Call& call) { return SetArchived(backend, call, true); }
Result<Json> Unarchive(Backend& backend, Call& call) { return SetArchived(backend, call, false); }

// All of an experiment's runs with what only they own; they must have ended.
Status DeleteRuns(Backend& backend, const std::string& experiment_id) {
  PENSTOCK_TRY(Experiment experiment, backend.metadata.experiments.Get(experiment_id));
  if (experiment.display_name == kDefaultExperimentName) {
    return base::Fail(base::Code::kAborted, "the default experiment cannot be deleted");
  }
  PENSTOCK_TRY(auto ids, backend.metadata.runs.IdsOfExperiment(experiment_id));
  for (const std::string& id : ids) {
    Status deleted = backend.engine.DeleteRun(id, true);
    if (!deleted && deleted.error().code() != base::Code::kNotFound) return deleted;
  }
  return {};
}

Result<Json> Delete(Backend& backend, Call& call) {
  auto& experiments = backend.metadata.experiments;
  PENSTOCK_TRY(bool with_runs, call.QueryFlag("delete_runs"));
  if (with_runs) PENSTOCK_RETURN_IF_ERROR(DeleteRuns(backend, call.Param("experiment_id")));
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_TRY(Experiment experiment, experiments.Get(tx, call.Param("experiment_id")));
    if (experiment.display_name == kDefaultExperimentName) {
      return base::Fail(base::Code::kAborted, "the default experiment cannot be deleted");
    }
    return experiments.Delete(tx, experiment.id);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return EmptyMessage();
}

}  // namespace

void AddExperimentRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/experiments";
  const std::string one = all + "/{experiment_id}";
  JsonRoutes routes(router, backend);
  routes.Add("POST", all, "Failed to create an experiment", Create);
  routes.Add("GET", all, "Failed to list experiments", List);
  routes.Add("GET", one, "Failed to get an experiment", Get);
  routes.Add("DELETE", one, "Failed to delete an experiment", Delete);
  routes.Add("POST", one + ":archive", "Failed to archive an experiment", Archive);
  routes.Add("POST", one + ":unarchive", "Failed to unarchive an experiment", Unarchive);
}

}  // namespace penstock::kfp
