// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/test_engine.h"

// What runs take from the cache and from each other.
namespace penstock::engine {
namespace {

using Decision = PlannedStep::Decision;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

// "make" writes data that "use" reads; both cached.
TestPipeline MakeAndUse(const std::string& maker = "make", const std::string& seed = "1") {
  TestPipeline p;
  p.Container("make", {{{"x", "?STRING"}}, {}, {}, {"data"}});
  p.Container("use", {{}, {{"out", "STRING"}}, {"data"}, {}});
  TestDag root = p.Root();
  root.Task(maker, "make").Constant("x", seed).Cached();
  root.Task("use", "use").Artifact("data", maker, "data").Cached();
  return p;
}

class ReuseTest : public EngineTest {
 protected:
  metadata::Run Finish(const base::Result<metadata::Run>& run) {
    EXPECT_TRUE(run) << run.error().message();
    return run ? WaitForEnd(run->id) : metadata::Run();
  }
  std::map<std::string, Decision> Plan(const base::Result<NewRun>& run) {
    auto steps = engine_->Plan(*run);
    EXPECT_TRUE(steps) << steps.error().message();
    std::map<std::string, Decision> plan;
    for (const PlannedStep& step : *steps) plan[step.path] = step.decision;
    return plan;
  }
};

TEST_F(ReuseTest, TheSameDataGivesAHitWhereverItComesFrom) {
  executor_->Write("make", "sha256:1");
  executor_->Write("another", "sha256:1");
  Finish(Create(MakeAndUse()));
  // Another task has made it, with other inputs: the data is the same.
  metadata::Run second = Finish(Create(MakeAndUse("another", "2")));
  EXPECT_THAT(States(second.id),
              UnorderedElementsAre(Pair("root", "SUCCEEDED"), Pair("another", "SUCCEEDED"),
                                   Pair("use", "CACHED")));
  executor_->Write("another", "sha256:2");
  metadata::Run third = Finish(Create(MakeAndUse("another", "3")));
  EXPECT_EQ(States(third.id)["use"], "SUCCEEDED");
}

TEST_F(ReuseTest, AnImportedObjectIsKnownByItsBytes) {
  auto importing = [](const std::string& uri) {
    TestPipeline p;
    p.Importer("import", uri);
    p.Container("use", {{}, {{"out", "STRING"}}, {"data"}, {}});
    p.Root().Task("import", "import");
    p.Root().Task("use", "use").Artifact("data", "import", "artifact").Cached();
    return p;
  };
  artifacts_.Hold("minio://b/one", "sha256:1");
  artifacts_.Hold("minio://b/two", "sha256:1");
  Finish(Create(importing("minio://b/one")));
  EXPECT_EQ(States(Finish(Create(importing("minio://b/two"))).id)["use"], "CACHED");
  artifacts_.Hold("minio://b/two", "sha256:2");  // somebody has written it anew
  EXPECT_EQ(States(Finish(Create(importing("minio://b/two"))).id)["use"], "SUCCEEDED");
  EXPECT_EQ(executor_->starts("use"), 2);
}

TEST_F(ReuseTest, AHitLeadsToWhereItCameFromAndIsCounted) {
  metadata::Run first = Finish(Create(Chain(true), {{"name", "n"}}));
  metadata::Run second = Finish(Create(Chain(true), {{"name", "n"}}));
  auto tasks = store_->tasks.ListByRun(second.id);
  for (const auto& task : *tasks) {
    if (task.kind != metadata::TaskKind::kContainer) continue;
    EXPECT_TRUE(task.cached);
    EXPECT_EQ(task.cached_from_run_id, first.id);
    EXPECT_EQ(store_->tasks.Get(task.cached_from_task_id)->name, task.name);
    EXPECT_EQ(store_->cache.Get(task.cached_from_task_id)->hits, 1);
  }
}

TEST_F(ReuseTest, WhoseArtifactsAreGoneIsAMiss) {
  executor_->Write("a", "sha256:a");
  metadata::Run first = Finish(Create(Chain(true), {{"name", "n"}}));
  for (const auto& artifact : ArtifactsOf(first.id)) {
    if (!artifact.content.empty()) artifacts_.Lose(artifact.uri);
  }
  metadata::Run second = Finish(Create(Chain(true), {{"name", "n"}}));
  EXPECT_EQ(second.state, RuntimeState::kSucceeded);
  EXPECT_EQ(States(second.id)["a"], "SUCCEEDED");
  EXPECT_EQ(States(second.id)["b"], "CACHED");
}

TEST_F(ReuseTest, CachingIsSwitchedByTaskRunAndServer) {
  auto run = [&](bool asks, std::optional<bool> of_run) {
    auto made = Make(Chain(asks), {{"name", "n"}});
    made->run.caching = of_run;
    return States(Finish(engine_->CreateRun(*made)).id)["a"];
  };
  EXPECT_EQ(run(true, std::nullopt), "SUCCEEDED");
  EXPECT_EQ(run(true, std::nullopt), "CACHED");
  EXPECT_EQ(run(false, std::nullopt), "SUCCEEDED");
  EXPECT_EQ(run(true, false), "SUCCEEDED");
  EXPECT_EQ(run(false, true), "CACHED");
  EngineOptions options;
  options.cache = false;
  Open(options);
  EXPECT_EQ(run(true, true), "SUCCEEDED");
}

TEST_F(ReuseTest, ARunHasThePackagesOfAnother) {
  const auto with_lock = [](const std::string& lock) {
    return text::Json(text::Json::Object{{"environment_ms", 1}, {"lock", lock}});
  };
  executor_->Describe("a", with_lock("lock-a"));
  executor_->Describe("b", with_lock("lock-b"));
  const metadata::Run first = Finish(Create(Chain(true), {{"name", "n"}}));
  EXPECT_TRUE(executor_->LastLaunchOf("b").locks.empty());
  const auto locked = [&](const std::string& from) {
    auto made = Make(Chain(true), {{"name", "n"}});
    made->run.locked_from = from;
    return engine_->CreateRun(*made);
  };
  // It runs, though the cache has all of it.
  const metadata::Run second = Finish(locked(first.id));
  EXPECT_EQ(States(second.id)["b"], "SUCCEEDED");
  EXPECT_EQ(second.locked_from, first.id);
  EXPECT_EQ(executor_->LastLaunchOf("b").locked_from, first.id);
  EXPECT_THAT(executor_->LastLaunchOf("b").locks, ElementsAre("lock-a", "lock-b"));
  EXPECT_THAT(executor_->LastLaunchOf("a").locks, ElementsAre("lock-b", "lock-a"));
  // What came from the cache has the packages of what made it.
  const metadata::Run cached = Finish(Create(Chain(true), {{"name", "n"}}));
  EXPECT_EQ(States(cached.id)["b"], "CACHED");
  Finish(locked(cached.id));
  EXPECT_THAT(executor_->LastLaunchOf("b").locks, ElementsAre("lock-a", "lock-b"));
  // A run that is read back knows them, whatever has become of the other.
  executor_->Hold("b");
  auto held = locked(first.id);
  executor_->Take("b");
  ASSERT_TRUE(engine_->DeleteRun(first.id, false));
  Open();
  executor_->Hold("b");
  ASSERT_TRUE(engine_->Recover());
  EXPECT_THAT(executor_->Take("b").first.locks, ElementsAre("lock-a", "lock-b"));
}

TEST_F(ReuseTest, ARunWithoutLocksCannotBeHadAgain) {
  const auto why = [&](const std::string& from) {
    auto made = Make(Chain(true), {{"name", "n"}});
    made->run.caching = false;
    made->run.locked_from = from;
    auto run = engine_->CreateRun(*made);
    return run ? "" : run.error().message();
  };
  EXPECT_THAT(why("none"), HasSubstr("none"));
  executor_->Describe("a", text::Json::Object{{"environment_ms", 1}, {"lock", "lock-a"}});
  executor_->Describe("b", text::Json::Object{{"environment_ms", 1}, {"sandbox", "container"}});
  const metadata::Run first = Finish(Create(Chain(false), {{"name", "n"}}));
  EXPECT_EQ(why(first.id), "Run " + first.id +
                               " does not say which packages its tasks had (task 'b': it ran in a "
                               "container): start the run without locked_from");
  // What makes volumes has no packages, and needs none.
  executor_->Describe("b", text::Json::Object{{"queue_ms", 0}});
  EXPECT_EQ(why(Finish(Create(Chain(false), {{"name", "n"}})).id), "");
  executor_->Describe("a", text::Json::Object{{"queue_ms", 0}});
  EXPECT_THAT(why(Finish(Create(Chain(false), {{"name", "n"}})).id),
              HasSubstr("none of its tasks has run"));
  executor_->Hold("a");
  auto running = Create(Chain(false), {{"name", "n"}});
  EXPECT_THAT(why(running->id), HasSubstr("has not ended"));
}

TEST_F(ReuseTest, AFailedRunIsResumedWhereItFailed) {
  executor_->Fail("c");
  metadata::Run failed = Finish(Create(Chain(), {{"name", "n"}}));
  EXPECT_EQ(failed.state, RuntimeState::kFailed);
  executor_->Mend("c");
  auto planned = Make(Chain(), {{"name", "n"}});
  planned->run.origin = "RESUME";
  planned->run.origin_run_id = failed.id;
  EXPECT_THAT(Plan(planned),
              UnorderedElementsAre(Pair("a", Decision::kTakenOver), Pair("b", Decision::kTakenOver),
                                   Pair("c", Decision::kRun)));
  metadata::Run resumed = Finish(Resume(failed.id, Chain(), {{"name", "n"}}));
  EXPECT_EQ(resumed.state, RuntimeState::kSucceeded);
  EXPECT_THAT(States(resumed.id),
              UnorderedElementsAre(Pair("root", "SUCCEEDED"), Pair("a", "CACHED"),
                                   Pair("b", "CACHED"), Pair("c", "SUCCEEDED")));
  EXPECT_EQ(executor_->starts("a"), 1);
  // Resumed again, it still says where the result was made.
  metadata::Run again = Finish(Resume(resumed.id, Chain(), {{"name", "n"}}));
  for (const auto& task : TasksOf(again.id)) {
    if (task.name == "a") {
      EXPECT_EQ(task.cached_from_run_id, failed.id);
    }
    if (task.name == "c") {
      EXPECT_EQ(task.cached_from_run_id, resumed.id);
    }
  }
}

TEST_F(ReuseTest, WithACorrectedPipelineWhatDidNotChangeIsReused) {
  executor_->Fail("c");
  metadata::Run failed = Finish(Create(Chain(), {{"name", "n"}}));
  executor_->Mend("c");
  TestPipeline corrected;
  corrected.Container("work", kWork);
  corrected.Container("better", kWork);
  TestDag root = corrected.Root();
  root.Takes("name", "STRING");
  root.Task("a", "work").Input("x", "name");
  root.Task("b", "better").Output("x", "a", "out");
  root.Task("c", "work").Output("x", "b", "out");
  root.Task("d", "work").After("b");
  metadata::Run resumed = Finish(Resume(failed.id, corrected, {{"name", "n"}}));
  EXPECT_THAT(
      States(resumed.id),
      UnorderedElementsAre(Pair("root", "SUCCEEDED"), Pair("a", "CACHED"), Pair("b", "SUCCEEDED"),
                           Pair("c", "SUCCEEDED"), Pair("d", "SUCCEEDED")));
}

TEST_F(ReuseTest, WhatOnlyWaitsForATaskRunsAgainWithIt) {
  auto pipeline = [](const std::string& argument) {
    TestPipeline p;
    p.Container("work", kWork);
    TestDag root = p.Root();
    root.Task("prepare", "work").Constant("x", argument);
    root.Task("reads-what-was-prepared", "work").After("prepare");
    root.Task("stands-alone", "work");
    root.Task("goodbye", "work").After("prepare").After("last").Exit();
    root.Task("last", "work").After("stands-alone");
    return p;
  };
  executor_->Fail("last");
  metadata::Run failed = Finish(Create(pipeline("1")));
  executor_->Mend("last");
  metadata::Run same = Finish(Resume(failed.id, pipeline("1")));
  EXPECT_EQ(States(same.id)["reads-what-was-prepared"], "CACHED");
  EXPECT_EQ(States(same.id)["goodbye"], "SUCCEEDED");  // something before it ran
  metadata::Run changed = Finish(Resume(failed.id, pipeline("2")));
  EXPECT_EQ(States(changed.id)["reads-what-was-prepared"], "SUCCEEDED");
  EXPECT_EQ(States(changed.id)["stands-alone"], "CACHED");
}

TEST_F(ReuseTest, ARunIsRunAgainFromAnyTask) {
  metadata::Run first = Finish(Create(Chain(true), {{"name", "n"}}));
  metadata::Run again = Finish(Resume(first.id, Chain(true), {{"name", "n"}}, "b"));
  EXPECT_EQ(again.rerun_from, "b");
  EXPECT_THAT(States(again.id),
              UnorderedElementsAre(Pair("root", "SUCCEEDED"), Pair("a", "CACHED"),
                                   Pair("b", "SUCCEEDED"), Pair("c", "SUCCEEDED")));
  std::string id;
  for (const auto& task : TasksOf(first.id)) {
    if (task.name == "c") id = task.id;
  }
  metadata::Run by_id = Finish(Resume(first.id, Chain(true), {{"name", "n"}}, id));
  EXPECT_EQ(by_id.rerun_from, "c");
  EXPECT_EQ(States(by_id.id)["b"], "CACHED");
  EXPECT_EQ(States(by_id.id)["c"], "SUCCEEDED");
  auto unknown = Resume(first.id, Chain(true), {{"name", "n"}}, "nope");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), base::Code::kInvalidArgument);
  EXPECT_THAT(unknown.error().message(), HasSubstr("nope"));
}

TEST_F(ReuseTest, IterationsThatSucceededAreTakenOver) {
  auto loop = [](const std::string& items) {
    TestPipeline p;
    p.Container("work", kWork);
    p.Dag("body").Takes("item", "STRING").Task("inside", "work").Input("x", "item");
    p.Root().Task("loop", "body").ForEach("item", items);
    p.Root().Task("last", "work").After("loop");
    return p;
  };
  executor_->Fail("last");
  metadata::Run failed = Finish(Create(loop(R"(["a", "b", "c"])")));
  executor_->Mend("last");
  EXPECT_EQ(executor_->starts("inside"), 3);
  // One item more, and those that were there stand elsewhere.
  Finish(Resume(failed.id, loop(R"(["new", "a", "b", "c"])")));
  EXPECT_EQ(executor_->starts("inside"), 4);
}

TEST_F(ReuseTest, OnlyWhatHasEndedIsResumed) {
  executor_->Hold("b");
  auto running = Create(Chain(), {{"name", "n"}});
  auto early = Resume(running->id, Chain(), {{"name", "n"}});
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code(), base::Code::kFailedPrecondition);
  EXPECT_EQ(Resume("no-such-run", Chain(), {{"name", "n"}}).error().code(), base::Code::kNotFound);
}

TEST_F(ReuseTest, AResumedRunSurvivesARestart) {
  executor_->Fail("c");
  metadata::Run failed = Finish(Create(Chain(), {{"name", "n"}}));
  for (int write = 0; write < 12; ++write) {
    Open();
    watched_->FailAfter(write);
    auto resumed = Resume(failed.id, Chain(), {{"name", "n"}});
    if (!resumed) {
      watched_->FailAfter(-1);
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Reopen();
    ASSERT_TRUE(engine_->Recover());
    metadata::Run run = WaitForEnd(resumed->id);
    EXPECT_EQ(run.state, RuntimeState::kSucceeded) << run.error;
    EXPECT_EQ(States(run.id)["a"], "CACHED");
    EXPECT_EQ(States(run.id)["c"], "SUCCEEDED");
  }
}

TEST_F(ReuseTest, APlanSaysWhatIsKnownBeforeAnythingRuns) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Importer("import", "minio://b/data");
  p.Dag("branch").Takes("go", "BOOLEAN").Task("inside", "work");
  TestDag root = p.Root();
  root.Takes("go", "BOOLEAN");
  root.Task("first", "work").Cached();
  root.Task("second", "work").Output("x", "first", "out").Cached();
  root.Task("yes", "branch").Input("go", "go").If("inputs.parameter_values['go'] == true");
  root.Task("no", "branch").Input("go", "go").If("inputs.parameter_values['go'] == false");
  root.Task("import", "import");
  auto run = Make(p, {{"go", true}});
  EXPECT_THAT(Plan(run), UnorderedElementsAre(
                             Pair("first", Decision::kRun), Pair("second", Decision::kDepends),
                             Pair("yes", Decision::kRun), Pair("yes/inside", Decision::kRun),
                             Pair("no", Decision::kSkipped), Pair("import", Decision::kImported)));
  EXPECT_THAT(store_->runs.List("", {})->items, IsEmpty());
  Finish(engine_->CreateRun(*run));
  auto plan = Plan(run);
  EXPECT_EQ(plan["first"], Decision::kCached);
  EXPECT_EQ(plan["second"], Decision::kCached);
  EXPECT_EQ(plan["yes/inside"], Decision::kRun);  // does not ask for the cache
  EXPECT_EQ(engine_->Plan(*Make(p)).error().code(), base::Code::kInvalidArgument);
}

}  // namespace
}  // namespace penstock::engine
