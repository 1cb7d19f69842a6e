// SPDX-License-Identifier: Apache-2.0
#include "engine/run_state.h"

#include <utility>

#include "engine/artifact_layout.h"
#include "engine/input_resolution.h"
#include "engine/platform_config.h"
#include "engine/retry_backoff.h"

namespace penstock::engine {

using metadata::RuntimeState;
using metadata::TaskKind;
using text::Json;

RunState::RunState(std::shared_ptr<const RunPlan> plan, StoredRun stored,
                   const RunSettings& settings, base::Random& random)
    : plan_(std::move(plan)),
      run_(std::move(stored.run)),
      context_(run_, plan_->spec().name, settings.default_pipeline_root),
      settings_(settings),
      random_(random),
      root_(std::make_unique<TaskNode>()) {
  run_.spec_json.clear();  // large, and not needed any more
  root_->dag = &plan_->root();
  root_->row.kind = TaskKind::kRoot;
  root_->row.name = "root";
  root_->row.display_name = plan_->spec().name;
  if (!stored.tasks.empty()) Restore(std::move(stored));
}

void RunState::Continue(base::Time now) {
  now_ = now;
  if (finished()) return;
  if (root_->row.id.empty() && canceling()) return FinishRun();
  if (run_.state == RuntimeState::kPending) SetRunState(RuntimeState::kRunning);
  SetDeadline();
  if (root_->phase == Phase::kWaiting) {
    EnsureRow(*root_);
    Json::Array notices;
    for (std::string& notice : PlatformNotices(plan_->spec(), plan_->platform_json())) {
      notices.emplace_back(std::move(notice));
    }
    for (std::string& notice : OversizeNotices(plan_->spec(), settings_.capacity)) {
      notices.emplace_back(std::move(notice));
    }
    if (!notices.empty()) root_->row.details["notices"] = std::move(notices);
    root_->row.inputs = RootInputs(root_->component(), run_.parameters);
    OpenDag(*root_);
  } else {
    ResumeBelow(*root_);
  }
  if (canceling()) CancelBelow(*root_);
  Drain();
}

void RunState::OnStarted(const std::string& task_id, int attempt, base::Time now) {
  now_ = now;
  TaskNode* node = Find(task_id);
  if (node == nullptr || node->phase != Phase::kLaunched || node->row.attempt != attempt) return;
  if (!node->row.started_at) node->row.started_at = now;
  SetState(*node, RuntimeState::kRunning);
}

void RunState::OnDone(const std::string& task_id, int attempt, TaskOutcome outcome,
                      base::Time now) {
  now_ = now;
  TaskNode* node = Find(task_id);
  if (node == nullptr || node->phase != Phase::kLaunched || node->row.attempt != attempt) return;
  if (!node->row.started_at) node->row.started_at = now;
  node->row.exit_code = outcome.exit_code;
  RememberAttempt(*node, outcome);
  switch (outcome.kind) {
    case TaskOutcome::Kind::kSucceeded:
      Publish(*node, outcome);
      OfferToCache(*node);
      Settle(*node, RuntimeState::kSucceeded);
      break;
    case TaskOutcome::Kind::kFailed:
      if (!DelayRetry(*node, outcome.message)) {
        Settle(*node, RuntimeState::kFailed, outcome.message);
      }
      break;
    case TaskOutcome::Kind::kCancelled:
      Settle(*node, RuntimeState::kCanceled, canceling() ? "terminated" : outcome.message);
      break;
  }
  Drain();
}

void RunState::OnTimer(const std::string& task_id, base::Time now) {
  now_ = now;
  if (task_id.empty()) return OnDeadline();
  TaskNode* node = Find(task_id);
  if (node == nullptr || node->phase != Phase::kDelayed || *node->retry_at > now) return;
  ClearRetry(*node);
  if (node->has_children()) {
    RerunBelow(*node);
    node->is_loop() ? OpenLoop(*node) : OpenDag(*node);
  } else {
    Launch(*node);
  }
  Drain();
}

void RunState::OnCacheAnswer(const std::string& task_id, CacheAnswer answer, base::Time now) {
  now_ = now;
  TaskNode* node = Find(task_id);
  if (node == nullptr || node->phase != Phase::kLookingUp) return;
  std::optional<CacheHit>& hit = answer.hit;
  if (hit && hit->task_id == task_id) hit.reset();  // its own earlier attempt is what it redoes
  if (auto imported = imports_.extract(task_id)) {
    ir::RuntimeArtifact artifact = std::move(imported.mapped());
    artifact.content = std::move(answer.content);
    if (hit && !hit->artifacts.empty() && !hit->artifacts.begin()->second.empty()) {
      artifact.name = hit->artifacts.begin()->second.front().name;
    }
    FinishImport(*node, std::move(artifact));
  } else if (hit) {
    node->row.cached = true;
    node->row.cached_from_task_id = hit->task_id;
    node->row.cached_from_run_id = std::move(hit->run_id);
    node->taken_from_cache = !hit->entry_id.empty();
    if (!hit->entry_id.empty()) changes_.cache_hits.push_back(std::move(hit->entry_id));
    node->row.outputs = std::move(hit->outputs);
    node->output_artifacts = std::move(hit->artifacts);
    AwaitPending(node->output_artifacts);
    RecordUses(*node, metadata::ArtifactUse::kOutput, node->output_artifacts);
    Settle(*node, RuntimeState::kSkipped);
  } else if (answer.possible) {
    AwaitContent(*node);
  } else {
    Launch(*node);
  }
  Drain();
}

RunChanges RunState::MarkStored() {
  for (TaskNode* node : changes_.tasks) {
    node->stored = true;
    node->touched = false;
  }
  return std::exchange(changes_, {});
}

TaskNode* RunState::Find(const std::string& task_id) const {
  auto found = by_id_.find(task_id);
  return found == by_id_.end() ? nullptr : found->second;
}

void RunState::SetRunState(RuntimeState state, const std::string& error) {
  if (run_.state != state || run_.state_history.empty()) {
    run_.state_history.push_back({now_, state, error});
  }
  run_.state = state;
  run_.error = error;
  changes_.run_changed = true;
}

void RunState::SetState(TaskNode& node, RuntimeState state, const std::string& error) {
  if (node.row.state != state || node.row.state_history.empty()) {
    node.row.state_history.push_back({now_, state, error});
  }
  node.row.state = state;
  node.row.error = error;
  Touch(node);
}

void RunState::Touch(TaskNode& node) {
  if (node.touched) return;
  node.touched = true;
  changes_.tasks.push_back(&node);
}

void RunState::EnsureRow(TaskNode& node) {
  if (!node.row.id.empty()) return;
  node.row.id = random_.Uuid();
  node.row.run_id = run_.id;
  if (node.parent != nullptr) node.row.parent_id = node.parent->row.id;
  node.row.created_at = now_;
  by_id_[node.row.id] = &node;
  Touch(node);
}

void RunState::RecordUses(TaskNode& node, metadata::ArtifactUse use, const ArtifactMap& artifacts) {
  for (const auto& [key, list] : artifacts) {
    int position = 0;
    for (const ir::RuntimeArtifact& artifact : list) {
      metadata::ArtifactTask edge;
      edge.artifact_id = artifact.name;
      edge.task_id = node.row.id;
      edge.run_id = run_.id;
      edge.use = use;
      edge.key = key;
      edge.position = position++;
      if (node.recorded_uses.insert(UseKey(edge)).second) changes_.uses.push_back(std::move(edge));
    }
  }
}

void RunState::Publish(TaskNode& node, TaskOutcome& outcome) {
  node.row.outputs = std::move(outcome.parameters);
  node.output_artifacts.clear();
  ir::ExecutorInput planned;
  PlaceOutputs(node.component(), node.task_root, planned);
  for (auto& [key, declared] : planned.output_artifacts) {
    auto& published = outcome.artifacts[key];
    if (published.empty()) published.push_back({declared, -1, false});
    for (PublishedArtifact& item : published) {
      ir::RuntimeArtifact& artifact = item.artifact;
      if (artifact.uri.empty()) artifact.uri = declared.uri;
      if (artifact.type.schema_title.empty()) artifact.type = declared.type;
      const bool own_place = artifact.uri == declared.uri;
      artifact.content = own_place && item.size < 0 ? "none" : item.content;
      artifact.size = item.size;
      metadata::Artifact row = ToRow(artifact, key, random_.Uuid(), now_);
      row.directory = item.directory;
      row.owned = own_place && item.size >= 0;
      artifact.name = row.id;
      changes_.artifacts.push_back(std::move(row));
      node.output_artifacts[key].push_back(std::move(artifact));
    }
  }
  AwaitPending(node.output_artifacts);
  RecordUses(node, metadata::ArtifactUse::kOutput, node.output_artifacts);
}

// Keeps the facts of the latest attempt in `details`, and in details.attempts a line for each of
// the last ones, so that the logs of failed attempts can be found.
void RunState::RememberAttempt(TaskNode& node, const TaskOutcome& outcome) {
  constexpr size_t kKept = 20;
  Json line{Json::Object{}};
  line["attempt"] = node.row.attempt;
  line["log_uri"] = LogUri(node.task_root, node.row.attempt);
  if (outcome.exit_code) line["exit_code"] = *outcome.exit_code;
  if (!outcome.message.empty()) line["error"] = outcome.message;
  if (outcome.infrastructure) line["infrastructure"] = true;

  Json attempts{Json::Array{}};
  if (const Json* old = node.row.details.Find("attempts"); old != nullptr && old->is_array()) {
    attempts = *old;
  }
  Json::Array& lines = attempts.as_array();
  lines.push_back(line);
  if (lines.size() > kKept) lines.erase(lines.begin());

  Json details = outcome.details.is_object() ? outcome.details : Json(Json::Object{});
  details["log_uri"] = line["log_uri"];
  details["attempts"] = std::move(attempts);
  if (node.retries > 0) details["retries"] = node.retries;
  node.row.details = std::move(details);
}

bool RunState::DelayRetry(TaskNode& node, const std::string& error) {
  if (canceling() || node.planned == nullptr || node.row.kind == TaskKind::kIteration) return false;
  const auto& policy = node.planned->spec->retry_policy;
  if (!policy) return false;
  auto elapsed = now_ - node.row.started_at.value_or(now_);
  auto wait = NextBackoff(*policy, node.retries, elapsed);
  if (!wait) return false;
  ++node.retries;
  node.retry_at = now_ + *wait;
  node.phase = Phase::kDelayed;
  node.row.details["retries"] = node.retries;
  node.row.details["retry_at"] = base::FormatRfc3339(*node.retry_at);
  SetState(node, RuntimeState::kPending, error);
  changes_.timers.push_back({*node.retry_at, node.row.id});
  return true;
}

void RunState::ClearRetry(TaskNode& node) {
  node.retry_at.reset();
  if (node.row.details.is_object()) node.row.details.as_object().erase("retry_at");
}

std::optional<std::chrono::seconds> RunState::WorkspaceTime() const {
  if (!HasWorkspace(plan_->platform_json())) return std::nullopt;
  return engine::WorkspaceTime(plan_->platform_json(), run_.state == RuntimeState::kSucceeded);
}

std::vector<std::string> RunState::LaunchedTasks() const {
  std::vector<std::string> ids;
  for (const auto& [id, node] : by_id_) {
    if (node->phase == Phase::kLaunched) ids.push_back(id);
  }
  return ids;
}

}  // namespace penstock::engine
