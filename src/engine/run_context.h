// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/task_node.h"
#include "ir/executor_io.h"
#include "metadata/run.h"
#include "text/json.h"

namespace penstock::engine {

// What all tasks of one run have in common and placeholders can ask for.
class RunContext {
 public:
  // `default_root` is where artifacts go when the run names no root of its own.
  RunContext(const metadata::Run& run, std::string_view pipeline_name,
             std::string_view default_root);

  const std::string& run_id() const { return run_id_; }
  const std::string& pipeline_name() const { return pipeline_name_; }
  const std::string& resource_name() const { return resource_name_; }
  const std::string& run_root() const { return run_root_; }
  // As TaskLaunch has them.
  const std::string& locked_from() const { return locked_from_; }
  std::vector<std::string> LocksFor(const std::string& task_name) const;
  // What placeholders stand for in this task (kfp-contract 2.3.2).
  ir::TaskIdentity IdentityOf(const TaskNode& node) const;

 private:
  std::string run_id_, run_name_, pipeline_name_, resource_name_, run_root_;
  std::string create_time_, schedule_time_;
  std::string locked_from_;
  text::Json::Object locks_;
};

}  // namespace penstock::engine
