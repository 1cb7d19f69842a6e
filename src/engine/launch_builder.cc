// SPDX-License-Identifier: Apache-2.0
#include "engine/launch_builder.h"

#include <iterator>
#include <string>
#include <utility>

#include "engine/artifact_layout.h"
#include "engine/demand.h"
#include "engine/platform_config.h"
#include "engine/pod_settings.h"
#include "engine/task_config.h"

namespace penstock::engine {

using base::Fail;
using base::Result;
using base::Status;

namespace {

// Substitutes placeholders in the single strings of a container.
class TextResolver {
 public:
  TextResolver(const TaskLaunch& launch, const ir::TaskIdentity& identity)
      : launch_(launch), identity_(identity) {}

  Result<std::string> operator()(std::string_view text, std::string_view what) const {
    auto resolved = ir::ResolveText(text, launch_.input, launch_.component, identity_);
    if (!resolved) return Fail(std::move(resolved).error().Wrap(what));
    return std::move(*resolved);
  }

 private:
  const TaskLaunch& launch_;
  const ir::TaskIdentity& identity_;
};

Status ResolveResources(const TextResolver& resolve, ir::ResourceSpec& resources) {
  for (std::string* text :
       {&resources.cpu_request, &resources.cpu_limit, &resources.memory_request,
        &resources.memory_limit, &resources.accelerator_type, &resources.accelerator_count}) {
    PENSTOCK_TRY(*text, resolve(*text, "resources"));
  }
  return CheckResources(resources);
}

}  // namespace

ir::ExecutorInput BuildExecutorInput(const TaskNode& node) {
  ir::ExecutorInput input;
  input.parameters = node.row.inputs;
  input.artifacts = node.input_artifacts;
  PlaceOutputs(node.component(), node.task_root, input);
  return input;
}

Result<TaskLaunch> BuildLaunch(const TaskNode& node, const RunContext& context,
                               const RunPlan& plan) {
  const ir::ContainerSpec& container = *node.planned->executor->container;
  const ir::TaskIdentity identity = context.IdentityOf(node);
  TaskLaunch launch;
  launch.run_id = node.row.run_id;
  launch.task_id = node.row.id;
  launch.attempt = node.row.attempt;
  launch.display_name = node.row.display_name;
  launch.input = BuildExecutorInput(node);
  launch.component = node.component();
  launch.log_uri = LogUri(node.task_root, node.row.attempt);

  TextResolver resolve(launch, identity);
  PENSTOCK_TRY(launch.image, resolve(container.image, "image"));
  for (const auto& [name, value] : container.env) {
    PENSTOCK_TRY(auto text, resolve(value, "environment variable '" + name + "'"));
    launch.env.emplace_back(name, std::move(text));
  }
  launch.resources = container.resources;
  PENSTOCK_RETURN_IF_ERROR(ResolveResources(resolve, launch.resources));
  const std::string& label = node.component().executor_label;
  launch.timeout = TaskTimeout(plan.platform_json(), label);
  launch.workspace = HasWorkspace(plan.platform_json());
  const text::Json* config = PodConfig(plan.platform_json(), label);
  PENSTOCK_TRY(PodSettings pod, ReadPodSettings(config, node, context));
  PassTaskConfig(launch.component, config, launch, pod);
  launch.env.insert(launch.env.end(), pod.env.begin(), pod.env.end());
  launch.folders = std::move(pod.folders);
  launch.named = std::move(pod.named);
  launch.own_network = pod.own_network;

  launch.locked_from = context.locked_from();
  if (!launch.locked_from.empty()) launch.locks = context.LocksFor(node.row.name);
  launch.container = pod.container;
  auto command = ir::ResolveCommand(container.command, launch.input, launch.component, identity);
  if (!command) return Fail(std::move(command).error().Wrap("command"));
  auto arguments = ir::ResolveCommand(container.args, launch.input, launch.component, identity);
  if (!arguments) return Fail(std::move(arguments).error().Wrap("args"));
  launch.command = std::move(*command);
  launch.command_words = launch.command.size();
  launch.command.insert(launch.command.end(), std::make_move_iterator(arguments->begin()),
                        std::make_move_iterator(arguments->end()));
  return launch;
}

bool HasPlaceholder(std::string_view text) { return text.find("{{") != std::string_view::npos; }

}  // namespace penstock::engine
