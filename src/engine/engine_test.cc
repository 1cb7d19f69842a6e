// SPDX-License-Identifier: Apache-2.0
#include "engine/engine.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.h"
#include "engine/test_pipeline.h"
#include "engine/test_run.h"
#include "ir/parse.h"

// The engine over a real database and an executor that the test controls.
namespace penstock::engine {
namespace {

using metadata::RuntimeState;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::chrono::seconds kPatience{30};

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
    bool fails = failing_.contains(launch.display_name);
    lock.unlock();
    started();
    done(fails ? FailWith("exit code 1") : Succeed(launch));
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

  void Hold(const std::string& task) {
    Change([&] { held_.insert(task); });
  }
  void Fail(const std::string& task) {
    Change([&] { failing_.insert(task); });
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
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> starts_;
  std::map<std::string, Waiting> waiting_;
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

  void Open() {
    executor_ = std::make_unique<TestExecutor>();
    EngineOptions options;
    engine_ = Engine::Create(options, *store_, *executor_, artifacts_, clock_, random_, logger_);
  }
  // What kill -9 leaves: the database, and nothing else.
  void Reopen() {
    engine_.reset();
    watched_->FailAfter(-1);
    Open();
  }

  base::Result<metadata::Run> Create(const TestPipeline& pipeline, Json::Object arguments = {}) {
    NewRun run;
    auto package = ir::ParsePackageJson(pipeline.Spec());
    if (!package) return base::Fail(package.error());
    run.package = std::move(*package);
    run.run.display_name = "a run";
    run.run.experiment_id = "experiment-1";
    run.run.parameters = std::move(arguments);
    return engine_->CreateRun(std::move(run));
  }
  metadata::Run WaitForEnd(const std::string& id) {
    watched_->WaitUntil([&] { return IsFinal(store_->runs.Get(id)->state); });
    return *store_->runs.Get(id);
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

const TestPipeline::Ports kWork{{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {"data"}};

TestPipeline Chain(bool cached = false) {
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

TEST_F(EngineTest, RunsAPipelineAndRecordsIt) {
  auto created = Create(Chain(), {{"name", "n"}});
  ASSERT_TRUE(created) << created.error().message();
  EXPECT_EQ(created->state, RuntimeState::kPending);
  EXPECT_FALSE(created->id.empty());
  metadata::Run run = WaitForEnd(created->id);
  EXPECT_EQ(run.state, RuntimeState::kSucceeded) << run.error;
  EXPECT_TRUE(run.finished_at.has_value());
  std::vector<RuntimeState> history;
  for (const auto& change : run.state_history) history.push_back(change.state);
  EXPECT_THAT(history, ElementsAre(RuntimeState::kPending, RuntimeState::kRunning,
                                   RuntimeState::kSucceeded));
  auto experiment = store_->experiments.Get("experiment-1");
  EXPECT_EQ(experiment->last_run_created_at, run.created_at);
  EXPECT_EQ(store_->artifacts.ListByRun(run.id)->size(), 3u);
  EXPECT_EQ(store_->tasks.ListByRun(run.id)->size(), 4u);
  EXPECT_THAT(store_->tasks.ListByRun(run.id)->front().name, "root");
}

TEST_F(EngineTest, RefusesWhatCannotRun) {
  auto code = [](const auto& result) { return result.error().code(); };
  auto missing = Create(Chain());
  EXPECT_EQ(code(missing), base::Code::kInvalidArgument);
  EXPECT_THAT(missing.error().message(), HasSubstr("name"));

  TestPipeline unknown_image;
  unknown_image.Container("work", kWork, "unknown:1");
  unknown_image.Root().Task("odd", "work");
  auto refused = Create(unknown_image);
  EXPECT_EQ(code(refused), base::Code::kInvalidArgument);
  EXPECT_THAT(refused.error().message(), HasSubstr("task 'odd': no interpreter"));

  NewRun elsewhere;
  elsewhere.package = *ir::ParsePackageJson(Chain().Spec());
  elsewhere.run.parameters["name"] = "n";
  elsewhere.run.pipeline_root = "ftp://x";
  EXPECT_EQ(code(engine_->CreateRun(std::move(elsewhere))), base::Code::kInvalidArgument);

  NewRun homeless;
  homeless.package = *ir::ParsePackageJson(Chain().Spec());
  homeless.run.parameters["name"] = "n";
  homeless.run.experiment_id = "no such";
  EXPECT_EQ(code(engine_->CreateRun(std::move(homeless))), base::Code::kNotFound);
  EXPECT_TRUE(store_->runs.UnfinishedIds()->empty());
}

TEST_F(EngineTest, TerminatesARunningRun) {
  executor_->Hold("b");
  auto created = Create(Chain(), {{"name", "n"}});
  executor_->WaitFor("b");
  ASSERT_TRUE(engine_->Terminate(created->id));
  metadata::Run run = WaitForEnd(created->id);
  EXPECT_EQ(run.state, RuntimeState::kFailed);
  EXPECT_EQ(run.error, "terminated");
  EXPECT_EQ(States(run.id)["b"], "CANCELED");
  EXPECT_EQ(executor_->starts("c"), 0);
  EXPECT_EQ(engine_->Terminate(run.id).error().code(), base::Code::kFailedPrecondition);
  EXPECT_EQ(engine_->Terminate("no such").error().code(), base::Code::kNotFound);
}

TEST_F(EngineTest, RetriesAFailedRun) {
  executor_->Fail("b");
  auto created = Create(Chain(), {{"name", "n"}});
  EXPECT_EQ(WaitForEnd(created->id).error, "task 'b' failed: exit code 1");
  EXPECT_EQ(States(created->id)["c"], "RUNTIME_STATE_UNSPECIFIED");
  executor_->Mend("b");
  executor_->Hold("c");
  ASSERT_TRUE(engine_->Retry(created->id));
  EXPECT_EQ(engine_->Retry(created->id).error().code(), base::Code::kAborted);
  auto [launch, done] = executor_->Take("c");
  EXPECT_FALSE(store_->runs.Get(created->id)->finished_at.has_value());
  done(Succeed(launch));
  EXPECT_EQ(WaitForEnd(created->id).state, RuntimeState::kSucceeded);
  EXPECT_EQ(executor_->starts("a"), 1);
  EXPECT_EQ(executor_->starts("b"), 2);
  EXPECT_EQ(engine_->Retry(created->id).error().code(), base::Code::kAborted);
  EXPECT_EQ(engine_->Retry("no such").error().code(), base::Code::kNotFound);
}

TEST_F(EngineTest, ContinuesAfterDyingAtAnyWrite) {
  auto first = Create(Chain(), {{"name", "n"}});
  WaitForEnd(first->id);
  const int enough = watched_->writes();
  for (int at = 0; at < enough; ++at) {
    watched_->FailAfter(at + 1);  // the run itself is written
    auto created = Create(Chain(), {{"name", "n"}});
    ASSERT_TRUE(created);
    watched_->WaitUntil(
        [&] { return watched_->failures() > 0 || IsFinal(store_->runs.Get(created->id)->state); });
    Reopen();
    ASSERT_TRUE(engine_->Recover());
    metadata::Run run = WaitForEnd(created->id);
    EXPECT_EQ(run.state, RuntimeState::kSucceeded) << run.error;
    EXPECT_EQ(store_->artifacts.ListByRun(run.id)->size(), 3u) << at;
    EXPECT_EQ(store_->tasks.ListByRun(run.id)->size(), 4u) << at;
  }
}

TEST_F(EngineTest, HonoursCancellationAfterARestart) {
  executor_->Hold("a");
  auto created = Create(Chain(), {{"name", "n"}});
  executor_->WaitFor("a");
  auto [launch, done] = executor_->Take("a");  // its cancellation will not be heard
  ASSERT_TRUE(engine_->Terminate(created->id));
  EXPECT_EQ(store_->runs.Get(created->id)->state, RuntimeState::kCanceling);
  Reopen();
  ASSERT_TRUE(engine_->Recover());
  EXPECT_EQ(WaitForEnd(created->id).error, "terminated");
  EXPECT_EQ(executor_->starts("a"), 0);
  done(Succeed(launch));  // a callback of the dead engine goes nowhere
}

TEST_F(EngineTest, WaitsWhileTheDiskIsFull) {
  executor_->Hold("b");
  auto created = Create(Chain(), {{"name", "n"}});
  auto [launch, done] = executor_->Take("b");
  watched_->FailAfter(0);
  done(Succeed(launch));
  watched_->WaitUntil([&] { return watched_->failures() >= 2; });
  EXPECT_EQ(executor_->starts("c"), 0);
  EXPECT_EQ(engine_->Terminate("no such").error().code(), base::Code::kNotFound);
  watched_->FailAfter(-1);
  EXPECT_EQ(WaitForEnd(created->id).state, RuntimeState::kSucceeded);
  EXPECT_EQ(executor_->starts("c"), 1);
}

TEST_F(EngineTest, TakesFromTheCacheWhatHasRunBefore) {
  auto first = Create(Chain(true), {{"name", "n"}});
  EXPECT_EQ(WaitForEnd(first->id).state, RuntimeState::kSucceeded);
  auto second = Create(Chain(true), {{"name", "n"}});
  EXPECT_EQ(WaitForEnd(second->id).state, RuntimeState::kSucceeded);
  EXPECT_EQ(executor_->starts("a") + executor_->starts("b") + executor_->starts("c"), 3);
  EXPECT_EQ(States(second->id)["b"], "CACHED");
  auto tasks = store_->tasks.ListByRun(second->id);
  EXPECT_EQ(tasks->back().outputs, store_->tasks.ListByRun(first->id)->back().outputs);
  EXPECT_EQ(tasks->back().cached_from_task_id, store_->tasks.ListByRun(first->id)->back().id);
  auto other = Create(Chain(true), {{"name", "m"}});
  EXPECT_EQ(WaitForEnd(other->id).state, RuntimeState::kSucceeded);
  EXPECT_EQ(executor_->starts("c"), 2);
}

TEST_F(EngineTest, ALateImageIsCheckedAtLaunch) {
  TestPipeline p;
  p.Container("work", {{{"image", "STRING"}}, {}, {}, {}}, "{{$.inputs.parameters['image']}}");
  p.Root().Takes("image", "STRING");
  p.Root().Task("t", "work").Input("image", "image");
  auto good = Create(p, {{"image", "python:3.11"}});
  ASSERT_TRUE(good) << good.error().message();
  EXPECT_EQ(WaitForEnd(good->id).state, RuntimeState::kSucceeded);
  auto bad = Create(p, {{"image", "unknown:1"}});
  EXPECT_THAT(WaitForEnd(bad->id).error, HasSubstr("no interpreter for image unknown:1"));
}

TEST_F(EngineTest, ALargeFanOutIsQuick) {
  constexpr int kTasks = 2000;
  TestPipeline p;
  p.Container("work", {{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {}});
  TestDag root = p.Root();
  root.Task("first", "work");
  for (int i = 0; i < kTasks; ++i) {
    root.Task("t" + std::to_string(i), "work").Output("x", "first", "out");
  }
  auto begun = std::chrono::steady_clock::now();
  auto created = Create(p);
  ASSERT_TRUE(created) << created.error().message();
  EXPECT_EQ(WaitForEnd(created->id).state, RuntimeState::kSucceeded);
  auto took = std::chrono::steady_clock::now() - begun;
  RecordProperty(
      "milliseconds",
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
  EXPECT_LT(took, std::chrono::seconds(20));
  EXPECT_EQ(store_->tasks.ListByRun(created->id)->size(), kTasks + 2u);
}

TEST_F(EngineTest, ManyThreadsMayAskAtOnce) {
  std::vector<std::thread> threads;
  std::mutex mutex;
  std::vector<std::string> ids;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 5; ++n) {
        auto created = Create(Chain(), {{"name", "n"}});
        ASSERT_TRUE(created);
        if (n % 2 == 0) static_cast<void>(engine_->Terminate(created->id));
        static_cast<void>(engine_->Retry(created->id));
        std::lock_guard lock(mutex);
        ids.push_back(created->id);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& id : ids) WaitForEnd(id);
  engine_->Stop();
  EXPECT_EQ(engine_->Terminate(ids[0]).error().code(), base::Code::kUnavailable);
}

TEST_F(EngineTest, ADeletedRunIsForgotten) {
  executor_->Hold("a");
  auto created = Create(Chain(), {{"name", "n"}});
  auto [launch, done] = executor_->Take("a");
  ASSERT_TRUE(real_->Write(
      [&](metadata::Transaction& tx) { return store_->runs.Delete(tx, created->id); }));
  done(Succeed(launch));
  auto next = Create(Chain(), {{"name", "n"}});
  auto [next_launch, next_done] = executor_->Take("a");
  next_done(Succeed(next_launch));
  EXPECT_EQ(WaitForEnd(next->id).state, RuntimeState::kSucceeded);
  EXPECT_EQ(executor_->starts("b"), 1);  // of the run that is still there
  EXPECT_EQ(engine_->Terminate(created->id).error().code(), base::Code::kNotFound);
}

}  // namespace
}  // namespace penstock::engine
