// SPDX-License-Identifier: Apache-2.0
#include "engine/admission.h"

#include <set>
#include <string>
#include <utility>

#include "engine/launch_builder.h"
#include "engine/platform_config.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;

namespace {

Status CheckTask(const PlannedTask& task) {
  for (const auto& [name, input] : task.component->input_parameters) {
    if (input.type == ir::ParameterType::kTaskConfig) {
      return Fail(Code::kInvalidArgument,
                  "input '" + name + "' of type TASK_CONFIG is not offered yet");
    }
  }
  if (task.kind == metadata::TaskKind::kImporter &&
      task.executor->importer->download_to_workspace) {
    return Fail(Code::kInvalidArgument, "an importer's downloadToWorkspace is not offered yet");
  }
  return {};
}

}  // namespace

Status CheckAdmissible(const RunPlan& plan, Executor& executor) {
  PENSTOCK_RETURN_IF_ERROR(CheckPlatform(plan.platform_json()));
  std::set<const ir::ExecutorSpec*> checked;
  for (const auto& [name, dag] : plan.dags()) {
    for (const PlannedTask& task : dag->tasks()) {
      Status status = CheckTask(task);
      if (status && task.kind == metadata::TaskKind::kContainer &&
          checked.insert(task.executor).second &&
          !HasPlaceholder(task.executor->container->image)) {
        status = executor.CheckRunnable(*task.executor->container);
      }
      if (!status) {
        return Fail(std::move(status).error().Wrap("task '" + task.spec->name + "'"));
      }
    }
  }
  return {};
}

}  // namespace penstock::engine
