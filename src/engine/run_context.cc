// SPDX-License-Identifier: Apache-2.0
#include "engine/run_context.h"

#include <chrono>

#include "base/clock.h"
#include "engine/artifact_layout.h"

namespace penstock::engine {

namespace {

std::string WholeSeconds(base::Time time) {
  return base::FormatRfc3339(std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

RunContext::RunContext(const metadata::Run& run, std::string_view pipeline_name,
                       std::string_view default_root)
    : run_id_(run.id),
      run_name_(run.display_name),
      pipeline_name_(pipeline_name),
      // Looks like the name that a cluster generates: the pipeline's with a short suffix.
      resource_name_(pipeline_name_ + "-" + run.id.substr(0, 5)),
      run_root_(RunRoot(run.pipeline_root.empty() ? default_root : run.pipeline_root, pipeline_name,
                        run.id)),
      create_time_(WholeSeconds(run.created_at)),
      schedule_time_(WholeSeconds(run.scheduled_at)) {}

ir::TaskIdentity RunContext::IdentityOf(const TaskNode& node) const {
  ir::TaskIdentity identity;
  identity.run_name = run_name_;
  identity.run_resource_name = resource_name_;
  identity.run_id = run_id_;
  identity.task_name = node.row.name;
  identity.task_uuid = node.parent != nullptr ? node.parent->row.id : node.row.id;
  identity.pipeline_root = run_root_;
  identity.create_time = create_time_;
  identity.schedule_time = schedule_time_;
  return identity;
}

}  // namespace penstock::engine
