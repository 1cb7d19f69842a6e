// SPDX-License-Identifier: Apache-2.0
#include "engine/test_run.h"

#include <algorithm>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "engine/artifact_store.h"
#include "ir/parse.h"

namespace penstock::engine {

namespace {

constexpr size_t kMostLost = 8;

// The task's name is in the path of its outputs.
std::string TaskName(const TaskLaunch& launch) {
  std::string path = launch.log_uri;
  for (int i = 0; i < 2; ++i) path = path.substr(0, path.rfind('/'));
  return path.substr(path.rfind('/') + 1);
}

// What a task stored, the same in each run: its own name and that of the output.
std::string ContentOf(const std::string& uri) {
  const size_t output = uri.rfind('/');
  const size_t place = uri.rfind('/', output - 1);
  const size_t task = uri.rfind('/', place - 1);
  return "bytes of" + uri.substr(task, place - task) + uri.substr(output);
}

Json OutputOf(ir::ParameterType type, const TaskLaunch& launch) {
  std::string text = launch.display_name + "(";
  double sum = 1;
  Json::Array values;
  for (const auto& [name, value] : launch.input.parameters) {
    if (text.back() != '(') text += ",";
    text += name + "=" + text::FormatJson(value);
    if (value.is_number()) sum += value.as_number();
    values.push_back(value);
  }
  switch (type) {
    case ir::ParameterType::kNumberInteger:
      return static_cast<int64_t>(sum);
    case ir::ParameterType::kNumberDouble:
      return sum;
    case ir::ParameterType::kBoolean:
      return true;
    case ir::ParameterType::kList:
      return values;
    case ir::ParameterType::kStruct:
      return launch.input.parameters;
    default:
      return text + ")";
  }
}

}  // namespace

TaskOutcome Succeed(const TaskLaunch& launch) {
  TaskOutcome outcome;
  outcome.kind = TaskOutcome::Kind::kSucceeded;
  outcome.exit_code = 0;
  for (const auto& [name, output] : launch.component.output_parameters) {
    outcome.parameters[name] = OutputOf(output.type, launch);
  }
  for (const auto& [name, artifact] : launch.input.output_artifacts) {
    outcome.artifacts[name].push_back({artifact, 10, false});
  }
  return outcome;
}

TaskOutcome FailWith(const std::string& message) {
  TaskOutcome outcome;
  outcome.message = message;
  outcome.exit_code = 1;
  return outcome;
}

TestRun::TestRun(const Json& spec, Json::Object arguments, unsigned seed) : random_(seed) {
  auto package = ir::ParsePackageJson(spec);
  if (!package) {
    ADD_FAILURE() << package.error().message();
    std::abort();
  }
  auto plan = RunPlan::Make(std::move(*package));
  if (!plan) {
    ADD_FAILURE() << plan.error().message();
    std::abort();
  }
  plan_ = *plan;
  rows_.run.id = random_.Uuid();
  rows_.run.display_name = "test run";
  rows_.run.created_at = rows_.run.scheduled_at = now_;
  rows_.run.parameters = std::move(arguments);
  rows_.run.state_history = {{now_, metadata::RuntimeState::kPending, ""}};
  Load();
}

void TestRun::Load() {
  RunSettings settings{"minio://mlpipeline/v2/artifacts", true};
  state_ = std::make_unique<RunState>(plan_, rows_, settings, random_);
}

void TestRun::Start() {
  state_->Continue(Tick());
  Settle();
}

bool TestRun::Settle() {
  for (auto lookups = state_->TakeLookups(); !lookups.empty(); lookups = state_->TakeLookups()) {
    for (const CacheLookup& lookup : lookups) {
      CacheAnswer answer;
      if (!lookup.outline.empty()) {
        answer.possible = may_have_ && may_have_(lookup);
      } else if (cache_ && (lookup.ask_cache || !lookup.origin_run_id.empty())) {
        answer.hit = cache_(lookup);
      }
      state_->OnCacheAnswer(lookup.task_id, std::move(answer), now_);
    }
  }
  if (before_commit && !before_commit()) return false;
  ++commits_;
  kept_.push_back({rows_, row_index_});
  if (kept_.size() > kMostLost) kept_.pop_front();
  if (state_->finished()) kept_.clear();
  const RunChanges& changes = state_->changes();
  if (changes.run_changed) rows_.run = state_->run();
  for (const TaskNode* node : changes.tasks) {
    auto [index, added] = row_index_.try_emplace(node->row.id, rows_.tasks.size());
    EXPECT_EQ(added, !node->stored);
    if (added) rows_.tasks.emplace_back();
    rows_.tasks[index->second] = node->row;
  }
  rows_.artifacts.insert(rows_.artifacts.end(), changes.artifacts.begin(), changes.artifacts.end());
  rows_.uses.insert(rows_.uses.end(), changes.uses.begin(), changes.uses.end());
  for (const auto& [id, content] : changes.contents) {
    for (metadata::Artifact& artifact : rows_.artifacts) {
      if (artifact.id == id) artifact.content = content;
    }
  }
  cache_entries_.insert(cache_entries_.end(), changes.cache_entries.begin(),
                        changes.cache_entries.end());

  RunChanges effects = state_->MarkStored();
  for (const std::string& id : effects.launches) {
    auto request = state_->PrepareLaunch(id);
    if (!request) {
      state_->OnDone(id, state_->AttemptOf(id), FailWith(request.error().message()), Tick());
      if (!Settle()) return false;
      continue;
    }
    running_.push_back(request->launch);
    all_.push_back(std::move(request->launch));
  }
  timers_.insert(timers_.end(), effects.timers.begin(), effects.timers.end());
  awaited_.insert(awaited_.end(), effects.awaited.begin(), effects.awaited.end());
  for (const std::string& id : effects.cancels) {
    auto at = std::find_if(running_.begin(), running_.end(),
                           [&](const TaskLaunch& launch) { return launch.task_id == id; });
    if (at == running_.end()) continue;
    TaskOutcome outcome;
    outcome.kind = TaskOutcome::Kind::kCancelled;
    int attempt = at->attempt;
    running_.erase(at);
    state_->OnDone(id, attempt, std::move(outcome), Tick());
    if (!Settle()) return false;
  }
  return true;
}

bool TestRun::Step(const std::string& task) {
  auto at = std::find_if(running_.begin(), running_.end(), [&](const TaskLaunch& launch) {
    return task.empty() || TaskName(launch) == task;
  });
  if (at == running_.end()) return false;
  TaskLaunch launch = std::move(*at);
  running_.erase(at);
  state_->OnStarted(launch.task_id, launch.attempt, Tick());
  auto behaviour = behaviours_.find(TaskName(launch));
  TaskOutcome outcome =
      behaviour == behaviours_.end() ? Succeed(launch) : behaviour->second(launch);
  for (auto& [name, list] : outcome.artifacts) {
    for (PublishedArtifact& item : list) {
      item.content = late_ ? std::string(StoredArtifact::kPending) : ContentOf(item.artifact.uri);
    }
  }
  state_->OnDone(launch.task_id, launch.attempt, std::move(outcome), Tick());
  Settle();
  return true;
}

bool TestRun::Publish(const std::string& failure) {
  if (awaited_.empty()) return false;
  PendingArtifact next = std::move(awaited_.front());
  awaited_.erase(awaited_.begin());
  base::Result<std::string> content = ContentOf(next.uri);
  if (!failure.empty()) content = base::Fail(base::Code::kInternal, failure);
  state_->OnPublished(next.id, std::move(content), Tick());
  Settle();
  return true;
}

bool TestRun::FireTimer() {
  if (timers_.empty()) return false;
  auto next = std::min_element(timers_.begin(), timers_.end(),
                               [](const auto& a, const auto& b) { return a.due < b.due; });
  TimerRequest timer = std::move(*next);
  timers_.erase(next);
  now_ = std::max(now_, timer.due);
  state_->OnTimer(timer.task_id, now_);
  Settle();
  return true;
}

void TestRun::Finish() {
  while (StepOrFire()) {
  }
}

base::Status TestRun::Terminate() {
  auto status = state_->Terminate(Tick());
  Settle();
  kept_.clear();
  return status;
}

base::Status TestRun::Retry() {
  awaited_.clear();
  Load();
  auto status = state_->Retry(Tick());
  Settle();
  kept_.clear();
  return status;
}

void TestRun::Crash() {
  running_.clear();
  timers_.clear();
  awaited_.clear();
  Load();
  Start();
}

void TestRun::LosePower(size_t commits) {
  for (; commits > 0 && !kept_.empty(); --commits) {
    rows_ = std::move(kept_.back().rows);
    row_index_ = std::move(kept_.back().row_index);
    kept_.pop_back();
  }
  Crash();
}

const metadata::Task* TestRun::Row(const std::string& path) const {
  std::string parent;
  const metadata::Task* found = nullptr;
  std::string rest = "/" + path;
  for (const metadata::Task& task : rows_.tasks) {
    if (task.parent_id.empty()) found = &task;
  }
  if (path.empty() || found == nullptr) return found;
  while (!rest.empty()) {
    size_t end = std::min(rest.find('/', 1), rest.size());
    std::string name = rest.substr(1, end - 1);
    rest = rest.substr(end);
    parent = found->id;
    bool of_loop = found->kind == metadata::TaskKind::kLoop;
    found = nullptr;
    for (const metadata::Task& task : rows_.tasks) {
      bool named = of_loop ? std::to_string(task.iteration) == name : task.name == name;
      if (task.parent_id == parent && named) found = &task;
    }
    if (found == nullptr) return nullptr;
  }
  return found;
}

std::string TestRun::State(const std::string& path) const {
  const metadata::Task* row = Row(path);
  if (row == nullptr) return "-";
  return row->cached ? "CACHED" : std::string(metadata::RuntimeStateName(row->state));
}

Json TestRun::Output(const std::string& path, const std::string& key) const {
  const metadata::Task* row = Row(path);
  if (row == nullptr) return nullptr;
  auto found = row->outputs.find(key);
  return found == row->outputs.end() ? Json() : found->second;
}

std::vector<std::string> TestRun::running() const {
  std::vector<std::string> names;
  for (const TaskLaunch& launch : running_) names.push_back(TaskName(launch));
  std::sort(names.begin(), names.end());
  return names;
}

size_t TestRun::LaunchesOf(const std::string& task) const {
  return static_cast<size_t>(std::count_if(all_.begin(), all_.end(), [&](const TaskLaunch& launch) {
    return TaskName(launch) == task;
  }));
}

const TaskLaunch& TestRun::LastLaunchOf(const std::string& task) const {
  auto at = std::find_if(all_.rbegin(), all_.rend(),
                         [&](const TaskLaunch& launch) { return TaskName(launch) == task; });
  if (at == all_.rend()) {
    ADD_FAILURE() << task << " was never launched";
    std::abort();
  }
  return *at;
}

std::string TestRun::Summary() const {
  std::map<std::string, const metadata::Task*> by_id;
  for (const metadata::Task& task : rows_.tasks) by_id[task.id] = &task;
  std::map<std::string, std::set<std::string>> artifacts;
  for (const auto& use : rows_.uses) {
    artifacts[use.task_id].insert((use.use == metadata::ArtifactUse::kInput ? " <" : " >") +
                                  use.key + std::to_string(use.position));
  }
  std::set<std::string> lines;
  for (const metadata::Task& task : rows_.tasks) {
    std::string line;
    for (const metadata::Task* at = &task; at != nullptr;) {
      line = "/" + (at->iteration >= 0 ? std::to_string(at->iteration) : at->name) + line;
      auto parent = by_id.find(at->parent_id);
      at = parent == by_id.end() ? nullptr : parent->second;
    }
    line += " " + std::string(metadata::RuntimeStateName(task.state)) + " in " +
            text::FormatJson(task.inputs) + " out " + text::FormatJson(task.outputs) + " " +
            task.error;
    for (const std::string& use : artifacts[task.id]) line += use;
    lines.insert(line);
  }
  std::string text(metadata::RuntimeStateName(rows_.run.state));
  text += " " + rows_.run.error + "\n";
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string TestRun::DoublePublication() const {
  std::map<std::string, std::string> places;
  for (const auto& use : rows_.uses) {
    if (use.use != metadata::ArtifactUse::kOutput) continue;
    std::string place = use.task_id + " " + use.key + " " + std::to_string(use.position);
    auto [at, first] = places.try_emplace(place, use.artifact_id);
    if (!first && at->second != use.artifact_id) return place;
  }
  return "";
}

}  // namespace penstock::engine
