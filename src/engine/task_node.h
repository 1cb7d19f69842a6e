// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "engine/dag_plan.h"
#include "ir/executor_io.h"
#include "metadata/artifact.h"
#include "metadata/task.h"

namespace penstock::engine {

// Artifacts by input or output name; RuntimeArtifact::name is the artifact's id.
using ArtifactMap = std::map<std::string, std::vector<ir::RuntimeArtifact>>;

// Where a task stands in the engine. The row's state is what the world sees of it.
enum class Phase {
  kWaiting,    // for its upstreams, or for a place among its loop's running iterations
  kLookingUp,  // for an answer from the cache
  kDelayed,    // for its next attempt
  kLaunched,   // given to the executor
  kOpen,       // a DAG or loop whose children are not all settled
  kSettled,    // nothing more will happen to it
};

// One task of a running pipeline, its row and its place in the tree.
struct TaskNode {
  metadata::Task row;
  TaskNode* parent = nullptr;            // null: the root
  const PlannedTask* planned = nullptr;  // null: the root; an iteration's is that of its loop
  const DagPlan* dag = nullptr;          // of what has children
  size_t position = 0;                   // in the parent's plan; an iteration's number

  Phase phase = Phase::kWaiting;
  bool stored = false;            // the row is in the database
  bool touched = false;           // the row differs from the database
  size_t waiting_on = 0;          // upstreams not settled
  size_t unsettled_children = 0;  // of an open DAG or loop, those not yet created included
  int retries = 0;                // attempts made because of the retry policy
  std::optional<base::Time> retry_at;

  ArtifactMap input_artifacts;
  ArtifactMap output_artifacts;
  std::string task_root;   // where this attempt's outputs go
  bool attempted = false;  // row.attempt counts an attempt that was made
  bool cacheable = false;  // its outputs may serve others
  // The versions of what it is given by name, where its fingerprint has to wait for its inputs.
  std::optional<text::Json::Object> named_when_begun;
  bool taken_from_cache = false;  // rather than from the run's origin
  bool ran = false;  // it, or something below it, was given to the executor in this run
  std::set<std::string> recorded_uses;  // what the database has of its uses, as UseKey writes them

  // A DAG's or iteration's by position in its plan; a loop's by iteration.
  std::vector<std::unique_ptr<TaskNode>> children;
  // Loops only. Items are artifacts (as lists of one) for an artifact iterator, else values.
  std::vector<text::Json> items;
  std::vector<ir::RuntimeArtifact> artifact_items;
  size_t next_iteration = 0;
  size_t running_iterations = 0;
  std::vector<std::unique_ptr<TaskNode>> retired;  // iterations of an earlier, longer list

  bool is_root() const { return parent == nullptr; }
  bool is_loop() const { return row.kind == metadata::TaskKind::kLoop; }
  bool has_children() const { return dag != nullptr; }
  const ir::ComponentSpec& component() const {
    return dag != nullptr ? dag->component() : *planned->component;
  }
  // The child task of that name in a DAG or iteration, or null.
  TaskNode* Child(std::string_view name) const;
};

// Whether tasks that wait for this one may run: it succeeded, or the cache had its outputs.
bool Succeeded(const TaskNode& node);
// Not run because a condition said so, its own or one upstream.
bool SkippedByCondition(const TaskNode& node);
// Whether the state of a row is one that a task ends in. A task that never ran because of a failure
// upstream ends as kUnspecified (kfp-contract 1.6, "Omitted").
bool IsSettled(metadata::RuntimeState state);
// A use of an artifact as one text, for telling whether it is recorded already.
std::string UseKey(const metadata::ArtifactTask& use);
// "group/loop/2/train": the names of the tasks around it and its own, with the numbers of
// iterations. "" for the root.
std::string PathOf(const TaskNode& node);
// "task 'a'", with the number of the iteration it is in, for messages.
std::string DescribeTask(const TaskNode& node);

}  // namespace penstock::engine
