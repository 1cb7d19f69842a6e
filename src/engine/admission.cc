// SPDX-License-Identifier: Apache-2.0
#include "engine/admission.h"

#include <set>
#include <string>
#include <utility>

#include "engine/demand.h"
#include "engine/launch_builder.h"
#include "engine/platform_config.h"

namespace penstock::engine {

using base::Code;
using base::Fail;
using base::Status;

namespace {

Status CheckTask(const PlannedTask& task, bool workspace) {
  if (task.kind == metadata::TaskKind::kImporter && !workspace &&
      task.executor->importer->download_to_workspace) {
    return Fail(Code::kInvalidArgument,
                "downloadToWorkspace needs a workspace: give the pipeline a "
                "PipelineConfig(workspace=WorkspaceConfig(…))");
  }
  if (task.kind == metadata::TaskKind::kContainer) {
    return CheckResources(task.executor->container->resources);
  }
  return {};
}

}  // namespace

Status CheckAdmissible(const RunPlan& plan, Executor& executor) {
  PENSTOCK_RETURN_IF_ERROR(CheckPlatform(plan.platform_json()));
  const bool workspace = HasWorkspace(plan.platform_json());
  std::set<const ir::ExecutorSpec*> checked;
  for (const auto& [name, dag] : plan.dags()) {
    for (const PlannedTask& task : dag->tasks()) {
      Status status = CheckTask(task, workspace);
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
