// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/test_pipeline.h"
#include "engine/test_run.h"

// The server dies at every single step of runs that use every kind of task, and the runs end as if
// it had not.
namespace penstock::engine {
namespace {

using metadata::RuntimeState;

// Conditions, loops with a limit, groups, an importer, an exit task, a failure and a retry.
Json Everything() {
  TestPipeline p;
  p.Container("work", {{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {"data"}});
  p.Container("join", {{{"list", "LIST"}}, {{"out", "STRING"}}, {"[]data"}, {}});
  p.Container("exit", {{{"status", "TASK_FINAL_STATUS"}}, {}, {}, {}});
  p.Importer("import", "gs://bucket/data");
  TestDag body = p.Dag("body");
  body.Takes("item", "STRING");
  body.Task("one", "work").Input("x", "item");
  body.Task("two", "work").Output("x", "one", "out");
  body.Gives("outs", "STRING", "two", "out").GivesArtifact("datas", {{"two", "data"}});
  TestDag guarded = p.Dag("guarded");
  guarded.Takes("go", "BOOLEAN");
  guarded.Task("import", "import");
  guarded.Task("loop", "body").ForEach("item", R"(["a", "b", "c"])", 2);
  guarded.Task("join", "join").Output("list", "loop", "outs").Artifact("data", "loop", "datas");
  guarded.Task("flaky", "work").After("import").Retries(2, "3s");
  guarded.Gives("out", "STRING", "join", "out");
  p.Dag("branch").Takes("go", "BOOLEAN").Task("inside", "work");
  TestDag root = p.Root();
  root.Takes("go", "BOOLEAN");
  root.Task("handler", "guarded").Input("go", "go");
  root.Task("exit", "exit").Status("status", "handler").After("handler").Exit();
  root.Task("yes", "branch").Input("go", "go").If("inputs.parameter_values['go'] == true");
  root.Task("no", "branch").Input("go", "go").If("inputs.parameter_values['go'] == false");
  root.Task("after-no", "work").After("no");
  root.Task("last", "work").Output("x", "handler", "out");
  root.Gives("result", "STRING", "last", "out");
  return p.Spec();
}

struct Scenario {
  std::string name;
  bool join_fails = false;
  bool retried = false;
  bool terminated = false;
  bool late = false;  // what tasks store is known by its digest later
};

class CrashTest : public testing::TestWithParam<Scenario> {
 protected:
  // `dies` is asked before each commit.
  std::unique_ptr<TestRun> Play(const std::function<bool(size_t)>& dies) {
    auto run = std::make_unique<TestRun>(Everything(), Json::Object{{"go", true}});
    attempts_.clear();
    if (GetParam().late) run->PublishLate();
    join_fails_ = GetParam().join_fails;
    run->On("flaky", [this](const TaskLaunch& launch) {
      return ++attempts_[launch.task_id] == 1 ? FailWith("once") : Succeed(launch);
    });
    run->On("join", [this](const TaskLaunch& launch) {
      return join_fails_ ? FailWith("no") : Succeed(launch);
    });
    size_t commit = 0;
    bool dead = false;
    run->before_commit = [&] {
      if (!dead && dies(commit++)) dead = true;
      return !dead;
    };
    auto live = [&](const std::function<void()>& act) {
      act();
      while (dead) {
        dead = false;
        run->Crash();
        if (!dead) act();
      }
    };
    live([&] { run->Start(); });
    if (GetParam().terminated) {
      for (int i = 0; i < 3; ++i) live([&] { run->Step(); });
      live([&] {
        if (run->state() == RuntimeState::kRunning) {
          EXPECT_TRUE(run->Terminate());
        }
      });
    }
    live([&] { run->Finish(); });
    if (GetParam().retried) {
      join_fails_ = false;
      live([&] {
        if (run->state() == RuntimeState::kFailed) {
          EXPECT_TRUE(run->Retry());
        }
      });
      live([&] { run->Finish(); });
    }
    run->before_commit = nullptr;
    return run;
  }

  std::map<std::string, int> attempts_;
  bool join_fails_ = false;
};

TEST_P(CrashTest, EndsAsIfNothingHadHappened) {
  auto undisturbed = Play([](size_t) { return false; });
  ASSERT_TRUE(undisturbed->machine().finished());
  const std::string expected = undisturbed->Summary();
  const size_t commits = undisturbed->commits();
  ASSERT_GT(commits, 5u);
  for (size_t at = 0; at < commits; ++at) {
    auto run = Play([&](size_t commit) { return commit == at; });
    if (GetParam().terminated) {
      // What had run by then differs; how it ends does not.
      EXPECT_EQ(run->state(), RuntimeState::kFailed) << at;
      EXPECT_EQ(run->run().error, "terminated") << at;
      EXPECT_TRUE(run->running().empty()) << at;
    } else {
      EXPECT_EQ(run->Summary(), expected) << "died before commit " << at;
    }
    EXPECT_EQ(run->DoublePublication(), "") << at;
  }
}

TEST_P(CrashTest, EndsAsIfNothingHadHappenedEvenWhenDyingOften) {
  const std::string expected = Play([](size_t) { return false; })->Summary();
  auto run = Play([](size_t commit) { return commit % 3 == 2; });
  EXPECT_TRUE(run->machine().finished());
  if (!GetParam().terminated) {
    EXPECT_EQ(run->Summary(), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, CrashTest,
                         testing::Values(Scenario{"Good"}, Scenario{"Failing", true},
                                         Scenario{"Retried", true, true},
                                         Scenario{"Terminated", false, false, true},
                                         Scenario{"Late", false, false, false, true},
                                         Scenario{"LateRetried", true, true, false, true},
                                         Scenario{"LateTerminated", false, false, true, true}),
                         [](const auto& scenario) { return scenario.param.name; });

}  // namespace
}  // namespace penstock::engine
