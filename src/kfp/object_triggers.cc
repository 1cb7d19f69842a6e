// SPDX-License-Identifier: Apache-2.0
#include "kfp/object_triggers.h"

#include "ir/parse.h"
#include "kfp/arrived_objects.h"
#include "kfp/json_routes.h"
#include "kfp/list_params.h"
#include "kfp/object_trigger_message.h"
#include "kfp/page_message.h"
#include "kfp/run_creation.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;
using base::Result;
using base::Status;
using metadata::ObjectTrigger;
using metadata::Transaction;
using text::Json;

constexpr int64_t kMostTriggers = 1000;

// Looks at the pipeline now, so that what is wrong is told to whoever makes the trigger.
Status CheckTrigger(Backend& backend, ObjectTrigger& trigger) {
  metadata::Run run;
  PENSTOCK_TRY(ir::PipelinePackage package,
               ReadSource(backend, nullptr, trigger.pipeline_id, trigger.pipeline_version_id, run));
  PENSTOCK_RETURN_IF_ERROR(ir::CheckRunArguments(package.spec.root, trigger.parameters));
  trigger.pipeline_id = run.pipeline_id;
  PENSTOCK_TRY(trigger.experiment_id, FindExperiment(backend, trigger.experiment_id));
  return {};
}

Result<Json> Create(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  ObjectTrigger trigger;
  PENSTOCK_RETURN_IF_ERROR(ReadObjectTrigger(body, trigger));
  PENSTOCK_RETURN_IF_ERROR(CheckTrigger(backend, trigger));
  auto& triggers = backend.metadata.object_triggers;
  PENSTOCK_TRY(auto known, triggers.List({}));
  if (known.total_size >= kMostTriggers) {
    return Fail(Code::kResourceExhausted,
                "there are " + std::to_string(kMostTriggers) + " triggers already; delete one");
  }
  trigger.id = backend.random.Uuid();
  trigger.created_at = backend.clock.Now();
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(
      [&](Transaction& tx) { return triggers.Insert(tx, trigger); }));
  return ObjectTriggerMessage(trigger);
}

Result<Json> Get(Backend& backend, Call& call) {
  PENSTOCK_TRY(ObjectTrigger trigger,
               backend.metadata.object_triggers.Get(call.Param("trigger_id")));
  return ObjectTriggerMessage(trigger);
}

Result<Json> List(Backend& backend, Call& call) {
  PENSTOCK_TRY(metadata::ListQuery query, ReadListQuery(call));
  PENSTOCK_TRY(auto page, backend.metadata.object_triggers.List(query));
  return PageMessage("triggers", page, ObjectTriggerMessage);
}

Result<Json> Update(Backend& backend, Call& call) {
  PENSTOCK_TRY(Json body, call.JsonBody(kMaxMessageBytes));
  auto& triggers = backend.metadata.object_triggers;
  const std::string& id = call.Param("trigger_id");
  PENSTOCK_TRY(ObjectTrigger trigger, triggers.Get(id));
  PENSTOCK_RETURN_IF_ERROR(ReadObjectTrigger(body, trigger));
  PENSTOCK_RETURN_IF_ERROR(CheckTrigger(backend, trigger));
  auto write = [&](Transaction& tx) -> Status {
    // What has been counted meanwhile stays.
    PENSTOCK_TRY(ObjectTrigger stored, triggers.Get(tx, id));
    trigger.runs_started = stored.runs_started;
    trigger.last_run_id = stored.last_run_id;
    trigger.error = stored.error;
    return triggers.Update(tx, trigger);
  };
  PENSTOCK_RETURN_IF_ERROR(backend.metadata.database.Write(write));
  return ObjectTriggerMessage(trigger);
}

Result<Json> Delete(Backend& backend, Call& call) {
  return DeleteFrom(backend.metadata.object_triggers, backend, call.Param("trigger_id"));
}

}  // namespace

void AddObjectTriggerRoutes(Router& router, Backend& backend) {
  const std::string all = "/apis/v2beta1/triggers";
  const std::string one = all + "/{trigger_id}";
  auto add = [&](const char* method, const std::string& path, const char* context,
                 Result<Json> (*function)(Backend&, Call&)) {
    router.Add(method, path, JsonAction(context, [&backend, function](Call& call) {
                 Result<Json> answer = function(backend, call);
                 if (backend.options.arrived_objects) backend.options.arrived_objects->Refresh();
                 return answer;
               }));
  };
  add("POST", all, "Failed to create a trigger", Create);
  add("GET", all, "Failed to list triggers", List);
  add("GET", one, "Failed to get a trigger", Get);
  add("PATCH", one, "Failed to change a trigger", Update);
  add("DELETE", one, "Failed to delete a trigger", Delete);
}

}  // namespace penstock::kfp
