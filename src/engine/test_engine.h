// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "engine/engine.h"
#include "engine/test_pipeline.h"
#include "engine/test_run.h"
#include "ir/parse.h"

// The engine over a real database and an executor that the test controls.
namespace penstock::engine {

using metadata::RuntimeState;

inline constexpr std::chrono::seconds kPatience{30};

// Passes everything on, tells when something was written, and can fail like a full disk.
class WatchedDatabase final : public metadata::Database {
 public:
  explicit WatchedDatabase(metadata::Database& real) : real_(real) {}

  base::Status Write(const std::function<base::Status(metadata::Transaction&)>& body) override {
    base::Status status = base::Fail(base::Code::kResourceExhausted, "the disk is full");
    bool dead = writes_left_ >= 0 && writes_left_-- == 0;
    if (dead) writes_left_ = 0;
    if (!dead) status = real_.Write(body);
    std::lock_guard lock(mutex_);
    dead ? ++failures_ : ++writes_;
    changed_.notify_all();
    return status;
  }
  base::Status Read(const std::function<base::Status(metadata::Transaction&)>& body) override {
    return real_.Read(body);
  }
  metadata::ChangeFeed& changes() override { return real_.changes(); }

  void FailAfter(int writes) { writes_left_ = writes; }  // -1: never
  int writes() {
    std::lock_guard lock(mutex_);
    return writes_;
  }
  void WaitUntil(const std::function<bool()>& holds) {
    std::unique_lock lock(mutex_);
    auto deadline = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
      int seen = writes_ + failures_;
      lock.unlock();
      bool done = holds();
      lock.lock();
      if (done) return;
      if (!changed_.wait_until(lock, deadline, [&] { return writes_ + failures_ != seen; })) {
        FAIL() << "nothing came of it";
      }
    }
  }
  int failures() {
    std::lock_guard lock(mutex_);
    return failures_;
  }

 private:
  metadata::Database& real_;
  std::atomic<int> writes_left_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  int writes_ = 0, failures_ = 0;
};

// Runs tasks at once, or keeps those it is told to hold until the test ends them.
class TestExecutor final : public Executor {
 public:
  explicit TestExecutor(const Capacity& capacity = {}) : capacity_(capacity) {}
  Capacity capacity() const override { return capacity_; }
  base::Status CheckRunnable(const ir::ContainerSpec& container) override {
    if (container.image != "unknown:1") return {};
    return base::Fail(base::Code::kInvalidArgument, "no interpreter for image unknown:1");
  }
  void Start(TaskLaunch launch, std::function<void()> started,
             std::function<void(TaskOutcome)> done) override {
    std::unique_lock lock(mutex_);
    ++starts_[launch.display_name];
    if (held_.contains(launch.display_name)) {
      waiting_[launch.task_id] = {launch, done};
      changed_.notify_all();
      lock.unlock();
      started();
      return;
    }
    TaskOutcome outcome =
        failing_.contains(launch.display_name) ? FailWith("exit code 1") : Succeed(launch);
    outcome.details = details_[launch.display_name];
    launches_[launch.display_name] = launch;
    if (auto written = written_.find(launch.display_name); written != written_.end()) {
      for (const auto& [key, declared] : launch.input.output_artifacts) {
        outcome.artifacts[key] = {{declared, 3, false, written->second}};
      }
    }
    lock.unlock();
    started();
    done(std::move(outcome));
  }
  void Cancel(const std::string& task_id) override {
    std::unique_lock lock(mutex_);
    auto found = waiting_.extract(task_id);
    if (!found) return;
    lock.unlock();
    TaskOutcome outcome;
    outcome.kind = TaskOutcome::Kind::kCancelled;
    found.mapped().done(outcome);
  }
  base::Result<std::string> ReadLog(const std::string&, const std::string&, int) override {
    return base::Fail(base::Code::kNotFound, "no log");
  }
  void Settle(const std::string& run_id) override {
    std::unique_lock lock(mutex_);
    const auto settle = settle_;
    lock.unlock();
    if (settle) settle(run_id);
  }

  void WhenSettling(std::function<void(const std::string& run_id)> settle) {
    Change([&] { settle_ = std::move(settle); });
  }
  void Hold(const std::string& task) {
    Change([&] { held_.insert(task); });
  }
  void Fail(const std::string& task) {
    Change([&] { failing_.insert(task); });
  }
  // What the task's artifacts hold from now on.
  void Write(const std::string& task, const std::string& content) {
    Change([&] { written_[task] = content; });
  }
  // What it says of the task's attempts from now on.
  void Describe(const std::string& task, const text::Json& details) {
    Change([&] { details_[task] = details; });
  }
  TaskLaunch LastLaunchOf(const std::string& task) {
    std::lock_guard lock(mutex_);
    return launches_[task];
  }
  void Mend(const std::string& task) {
    Change([&] { failing_.erase(task); });
  }
  // Waits until the held task has been started, and takes it.
  std::pair<TaskLaunch, std::function<void(TaskOutcome)>> Take(const std::string& task) {
    std::unique_lock lock(mutex_);
    for (;;) {
      for (auto it = waiting_.begin(); it != waiting_.end(); ++it) {
        if (it->second.launch.display_name != task) continue;
        auto taken = std::pair(it->second.launch, it->second.done);
        waiting_.erase(it);
        return taken;
      }
      if (changed_.wait_for(lock, kPatience) == std::cv_status::timeout) {
        ADD_FAILURE() << task << " was not started";
        return {};
      }
    }
  }
  void WaitFor(const std::string& task) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return starts_[task] > 0; });
  }
  int starts(const std::string& task) {
    std::lock_guard lock(mutex_);
    return starts_[task];
  }

 private:
  struct Waiting {
    TaskLaunch launch;
    std::function<void(TaskOutcome)> done;
  };
  void Change(const std::function<void()>& change) {
    std::lock_guard lock(mutex_);
    change();
  }
  const Capacity capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> starts_;
  std::map<std::string, std::string> written_;
  std::map<std::string, text::Json> details_;
  std::map<std::string, TaskLaunch> launches_;
  std::map<std::string, Waiting> waiting_;
  std::function<void(const std::string&)> settle_;
  std::set<std::string> held_, failing_;
};

class TestArtifacts final : public ArtifactStore {
 public:
  base::Status CheckRoot(std::string_view uri) override {
    if (uri.starts_with("minio://")) return {};
    return base::Fail(base::Code::kInvalidArgument, "cannot serve " + std::string(uri));
  }
  base::Status Fetch(std::string_view, const std::string&) override { return {}; }
  base::Result<StoredArtifact> Publish(const std::string&, std::string_view) override {
    return StoredArtifact{};
  }
  base::Status Write(std::string_view, std::string_view) override { return {}; }
  base::Status Read(std::string_view, base::ByteSink&) override { return {}; }
  base::Result<bool> Exists(std::string_view uri) override {
    std::lock_guard lock(mutex_);
    return !gone_.contains(std::string(uri));
  }
  base::Result<StoredArtifact> Describe(std::string_view uri) override {
    std::lock_guard lock(mutex_);
    auto found = contents_.find(std::string(uri));
    return StoredArtifact{1, false, found == contents_.end() ? "" : found->second};
  }
  base::Result<uint64_t> Remove(std::string_view uri,
                                const std::vector<std::string>& keep) override {
    std::lock_guard lock(mutex_);
    removed_[std::string(uri)] = keep;
    return locked_;
  }

  void Lock(uint64_t objects) {
    std::lock_guard lock(mutex_);
    locked_ = objects;
  }
  void Lose(const std::string& uri) {
    std::lock_guard lock(mutex_);
    gone_.insert(uri);
  }
  void Hold(const std::string& uri, const std::string& content) {
    std::lock_guard lock(mutex_);
    contents_[uri] = content;
  }
  std::map<std::string, std::vector<std::string>> removed() {
    std::lock_guard lock(mutex_);
    return removed_;
  }

 private:
  std::mutex mutex_;
  uint64_t locked_ = 0;
  std::set<std::string> gone_;
  std::map<std::string, std::string> contents_;
  std::map<std::string, std::vector<std::string>> removed_;
};

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    path_ = testing::TempDir() + "engine-" + random_.Uuid();
    std::filesystem::create_directories(path_);
    auto opened = metadata::Database::Open(path_ + "/metadata.db");
    EXPECT_TRUE(opened.has_value());
    real_ = std::move(*opened);
    watched_ = std::make_unique<WatchedDatabase>(*real_);
    store_ = std::make_unique<metadata::MetadataStore>(*watched_);
    metadata::Experiment experiment;
    experiment.id = "experiment-1";
    experiment.display_name = "Default";
    experiment.created_at = clock_.Now();
    EXPECT_TRUE(real_->Write(
        [&](metadata::Transaction& tx) { return store_->experiments.Insert(tx, experiment); }));
    Open();
  }
  ~EngineTest() override {
    engine_.reset();
    store_.reset();
    real_.reset();
    std::filesystem::remove_all(path_);
  }

  void Open(const EngineOptions& options = {}, const Capacity& capacity = {}) {
    engine_.reset();
    executor_ = std::make_unique<TestExecutor>(capacity);
    engine_ = Engine::Create(options, *store_, *executor_, artifacts_, clock_, random_, logger_);
  }
  // What kill -9 leaves: the database, and nothing else.
  void Reopen() {
    engine_.reset();
    watched_->FailAfter(-1);
    Open();
  }

  base::Result<NewRun> Make(const TestPipeline& pipeline, Json::Object arguments = {}) {
    NewRun run;
    auto package = ir::ParsePackageJson(pipeline.Spec());
    if (!package) return base::Fail(package.error());
    run.package = std::move(*package);
    run.run.display_name = "a run";
    run.run.experiment_id = "experiment-1";
    run.run.parameters = std::move(arguments);
    return run;
  }
  base::Result<metadata::Run> Create(const TestPipeline& pipeline, Json::Object arguments = {}) {
    PENSTOCK_TRY(NewRun run, Make(pipeline, std::move(arguments)));
    return engine_->CreateRun(std::move(run));
  }
  // A run that takes over from another what is still as it was.
  base::Result<metadata::Run> Resume(const std::string& origin, const TestPipeline& pipeline,
                                     Json::Object arguments = {}, const std::string& from = "") {
    PENSTOCK_TRY(NewRun run, Make(pipeline, std::move(arguments)));
    run.run.origin = from.empty() ? "RESUME" : "RERUN";
    run.run.origin_run_id = origin;
    run.run.rerun_from = from;
    return engine_->CreateRun(std::move(run));
  }
  metadata::Run WaitForEnd(const std::string& id) {
    watched_->WaitUntil([&] { return IsFinal(store_->runs.Get(id)->state); });
    return *store_->runs.Get(id);
  }
  std::vector<metadata::Task> TasksOf(const std::string& run_id) {
    return store_->tasks.ListByRun(run_id).value();
  }
  std::vector<metadata::Artifact> ArtifactsOf(const std::string& run_id) {
    return store_->artifacts.ListByRun(run_id).value();
  }
  std::map<std::string, std::string> States(const std::string& run_id) {
    std::map<std::string, std::string> states;
    auto tasks = store_->tasks.ListByRun(run_id);
    for (const auto& task : *tasks) {
      states[task.name] = task.cached ? "CACHED" : metadata::RuntimeStateName(task.state);
    }
    return states;
  }

  base::SystemClock clock_;
  base::SystemRandom random_;
  base::NullLogger logger_;
  std::string path_;
  TestArtifacts artifacts_;
  std::unique_ptr<metadata::Database> real_;
  std::unique_ptr<WatchedDatabase> watched_;
  std::unique_ptr<metadata::MetadataStore> store_;
  std::unique_ptr<TestExecutor> executor_;
  std::unique_ptr<Engine> engine_;
};

inline const TestPipeline::Ports kWork{{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {"data"}};

inline TestPipeline Chain(bool cached = false) {
  TestPipeline p;
  p.Container("work", kWork);
  TestDag root = p.Root();
  root.Takes("name", "STRING");
  TestTask a = root.Task("a", "work").Input("x", "name");
  TestTask b = root.Task("b", "work").Output("x", "a", "out");
  TestTask c = root.Task("c", "work").Output("x", "b", "out");
  if (cached) a.Cached(), b.Cached(), c.Cached();
  return p;
}

}  // namespace penstock::engine
