// SPDX-License-Identifier: Apache-2.0
#include "kfp/object_watcher.h"

#include <chrono>

#include "kfp/arrived_objects.h"
#include "kfp/run_creation.h"
#include "kfp/stable_id.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Status;
using metadata::ObjectTrigger;
using metadata::Run;
using metadata::Transaction;

constexpr std::chrono::seconds kPause{1};

// What will not get better by trying again.
bool IsLasting(const base::Error& error) {
  return error.code() == Code::kInvalidArgument || error.code() == Code::kNotFound ||
         error.code() == Code::kFailedPrecondition || error.code() == Code::kUnimplemented ||
         error.code() == Code::kPermissionDenied;
}

}  // namespace

void ObjectWatcher::Start() {
  if (backend_.options.arrived_objects) thread_ = std::thread([this] { Loop(); });
}

void ObjectWatcher::Stop() {
  if (backend_.options.arrived_objects) backend_.options.arrived_objects->queue().Stop();
  if (thread_.joinable()) thread_.join();
}

void ObjectWatcher::Loop() {
  events::EventQueue& queue = backend_.options.arrived_objects->queue();
  while (true) {
    auto line = queue.Next();
    if (line && !*line) break;  // stopped
    auto object =
        line ? ParseArrived(**line) : base::Result<ArrivedObject>(base::Fail(line.error()));
    if (!line) {
      backend_.logger.Error("the queue of arrived objects cannot be read",
                            {{"error", line.error().message()}});
    } else if (!object) {
      (void)queue.Pop();
      continue;
    } else if (Arrived(*object)) {
      (void)queue.Pop();
      if (queue.waiting_bytes() == 0) (void)queue.Sync();
      continue;
    }
    // A full disk, an engine that stops: the same again after a while.
    if (!backend_.streams->Wait(kPause)) break;
  }
  (void)queue.Sync();
}

Status ObjectWatcher::Arrived(const ArrivedObject& object) {
  PENSTOCK_TRY(auto triggers, backend_.metadata.object_triggers.Enabled());
  for (const ObjectTrigger& trigger : triggers) {
    if (Wants(trigger, object)) PENSTOCK_RETURN_IF_ERROR(StartOne(trigger, object));
  }
  return {};
}

Status ObjectWatcher::StartOne(ObjectTrigger trigger, const ArrivedObject& object) {
  Run run;
  run.id = StableId(trigger.id + "/" + FormatArrived(object));
  run.display_name = trigger.display_name + "-" + std::to_string(trigger.runs_started + 1);
  run.description = "Started by " + object.bucket + "/" + object.key;
  run.service_account = trigger.service_account;
  run.pipeline_root = trigger.pipeline_root;
  run.experiment_id = trigger.experiment_id;
  run.parameters = ParametersFor(trigger, object);
  const std::string run_id = run.id;
  auto start = [&]() -> Status {
    PENSTOCK_TRY(ir::PipelinePackage package, ReadSource(backend_, nullptr, trigger.pipeline_id,
                                                         trigger.pipeline_version_id, run));
    PENSTOCK_RETURN_IF_ERROR(StartRun(backend_, std::move(run), std::move(package)));
    return {};
  };
  Status started = start();
  // Before a crash.
  if (!started && started.error().code() == Code::kAlreadyExists) return {};
  if (!started) {
    backend_.logger.Warning("an arrived object's run cannot be started",
                            {{"trigger", trigger.id}, {"error", started.error().message()}});
    if (!IsLasting(started.error())) return started;
  }
  return backend_.metadata.database.Write([&](Transaction& tx) -> Status {
    auto stored = backend_.metadata.object_triggers.Get(tx, trigger.id);
    if (!stored) return {};  // deleted meanwhile
    stored->error = started ? "" : started.error().message();
    if (started) {
      ++stored->runs_started;
      stored->last_run_id = run_id;
    }
    return backend_.metadata.object_triggers.Update(tx, *stored);
  });
}

}  // namespace penstock::kfp
