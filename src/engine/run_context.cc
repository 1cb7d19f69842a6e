// SPDX-License-Identifier: Apache-2.0
#include "engine/run_context.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>

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
      schedule_time_(WholeSeconds(run.scheduled_at)),
      locked_from_(run.locked_from),
      locks_(run.locks) {}

std::vector<std::string> RunContext::LocksFor(const std::string& task_name) const {
  std::set<std::string> own, others;
  for (const auto& [name, ids] : locks_) {
    for (const text::Json& id : ids.as_array()) {
      (name == task_name ? own : others).insert(id.as_string());
    }
  }
  std::vector<std::string> locks;
  std::set_difference(others.begin(), others.end(), own.begin(), own.end(),
                      std::back_inserter(locks));
  locks.insert(locks.end(), own.begin(), own.end());
  return locks;
}

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
