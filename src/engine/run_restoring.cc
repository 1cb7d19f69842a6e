// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <utility>

#include "engine/artifact_layout.h"
#include "engine/loop_items.h"
#include "engine/run_state.h"

// A run back from its rows, and how it goes on from where it stood.
namespace penstock::engine {

using metadata::RuntimeState;
using metadata::TaskKind;

// The rows of a run, by what they belong to. Each is taken out once.
struct StoredTree {
  std::unordered_map<std::string, std::vector<metadata::Task>> children;  // by parent id
  std::unordered_map<std::string, metadata::Artifact> artifacts;
  std::unordered_map<std::string, std::vector<metadata::ArtifactTask>> uses;  // by task id
};

namespace {

// The artifacts of one use in list order. A task that ran again may have several at one place: the
// newest counts.
ArtifactMap CollectUses(const std::vector<metadata::ArtifactTask>& uses, const StoredTree& tree,
                        metadata::ArtifactUse use) {
  std::map<std::string, std::map<int, const metadata::Artifact*>> found;
  for (const metadata::ArtifactTask& edge : uses) {
    if (edge.use != use) continue;
    auto artifact = tree.artifacts.find(edge.artifact_id);
    if (artifact == tree.artifacts.end()) continue;
    const metadata::Artifact*& place = found[edge.key][edge.position];
    if (place == nullptr || place->created_at <= artifact->second.created_at) {
      place = &artifact->second;
    }
  }
  ArtifactMap map;
  for (const auto& [key, list] : found) {
    for (const auto& [position, artifact] : list) map[key].push_back(ToRuntimeArtifact(*artifact));
  }
  return map;
}

}  // namespace

void RunState::Restore(StoredRun stored) {
  StoredTree tree;
  std::optional<metadata::Task> root;
  for (metadata::Task& task : stored.tasks) {
    if (task.parent_id.empty()) {
      root = std::move(task);
    } else {
      tree.children[task.parent_id].push_back(std::move(task));
    }
  }
  if (!root) return;
  for (metadata::Artifact& artifact : stored.artifacts) {
    std::string id = artifact.id;
    tree.artifacts.emplace(std::move(id), std::move(artifact));
  }
  for (metadata::ArtifactTask& use : stored.uses) tree.uses[use.task_id].push_back(std::move(use));
  RestoreRow(*root_, tree, std::move(*root));
}

void RunState::RestoreRow(TaskNode& node, StoredTree& tree, metadata::Task row) {
  node.row = std::move(row);
  node.stored = true;
  node.attempted = true;
  by_id_[node.row.id] = &node;
  const bool made =
      node.row.state == RuntimeState::kSucceeded || node.row.state == RuntimeState::kFailed;
  if (node.row.kind == TaskKind::kContainer && made) MarkRan(node);
  node.retries = static_cast<int>(node.row.details.IntegerOr("retries", 0));
  if (auto uses = tree.uses.extract(node.row.id)) {
    for (const auto& use : uses.mapped()) node.recorded_uses.insert(UseKey(use));
    node.input_artifacts = CollectUses(uses.mapped(), tree, metadata::ArtifactUse::kInput);
    node.output_artifacts = CollectUses(uses.mapped(), tree, metadata::ArtifactUse::kOutput);
    AwaitPending(node.output_artifacts);
  }
  if (IsSettled(node.row.state)) {
    node.phase = Phase::kSettled;
  } else if (node.has_children() && node.row.state == RuntimeState::kRunning) {
    node.phase = Phase::kOpen;
  } else if (auto due = base::ParseRfc3339(node.row.details.StringOr("retry_at", "")); due) {
    node.phase = Phase::kDelayed;
    node.retry_at = *due;
  }
  RestoreBelow(node, tree);
}

void RunState::RestoreBelow(TaskNode& node, StoredTree& tree) {
  if (!node.has_children()) return;
  auto rows = tree.children.extract(node.row.id);
  if (!rows && node.phase != Phase::kOpen) return;
  if (!node.is_loop()) MakeChildren(node);
  if (!rows) return;
  for (metadata::Task& row : rows.mapped()) {
    if (node.is_loop()) {
      if (row.iteration < 0) continue;
      TaskNode& iteration = Iteration(node, static_cast<size_t>(row.iteration));
      RestoreRow(iteration, tree, std::move(row));
    } else if (TaskNode* child = node.Child(row.name)) {
      RestoreRow(*child, tree, std::move(row));
    }
  }
}

// Of an open DAG: counts what its children wait for and queues those that wait for nothing.
void RunState::ResumeBelow(TaskNode& node) {
  node.unsettled_children = 0;
  for (const auto& child : node.children) {
    if (child->phase == Phase::kSettled) continue;
    ++node.unsettled_children;
    child->waiting_on = 0;
    for (size_t position : child->planned->upstream) {
      if (node.children[position]->phase != Phase::kSettled) ++child->waiting_on;
    }
    if (child->phase == Phase::kDelayed) {
      changes_.timers.push_back({*child->retry_at, child->row.id});
    } else if (child->phase == Phase::kOpen) {
      child->is_loop() ? ResumeLoop(*child) : ResumeBelow(*child);
    } else if (child->waiting_on == 0) {
      work_.push_back(child.get());
    }
  }
  if (node.unsettled_children == 0) work_.push_back(&node);
}

// Of an open loop: the same for its running iterations; more are started as there is room.
void RunState::ResumeLoop(TaskNode& loop) {
  // The items were read when the loop was opened; reading them again gives the same.
  if (LoopSize(loop) == 0 && !ReadLoopItems(loop)) loop.items.clear();
  const size_t size = LoopSize(loop);
  while (loop.children.size() > size) {
    loop.retired.push_back(std::move(loop.children.back()));
    loop.children.pop_back();
    TaskNode& iteration = *loop.retired.back();
    if (iteration.phase != Phase::kWaiting) continue;
    iteration.phase = Phase::kSettled;
    SetState(iteration, RuntimeState::kUnspecified);
    SettleBelow(iteration);
  }
  loop.next_iteration = 0;
  loop.running_iterations = 0;
  loop.unsettled_children = size;
  for (const auto& iteration : loop.children) {
    if (iteration->phase == Phase::kSettled) --loop.unsettled_children;
    if (iteration->phase != Phase::kOpen) continue;
    ++loop.running_iterations;
    ResumeBelow(*iteration);
  }
  work_.push_back(&loop);
}

}  // namespace penstock::engine
