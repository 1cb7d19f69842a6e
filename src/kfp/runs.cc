// SPDX-License-Identifier: Apache-2.0
#include "kfp/runs.h"

#include <chrono>
#include <memory>
#include <thread>

#include "kfp/json_routes.h"
#include "kfp/list_params.h"
#include "kfp/message_writer.h"
#include "kfp/page_message.h"
#include "kfp/run_creation.h"
#include "kfp/run_message.h"
#include "kfp/run_texts.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::Run;
using metadata::Transaction;
using text::Json;

Result<Json> Create(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxPackageBytes));
  PENSTOCK_TRY(Run run, CreateRun(backend, body));
  call.made = "run " + run.id;
  return RunMessage(run);
}

Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page, backend.metadata.runs.List(call.QueryValue("experiment_id"), query));
  return PageMessage("runs", page, RunMessage);
}

Result<Json> Archive(Backend& backend, Call& call) {
  auto write = [&](Transaction& tx) -> Status {
    return backend.metadata.runs.SetArchived(tx, call.Param("run_id"), true);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return EmptyMessage();
}

// A run cannot come back into an experiment that is itself archived.
Status CheckExperimentAvailable(Backend& backend, Transaction& tx, const Run& run) {
  auto experiment = backend.metadata.experiments.Get(tx, run.experiment_id);
  if (experiment && experiment->archived) {
    return Fail(Code::kFailedPrecondition,
                "Experiment " + run.experiment_id + " is archived: unarchive it before its runs");
  }
  // Deleting an experiment leaves its runs.
  if (experiment || experiment.error().code() == Code::kNotFound) return {};
  return Fail(std::move(experiment).error());
}

Result<Json> Unarchive(Backend& backend, Call& call) {
  auto& runs = backend.metadata.runs;
  auto write = [&](Transaction& tx) -> Status {
    PENSTOCK_TRY(Run run, runs.Get(tx, call.Param("run_id")));
    PENSTOCK_RETURN_IF_ERROR(CheckExperimentAvailable(backend, tx, run));
    return runs.SetArchived(tx, run.id, false);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return EmptyMessage();
}

// A run that has ended already needs no ending: whoever asks has lost a race that does not matter.
Status TerminateIfRunning(Backend& backend, const std::string& run_id) {
  Status status = backend.engine.Terminate(run_id);
  if (!status && status.error().code() == Code::kFailedPrecondition) return {};
  return status;
}

Result<Json> Terminate(Backend& backend, Call& call) {
  PENSTOCK_RETURN_IF_ERROR(TerminateIfRunning(backend, call.Param("run_id")));
  return EmptyMessage();
}

Result<Json> Retry(Backend& backend, Call& call) {
  PENSTOCK_RETURN_IF_ERROR(backend.engine.Retry(call.Param("run_id")));
  return EmptyMessage();
}

// Waits for the tasks of a terminated run to be gone.
Status WaitForEnd(Backend& backend, const std::string& run_id) {
  constexpr std::chrono::milliseconds kPause(20);
  const auto deadline = std::chrono::steady_clock::now() + backend.options.delete_patience;
  while (true) {
    PENSTOCK_TRY(Run run, backend.metadata.runs.Get(run_id));
    if (metadata::IsFinal(run.state)) return {};
    if (std::chrono::steady_clock::now() >= deadline) {
      return Fail(Code::kFailedPrecondition, "Run " + run_id +
                                                 " is being terminated and has tasks left; delete "
                                                 "it again when it has ended");
    }
    std::this_thread::sleep_for(kPause);
  }
}

// The engine owns the rows of a run until it has ended, so a running one is terminated first.
Result<Json> Delete(Backend& backend, Call& call) {
  PENSTOCK_TRY(bool with_artifacts, call.QueryFlag("delete_artifacts"));
  const std::string& id = call.Param("run_id");
  PENSTOCK_TRY(Run run, backend.metadata.runs.Get(id));
  if (!metadata::IsFinal(run.state)) {
    PENSTOCK_RETURN_IF_ERROR(TerminateIfRunning(backend, id));
    PENSTOCK_RETURN_IF_ERROR(WaitForEnd(backend, id));
  }
  PENSTOCK_RETURN_IF_ERROR(backend.engine.DeleteRun(id, with_artifacts));
  return EmptyMessage();
}

}  // namespace

void AddRunRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/runs";
  const std::string one = all + "/{run_id}";
  JsonRoutes routes(router, backend);
  routes.Add("POST", all, "Failed to create a run", Create);
  routes.Add("GET", all, "Failed to list runs", List);
  router.Add("GET", one,
             StreamAction("Failed to get a run",
                          [texts = std::make_shared<RunTexts>(backend.metadata)](
                              Call& call, net::ResponseWriter& response) -> Status {
                            PENSTOCK_TRY(const std::string text, texts->Get(call.Param("run_id")));
                            SendJsonText(response, 200, text);
                            return {};
                          }));
  routes.Add("DELETE", one, "Failed to delete a run", Delete);
  routes.Add("POST", one + ":archive", "Failed to archive a run", Archive);
  routes.Add("POST", one + ":unarchive", "Failed to unarchive a run", Unarchive);
  routes.Add("POST", one + ":terminate", "Failed to terminate a run", Terminate);
  routes.Add("POST", one + ":retry", "Failed to retry a run", Retry);
}

}  // namespace penstock::kfp
