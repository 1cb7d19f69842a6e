// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "engine/artifact_store.h"
#include "engine/cache_fingerprint.h"
#include "engine/named_values.h"
#include "engine/platform_config.h"
#include "engine/pod_settings.h"
#include "engine/run_state.h"

// What a run need not do again: what the cache has, and what the run it was made from has done.
namespace penstock::engine {

namespace {

// The siblings whose outputs the task reads, by name. What these gave is part of its fingerprint.
std::set<std::string> Producers(const ir::TaskSpec& spec) {
  std::set<std::string> names;
  for (const auto& [name, source] : spec.parameters) {
    if (auto* output = std::get_if<ir::ParameterSource::TaskOutput>(&source.source)) {
      names.insert(output->producer_task);
    }
  }
  for (const auto& [name, source] : spec.artifacts) {
    if (auto* output = std::get_if<ir::ArtifactSource::TaskOutput>(&source.source)) {
      names.insert(output->producer_task);
    }
  }
  return names;
}

// Whether one of those that the task (not what is around it) waits for has run again. With
// `order_only`, those count only that it waits for without reading what they give; a task that runs
// whatever happened before reads that it happened.
bool UpstreamRan(const TaskNode& node, bool order_only) {
  if (node.is_root() || node.row.kind == metadata::TaskKind::kIteration) return false;
  const bool whatever = node.planned->spec->strategy == ir::TriggerStrategy::kAllUpstreamCompleted;
  std::set<std::string> producers;
  if (order_only && !whatever) producers = Producers(*node.planned->spec);
  for (size_t position : node.planned->upstream) {
    const TaskNode& upstream = *node.parent->children[position];
    if (upstream.ran && !producers.contains(upstream.row.name)) return true;
  }
  return false;
}

}  // namespace

// Other values under the same names may lead to other outputs.
text::Json::Object RunState::NamedVersions(const TaskNode& node) const {
  const text::Json* config = PodConfig(plan_->platform_json(), node.component().executor_label);
  if (config == nullptr || settings_.named_version == nullptr) return {};
  text::Json::Object versions;
  auto pod = ReadPodSettings(config, node, context_);
  if (!pod) return {};  // the launch will say what is wrong with it
  for (const NamedUse& use : pod->named) {
    auto version = settings_.named_version(use.kind, use.name);
    versions[std::string(NamedKindName(use.kind)) + " " + use.name] =
        version ? *std::move(version) : std::string();
  }
  return versions;
}

bool RunState::MayUseCache(const TaskNode& node) const {
  // With the packages of another run it is to be seen what comes of them.
  return settings_.cache && run_.locked_from.empty() &&
         run_.caching.value_or(node.planned->spec->enable_cache);
}

// Not what follows something that ran again without reading its outputs: its fingerprint could not
// tell.
bool RunState::MayTakeOver(const TaskNode& node) const {
  if (run_.origin_run_id.empty() || run_.origin == "CLONE" || MustRun(node)) return false;
  for (const TaskNode* at = &node; at != nullptr; at = at->parent) {
    if (UpstreamRan(*at, true)) return false;
  }
  return true;
}

// Of a run that is to run again from a task: that task, what is in it, and all that follows.
bool RunState::MustRun(const TaskNode& node) const {
  const std::string& from = run_.rerun_from;
  if (from.empty()) return false;
  for (const TaskNode* at = &node; !at->is_root(); at = at->parent) {
    if (at->row.name == from || PathOf(*at) == from || UpstreamRan(*at, false)) return true;
  }
  return false;
}

void RunState::MarkRan(TaskNode& node) {
  for (TaskNode* at = &node; at != nullptr && !at->ran; at = at->parent) at->ran = true;
}

// Lets later runs have what the task has just given.
void RunState::OfferToCache(TaskNode& node) {
  if (!node.cacheable || node.row.fingerprint.empty()) return;
  for (const auto& [key, list] : node.output_artifacts) {
    for (const ir::RuntimeArtifact& artifact : list) {
      if (artifact.content == StoredArtifact::kPending) return;  // CatchUp() does it
    }
  }
  metadata::CacheEntry entry;
  entry.id = node.row.id;
  entry.fingerprint = node.row.fingerprint;
  // Importers are known at once.
  const bool container = node.row.kind == metadata::TaskKind::kContainer;
  entry.outline = container ? CacheOutline(node, context_) : "known";
  entry.pipeline_name = context_.pipeline_name();
  entry.task_name = node.row.name;
  entry.run_id = run_.id;
  entry.outputs = node.row.outputs;
  entry.created_at = now_;
  for (const auto& [key, list] : node.output_artifacts) {
    int position = 0;
    for (const ir::RuntimeArtifact& artifact : list) {
      metadata::CacheArtifact kept;
      kept.artifact.id = artifact.name;
      kept.key = key;
      kept.position = position++;
      entry.artifacts.push_back(std::move(kept));
    }
  }
  changes_.cache_entries.push_back(std::move(entry));
}

}  // namespace penstock::engine
