// SPDX-License-Identifier: Apache-2.0
#include "engine/task_node.h"

namespace penstock::engine {

using metadata::RuntimeState;

TaskNode* TaskNode::Child(std::string_view name) const {
  if (dag == nullptr || is_loop()) return nullptr;
  auto at = dag->Find(name);
  if (!at || *at >= children.size()) return nullptr;
  return children[*at].get();
}

bool Succeeded(const TaskNode& node) {
  return node.phase == Phase::kSettled &&
         (node.row.state == RuntimeState::kSucceeded ||
          (node.row.state == RuntimeState::kSkipped && node.row.cached));
}

bool SkippedByCondition(const TaskNode& node) {
  return node.phase == Phase::kSettled && node.row.state == RuntimeState::kSkipped &&
         !node.row.cached;
}

bool IsSettled(RuntimeState state) {
  return metadata::IsFinal(state) || state == RuntimeState::kUnspecified;
}

std::string UseKey(const metadata::ArtifactTask& use) {
  std::string key(use.use == metadata::ArtifactUse::kInput ? "i" : "o");
  return key + use.key + '\n' + std::to_string(use.position) + '\n' + use.artifact_id;
}

std::string PathOf(const TaskNode& node) {
  std::string path;
  for (const TaskNode* at = &node; !at->is_root(); at = at->parent) {
    std::string own = at->row.kind == metadata::TaskKind::kIteration
                          ? std::to_string(at->row.iteration)
                          : at->row.name;
    path = path.empty() ? own : own + "/" + path;
  }
  return path;
}

std::string DescribeTask(const TaskNode& node) {
  if (node.is_root()) return "the pipeline";
  std::string text = "task '" + node.row.name + "'";
  for (const TaskNode* at = &node; at != nullptr; at = at->parent) {
    if (at->row.kind == metadata::TaskKind::kIteration) {
      text += " of iteration " + std::to_string(at->row.iteration);
      break;
    }
  }
  return text;
}

}  // namespace penstock::engine
