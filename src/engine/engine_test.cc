// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/test_engine.h"

namespace penstock::engine {
namespace {

using metadata::RuntimeState;
using testing::ElementsAre;
using testing::HasSubstr;

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

TEST_F(EngineTest, ARunHasEndedWhenWhatItsTasksLeftIsStored) {
  std::vector<RuntimeState> found;
  executor_->WhenSettling([&](const std::string& run_id) {
    found.push_back(store_->runs.Get(run_id)->state);
    // Whoever looks meanwhile is not told.
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    found.push_back(store_->runs.Get(run_id)->state);
  });
  auto created = Create(Chain(), {{"name", "n"}});
  ASSERT_TRUE(created) << created.error().message();
  EXPECT_EQ(WaitForEnd(created->id).state, RuntimeState::kSucceeded);
  executor_->WhenSettling(nullptr);
  EXPECT_THAT(found, ElementsAre(RuntimeState::kRunning, RuntimeState::kRunning));
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

TEST_F(EngineTest, TasksStartWhenWhatTheyAskForIsFree) {
  Open({}, {10, 1000, Capacity::kUnlimited});
  executor_->Hold("first");
  executor_->Hold("low");
  executor_->Hold("high");
  auto create = [&](const std::string& task, int priority) {
    TestPipeline p;
    p.Container("work", kWork);
    p.Root().Task(task, "work");
    NewRun run = Make(p).value();
    run.run.priority = priority;
    return engine_->CreateRun(std::move(run)).value().id;
  };
  const std::string first = create("first", 0);
  auto [launch, end_first] = executor_->Take("first");
  const std::string low = create("low", 0), high = create("high", 5);
  watched_->WaitUntil([&] { return TasksOf(low).size() == 2 && TasksOf(high).size() == 2; });
  EXPECT_EQ(executor_->starts("low") + executor_->starts("high"), 0);
  end_first(Succeed(launch));
  auto [high_launch, end_high] = executor_->Take("high");
  EXPECT_EQ(executor_->starts("low"), 0);
  end_high(Succeed(high_launch));
  auto [low_launch, end_low] = executor_->Take("low");
  end_low(Succeed(low_launch));
  EXPECT_EQ(WaitForEnd(low).state, RuntimeState::kSucceeded);
  EXPECT_EQ(WaitForEnd(high).state, RuntimeState::kSucceeded);
  EXPECT_EQ(WaitForEnd(first).state, RuntimeState::kSucceeded);
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

// How long it takes is measured by `bench/run engine`.
TEST_F(EngineTest, ALargeFanOutEndsWhole) {
  constexpr int kTasks = 2000;
  TestPipeline p;
  p.Container("work", {{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {}});
  TestDag root = p.Root();
  root.Task("first", "work");
  for (int i = 0; i < kTasks; ++i) {
    root.Task("t" + std::to_string(i), "work").Output("x", "first", "out");
  }
  auto created = Create(p);
  ASSERT_TRUE(created) << created.error().message();
  EXPECT_EQ(WaitForEnd(created->id).state, RuntimeState::kSucceeded);
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
