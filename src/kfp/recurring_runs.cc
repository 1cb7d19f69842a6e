// SPDX-License-Identifier: Apache-2.0
#include "kfp/recurring_runs.h"

#include "ir/parse.h"
#include "kfp/json_routes.h"
#include "kfp/list_params.h"
#include "kfp/message_writer.h"
#include "kfp/page_message.h"
#include "kfp/recurring_run_message.h"
#include "kfp/run_creation.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::RecurringRun;
using metadata::Transaction;
using text::Json;

// Reads the pipeline now, so that what is wrong with it or with the arguments is told to whoever
// makes the recurring run rather than to nobody at night.
Status SetSource(Backend& backend, const RunRequest& request, RecurringRun& recurring) {
  metadata::Run run;
  PENSTOCK_TRY(ir::PipelinePackage package, ReadSource(backend, request.spec, request.pipeline_id,
                                                       request.pipeline_version_id, run));
  PENSTOCK_RETURN_IF_ERROR(ir::CheckRunArguments(package.spec.root, recurring.parameters));
  recurring.pipeline_id = run.pipeline_id;
  recurring.pipeline_version_id = request.pipeline_version_id;  // "" stays: the newest each time
  if (request.spec != nullptr) recurring.spec_json = run.spec_json;
  return {};
}

Result<Json> Create(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxPackageBytes));
  PENSTOCK_TRY(RecurringRunRequest request, ReadRecurringRun(body));
  RecurringRun& recurring = request.recurring;
  PENSTOCK_RETURN_IF_ERROR(SetSource(backend, request.run, recurring));
  PENSTOCK_TRY(recurring.experiment_id, FindExperiment(backend, request.run.experiment_id));
  recurring.id = backend.random.Uuid();
  recurring.created_at = recurring.updated_at = backend.clock.Now();
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return backend.metadata.recurring_runs.Insert(tx, recurring); }));
  call.made = "recurring run " + recurring.id;
  return RecurringRunMessage(recurring);
}

Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(RecurringRun recurring,
               backend.metadata.recurring_runs.Get(call.Param("recurring_run_id")));
  return RecurringRunMessage(recurring);
}

// The list's key is the one in this API that is written in camelCase (kfp-contract 0.3).
Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page,
               backend.metadata.recurring_runs.List(call.QueryValue("experiment_id"), query));
  return PageMessage("recurringRuns", page, RecurringRunMessage);
}

Result<Json> SetEnabled(Backend& backend, Call& call, bool enabled) {
  auto write = [&](Transaction& tx) -> Status {
    auto& recurring_runs = backend.metadata.recurring_runs;
    const std::string& id = call.Param("recurring_run_id");
    PENSTOCK_TRY(RecurringRun recurring, recurring_runs.Get(tx, id));
    if (enabled) {
      auto experiment = backend.metadata.experiments.Get(tx, recurring.experiment_id);
      if (experiment && experiment->archived) {
        return Fail(Code::kFailedPrecondition,
                    "Experiment " + recurring.experiment_id + " is archived: unarchive it first");
      }
    }
    return recurring_runs.SetEnabled(tx, id, enabled, backend.clock.Now());
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return EmptyMessage();
}

Result<Json> Enable(Backend& backend, Call& call) { return SetEnabled(backend, call, true); }
Result<Json> Disable(Backend& backend, Call& call) { return SetEnabled(backend, call, false); }

// Whether the runs that still go on are to end with the recurring run.
Result<bool> ReadPropagation(const Call& call) {
  std::string policy = call.QueryValue("propagation_policy");
  if (policy.empty() || policy == "DELETE_PROPAGATION_POLICY_UNSPECIFIED" || policy == "ORPHAN") {
    return false;
  }
  if (policy == "FOREGROUND" || policy == "BACKGROUND") return true;
  return Fail(Code::kInvalidArgument,
              "propagation_policy must be FOREGROUND, BACKGROUND or ORPHAN, not '" + policy + "'");
}

Result<Json> Delete(Backend& backend, Call& call) {
  PENSTOCK_TRY(bool with_runs, ReadPropagation(call));
  const std::string& id = call.Param("recurring_run_id");
  PENSTOCK_TRY(Json deleted, DeleteFrom(backend.metadata.recurring_runs, backend, id));
  if (!with_runs) return deleted;
  PENSTOCK_TRY(auto runs, backend.metadata.recurring_runs.UnfinishedRuns(id));
  for (const std::string& run_id : runs) {
    Status ended = backend.engine.Terminate(run_id);
    // One that has ended meanwhile needs no ending.
    if (!ended && ended.error().code() != Code::kFailedPrecondition) {
      return Fail(std::move(ended).error());
    }
  }
  return deleted;
}

}  // namespace

void AddRecurringRunRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/recurringruns";
  const std::string one = all + "/{recurring_run_id}";
  JsonRoutes routes(router, backend);
  routes.Add("POST", all, "Failed to create a recurring run", Create);
  routes.Add("GET", all, "Failed to list recurring runs", List);
  routes.Add("GET", one, "Failed to get a recurring run", Get);
  routes.Add("DELETE", one, "Failed to delete a recurring run", Delete);
  routes.Add("POST", one + ":enable", "Failed to enable a recurring run", Enable);
  routes.Add("POST", one + ":disable", "Failed to disable a recurring run", Disable);
}

}  // namespace penstock::kfp
