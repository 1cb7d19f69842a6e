// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "engine/artifact_store.h"
#include "engine/cache_fingerprint.h"
#include "engine/run_state.h"

// Artifacts that are stored while their digests are still worked out. What follows goes on with
// them; what knows data by its digest (fingerprints, the cache) and the end of the run wait.
namespace penstock::engine {

using metadata::RuntimeState;
using metadata::TaskKind;

namespace {

bool AnyPending(const ArtifactMap& artifacts) {
  return std::any_of(artifacts.begin(), artifacts.end(), [](const auto& named) {
    return std::any_of(named.second.begin(), named.second.end(), [](const auto& artifact) {
      return artifact.content == StoredArtifact::kPending;
    });
  });
}

// Returns whether that artifact is among them.
bool Learn(ArtifactMap& artifacts, const std::string& id, const std::string& content) {
  bool found = false;
  for (auto& [name, list] : artifacts) {
    for (ir::RuntimeArtifact& artifact : list) {
      if (artifact.name != id) continue;
      artifact.content = content;
      found = true;
    }
  }
  return found;
}

std::string OutputOf(const TaskNode& node, const std::string& artifact_id) {
  for (const auto& [name, list] : node.output_artifacts) {
    for (const ir::RuntimeArtifact& artifact : list) {
      if (artifact.name == artifact_id) return name;
    }
  }
  return "";
}

}  // namespace

void RunState::AwaitPending(const ArtifactMap& artifacts) {
  for (const auto& [name, list] : artifacts) {
    for (const ir::RuntimeArtifact& artifact : list) {
      if (artifact.content != StoredArtifact::kPending) continue;
      if (pending_.insert(artifact.name).second) {
        changes_.awaited.push_back({artifact.name, artifact.uri, artifact.size});
      }
    }
  }
}

// Whether what the task is given is not known by its bytes yet, so that earlier results cannot be
// looked for. It waits for that only where there may be any; else it begins, and its fingerprint
// follows.
bool RunState::HoldForContent(TaskNode& node) {
  if (!node.planned->spec->cache_key.empty() || !AnyPending(node.input_artifacts)) return false;
  node.row.fingerprint.clear();
  node.named_when_begun = NamedVersions(node);
  if ((!node.cacheable || MustRun(node)) && !MayTakeOver(node)) {
    Launch(node);
    return true;
  }
  node.phase = Phase::kLookingUp;
  if (MayTakeOver(node)) {
    held_.insert(node.row.id);
    return true;
  }
  CacheLookup lookup{node.row.id, "", true};
  lookup.outline = CacheOutline(node, context_);
  lookup.pipeline_name = context_.pipeline_name();
  lookups_.push_back(std::move(lookup));
  return true;
}

// Where an earlier result is possible.
void RunState::AwaitContent(TaskNode& node) {
  if (AnyPending(node.input_artifacts)) {
    held_.insert(node.row.id);
    return;
  }
  // It has become known since the question was asked.
  node.phase = Phase::kWaiting;
  work_.push_back(&node);
}

void RunState::OnPublished(const std::string& artifact_id, base::Result<std::string> content,
                           base::Time now) {
  now_ = now;
  if (pending_.erase(artifact_id) == 0) return;
  const std::string known = content ? *content : std::string();
  changes_.contents.emplace_back(artifact_id, known);
  std::vector<TaskNode*> concerned;
  for (const auto& [id, node] : by_id_) {
    const bool given = Learn(node->input_artifacts, artifact_id, known);
    const bool made = Learn(node->output_artifacts, artifact_id, known);
    for (ir::RuntimeArtifact& item : node->artifact_items) {
      if (item.name == artifact_id) item.content = known;
    }
    if (given || made) concerned.push_back(node);
    if (made && !content) FailOutput(*node, artifact_id, content.error().message());
  }
  for (TaskNode* node : concerned) CatchUp(*node);
  if (pending_.empty()) work_.push_back(root_.get());
  Drain();
}

// Its end was told too early, and so was that of what is around it. What has begun meanwhile has
// read the file and goes on; nothing more begins that needs it.
void RunState::FailOutput(TaskNode& node, const std::string& artifact_id, const std::string& why) {
  if (node.has_children() || node.phase != Phase::kSettled || !Succeeded(node)) return;
  const std::string error =
      "output '" + OutputOf(node, artifact_id) + "' could not be stored: " + why;
  node.row.cached = false;
  SetState(node, RuntimeState::kFailed, error);
  for (TaskNode* at = node.parent; at != nullptr; at = at->parent) {
    if (at->phase != Phase::kSettled || !Succeeded(*at)) continue;
    SetState(*at, RuntimeState::kFailed, DescribeTask(node) + " failed: " + error);
  }
}

// Does what had to wait until all that the task is given, or has given, is known.
void RunState::CatchUp(TaskNode& node) {
  if (AnyPending(node.input_artifacts)) return;
  if (held_.erase(node.row.id) > 0 && node.phase == Phase::kLookingUp) {
    node.phase = Phase::kWaiting;
    work_.push_back(&node);
    return;
  }
  const bool begun = node.phase == Phase::kLaunched || node.phase == Phase::kDelayed ||
                     node.phase == Phase::kSettled;
  if (node.row.kind == TaskKind::kContainer && begun && node.row.fingerprint.empty()) {
    // Of what a restart has forgotten nobody knows which versions there were.
    if (!node.named_when_begun && !NamedVersions(node).empty()) return;
    node.row.fingerprint =
        CacheFingerprint(node, context_, node.named_when_begun.value_or(text::Json::Object()));
    Touch(node);
  }
  if (node.row.state != RuntimeState::kSucceeded || node.row.cached) return;
  if (node.row.kind == TaskKind::kContainer) node.cacheable = MayUseCache(node);
  OfferToCache(node);
}

}  // namespace penstock::engine
