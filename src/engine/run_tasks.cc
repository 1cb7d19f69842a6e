// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "engine/artifact_layout.h"
#include "engine/cache_fingerprint.h"
#include "engine/importer.h"
#include "engine/launch_builder.h"
#include "engine/platform_config.h"
#include "engine/run_state.h"

// Containers and importers: the tasks without children.
namespace penstock::engine {

using metadata::RuntimeState;

void RunState::BeginContainer(TaskNode& node) {
  node.cacheable = MayUseCache(node);
  if (HoldForContent(node)) return;
  node.row.fingerprint = CacheFingerprint(node, context_, NamedVersions(node));
  CacheLookup lookup{node.row.id, node.row.fingerprint, node.cacheable && !MustRun(node)};
  if (MayTakeOver(node)) {
    lookup.origin_run_id = run_.origin_run_id;
    lookup.path = PathOf(node);
    lookup.name = node.row.name;
  }
  if (!lookup.ask_cache && lookup.origin_run_id.empty()) return Launch(node);
  node.phase = Phase::kLookingUp;
  lookups_.push_back(std::move(lookup));
}

void RunState::Launch(TaskNode& node) {
  if (node.attempted) ++node.row.attempt;
  node.attempted = true;
  MarkRan(node);
  node.task_root = TaskRoot(context_.run_root(), node.row.name, random_.Uuid());
  node.phase = Phase::kLaunched;
  node.row.exit_code.reset();
  SetState(node, RuntimeState::kPending);
  changes_.launches.push_back(node.row.id);
}

base::Result<LaunchRequest> RunState::PrepareLaunch(const std::string& task_id) const {
  const TaskNode* node = Find(task_id);
  if (node == nullptr || node->phase != Phase::kLaunched) {
    return base::Fail(base::Code::kCancelled, "the task is not to run any more");
  }
  LaunchRequest request;
  request.late_image = HasPlaceholder(node->planned->executor->container->image);
  auto launch = BuildLaunch(*node, context_, *plan_);
  if (!launch) return base::Fail(std::move(launch).error().Wrap(DescribeTask(*node)));
  request.launch = std::move(*launch);
  return request;
}

int RunState::AttemptOf(const std::string& task_id) const {
  const TaskNode* node = Find(task_id);
  return node == nullptr ? -1 : node->row.attempt;
}

int RunState::PriorityOf(const std::string& task_id) const {
  const TaskNode* node = Find(task_id);
  if (node == nullptr) return run_.priority;
  return run_.priority + TaskPriority(plan_->platform_json(), node->component().executor_label);
}

Demand RunState::DemandOf(const std::string& task_id) const {
  const TaskNode* node = Find(task_id);
  if (node == nullptr) return {};
  const ir::ResourceSpec& resources = node->planned->executor->container->resources;
  for (const std::string* text : {&resources.cpu_request, &resources.cpu_limit,
                                  &resources.memory_request, &resources.memory_limit}) {
    if (!HasPlaceholder(*text)) continue;
    auto launch = BuildLaunch(*node, context_, *plan_);
    return launch ? engine::DemandOf(launch->resources) : Demand();  // it will fail at once
  }
  return engine::DemandOf(resources);
}

void RunState::BeginImport(TaskNode& node) {
  auto artifact = BuildImport(node, context_);
  if (!artifact) {
    return Settle(node, RuntimeState::kFailed,
                  DescribeTask(node) + ", " + artifact.error().message());
  }
  // An artifact imported before from the same place is the same one, unless the pipeline asks for
  // a new record of it.
  node.row.fingerprint = ImportFingerprint(context_, *artifact);
  node.phase = Phase::kLookingUp;
  CacheLookup lookup{node.row.id, node.row.fingerprint,
                     !node.planned->executor->importer->reimport};
  lookup.import_uri = artifact->uri;
  lookups_.push_back(std::move(lookup));
  imports_[node.row.id] = std::move(*artifact);
}

// `artifact` has the id of the record to use, or none: then it gets one.
void RunState::FinishImport(TaskNode& node, ir::RuntimeArtifact artifact) {
  const auto& outputs = node.component().output_artifacts;
  const std::string key = outputs.empty() ? "artifact" : outputs.begin()->first;
  bool made = false;
  if (artifact.name.empty()) {
    artifact.name = random_.Uuid();
    changes_.artifacts.push_back(ToRow(artifact, key, artifact.name, now_));
    made = true;
  }
  node.output_artifacts.clear();
  node.output_artifacts[key].push_back(std::move(artifact));
  node.cacheable = made;
  AwaitPending(node.output_artifacts);
  OfferToCache(node);
  RecordUses(node, metadata::ArtifactUse::kOutput, node.output_artifacts);
  if (!node.row.started_at) node.row.started_at = now_;
  Settle(node, RuntimeState::kSucceeded);
}

}  // namespace penstock::engine
