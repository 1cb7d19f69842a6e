// SPDX-License-Identifier: Apache-2.0
#include "engine/run_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/test_pipeline.h"
#include "engine/test_run.h"

namespace penstock::engine {
namespace {

using metadata::RuntimeState;
using testing::ElementsAre;
using testing::HasSubstr;

const TestPipeline::Ports kWork{{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {}};

TestPipeline Chain() {
  TestPipeline p;
  p.Container("work", kWork);
  TestDag root = p.Root();
  root.Takes("name", "STRING");
  root.Task("a", "work").Input("x", "name");
  root.Task("b", "work").Output("x", "a", "out");
  root.Task("c", "work").Output("x", "b", "out");
  root.Gives("result", "STRING", "c", "out");
  return p;
}

TEST(RunState, RunsAChainInOrder) {
  TestRun run(Chain().Spec(), {{"name", "n"}});
  run.Start();
  EXPECT_EQ(run.state(), RuntimeState::kRunning);
  EXPECT_EQ(run.State("a"), "PENDING");
  EXPECT_THAT(run.running(), ElementsAre("a"));
  run.Step();
  EXPECT_EQ(run.State("a"), "SUCCEEDED");
  EXPECT_THAT(run.running(), ElementsAre("b"));
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
  EXPECT_EQ(run.Output("", "result").as_string(), "c(x=\"b(x=\\\"a(x=\\\\\\\"n\\\\\\\")\\\")\")");
  EXPECT_TRUE(run.run().finished_at.has_value());
  ASSERT_EQ(run.run().state_history.size(), 3u);
  EXPECT_EQ(run.run().state_history[1].state, RuntimeState::kRunning);
  std::vector<RuntimeState> states;
  for (const auto& change : run.Row("b")->state_history) states.push_back(change.state);
  EXPECT_THAT(states, ElementsAre(RuntimeState::kPending, RuntimeState::kRunning,
                                  RuntimeState::kSucceeded));
  EXPECT_LT(*run.Row("b")->started_at, *run.Row("b")->finished_at);
}

TEST(RunState, RunsADiamondSideBySide) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Container("join", {{{"l", "STRING"}, {"r", "STRING"}}, {{"out", "STRING"}}, {}, {}});
  TestDag root = p.Root();
  root.Task("top", "work");
  root.Task("left", "work").Output("x", "top", "out");
  root.Task("right", "work").After("top");
  root.Task("bottom", "join").Output("l", "left", "out").Output("r", "right", "out");
  TestRun run(p.Spec());
  run.Start();
  run.Step("top");
  EXPECT_THAT(run.running(), ElementsAre("left", "right"));
  run.Step("right");
  EXPECT_THAT(run.running(), ElementsAre("left"));
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
  EXPECT_EQ(run.Row("bottom")->inputs.at("r").as_string(), "right()");
}

// The article's pipeline: a check, then either downloading or reading back.
TestPipeline Census() {
  TestPipeline p;
  p.Container("check", {{{"table", "STRING"}}, {{"exists", "BOOLEAN"}}, {}, {}});
  p.Container("download", {{{"table", "STRING"}}, {}, {}, {"data"}});
  p.Container("save", {{}, {{"name", "STRING"}}, {"data"}, {"data"}});
  p.Container("read", {{{"table", "STRING"}}, {}, {}, {"data"}});
  p.Container("use", {{}, {}, {"data"}, {}});
  for (const char* branch : {"present", "absent"}) {
    TestDag dag = p.Dag(branch);
    dag.Takes("table", "STRING").Takes("exists", "BOOLEAN");
    if (branch == std::string("present")) {
      dag.Task("read", "read").Input("table", "table");
      dag.GivesArtifact("data", {{"read", "data"}});
    } else {
      dag.Task("download", "download").Input("table", "table");
      dag.Task("save", "save").Artifact("data", "download", "data");
      dag.GivesArtifact("data", {{"save", "data"}});
    }
  }
  TestDag both = p.Dag("both");
  both.Takes("table", "STRING").Takes("exists", "BOOLEAN");
  both.Task("condition-1", "present")
      .Input("table", "table")
      .Input("exists", "exists")
      .If("inputs.parameter_values['exists'] == true");
  both.Task("condition-2", "absent")
      .Input("table", "table")
      .Input("exists", "exists")
      .If("!(inputs.parameter_values['exists'] == true)");
  both.GivesArtifact("data", {{"condition-1", "data"}, {"condition-2", "data"}});
  TestDag root = p.Root();
  root.Takes("table", "STRING");
  root.Task("check", "check").Input("table", "table");
  root.Task("branches", "both").Input("table", "table").Output("exists", "check", "exists");
  root.Task("use", "use").Artifact("data", "branches", "data");
  root.GivesArtifact("data", {{"branches", "data"}});
  return p;
}

TEST(RunState, TakesTheBranchThatTheConditionChooses) {
  for (bool exists : {true, false}) {
    TestRun run(Census().Spec(), {{"table", "B01001"}});
    run.On("check", [&](const TaskLaunch& launch) {
      TaskOutcome outcome = Succeed(launch);
      outcome.parameters["exists"] = exists;
      return outcome;
    });
    run.Start();
    run.Finish();
    EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
    EXPECT_EQ(run.State("branches/condition-1"), exists ? "SUCCEEDED" : "SKIPPED");
    EXPECT_EQ(run.State("branches/condition-2"), exists ? "SKIPPED" : "SUCCEEDED");
    EXPECT_EQ(run.State("branches/condition-1/read"), exists ? "SUCCEEDED" : "-");
    EXPECT_EQ(run.State("branches/condition-2/save"), exists ? "-" : "SUCCEEDED");
    const std::string producer = exists ? "/read/" : "/save/";
    EXPECT_THAT(run.LastLaunchOf("use").input.artifacts.at("data").at(0).uri, HasSubstr(producer));
  }
}

TEST(RunState, TasksAfterASkippedOneAreSkippedAndTheRunSucceeds) {
  TestPipeline p;
  p.Container("work", kWork);
  TestDag root = p.Root();
  root.Takes("go", "BOOLEAN");
  p.Dag("inner").Takes("go", "BOOLEAN").Task("deep", "work");
  root.Task("maybe", "inner").Input("go", "go").If("inputs.parameter_values['go'] == true");
  root.Task("after", "work").After("maybe");
  root.Task("last", "work").Output("x", "after", "out");
  root.Task("other", "work");
  TestRun run(p.Spec(), {{"go", false}});
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
  EXPECT_EQ(run.State("maybe"), "SKIPPED");
  EXPECT_EQ(run.State("maybe/deep"), "-");
  EXPECT_EQ(run.State("after"), "SKIPPED");
  EXPECT_EQ(run.State("last"), "SKIPPED");
  EXPECT_EQ(run.State("other"), "SUCCEEDED");
}

TEST(RunState, OneOfTakesTheFirstBranchThatSucceeded) {
  for (int64_t n : {1, 2, 3}) {
    TestPipeline p;
    p.Container("work", kWork);
    TestDag branches = p.Dag("branches");
    branches.Takes("n", "NUMBER_INTEGER");
    for (const char* which : {"one", "two"}) {
      p.Dag(which).Takes("n", "NUMBER_INTEGER").Task(std::string("in-") + which, "work");
      p.Dag(which).Gives("out", "STRING", std::string("in-") + which, "out");
    }
    branches.Task("c1", "one").Input("n", "n").If("int(inputs.parameter_values['n']) == 1");
    branches.Task("c2", "two").Input("n", "n").If("int(inputs.parameter_values['n']) == 2");
    branches.GivesOneOf("out", "STRING", {{"c1", "out"}, {"c2", "out"}});
    p.Container("needs", {{{"x", "STRING"}}, {}, {}, {}});
    TestDag root = p.Root();
    root.Takes("n", "NUMBER_INTEGER");
    root.Task("branches", "branches").Input("n", "n");
    root.Task("needs", "needs").Output("x", "branches", "out");
    TestRun run(p.Spec(), {{"n", n}});
    run.Start();
    run.Finish();
    if (n == 3) {
      EXPECT_EQ(run.state(), RuntimeState::kFailed);
      EXPECT_THAT(run.Row("needs")->error, HasSubstr("task 'needs', input 'x': "));
    } else {
      EXPECT_EQ(run.Row("needs")->inputs.at("x").as_string(), n == 1 ? "in-one()" : "in-two()");
    }
  }
}

TEST(RunState, DefaultsAndOptionalInputsHoldAtEveryLevel) {
  TestPipeline p;
  p.Container("work", kWork);
  TestDag inner = p.Dag("inner");
  inner.Optional("x", "STRING", "inner default").Optional("none", "STRING");
  inner.Task("a", "work").Input("x", "x");
  inner.Task("b", "work").Input("x", "none");
  TestDag root = p.Root();
  root.Optional("given", "STRING", "root default").Optional("missing", "STRING");
  root.Task("with", "inner").Input("x", "given");
  root.Task("without", "inner").Input("x", "missing").Input("none", "missing");
  TestRun run(p.Spec());
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(run.Row("with/a")->inputs.at("x").as_string(), "root default");
  EXPECT_EQ(run.Row("without/a")->inputs.at("x").as_string(), "inner default");
  EXPECT_FALSE(run.Row("without/b")->inputs.contains("x"));
}

TEST(RunState, AFailureStopsWhatComesAfterAndNothingElse) {
  TestPipeline p;
  p.Container("work", kWork);
  TestDag root = p.Root();
  root.Task("bad", "work");
  root.Task("after", "work").Output("x", "bad", "out");
  root.Task("last", "work").Output("x", "after", "out");
  root.Task("other", "work");
  root.Task("later", "work").Output("x", "other", "out");
  TestRun run(p.Spec());
  run.On("bad", [](const TaskLaunch&) { return FailWith("exit code 1"); });
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_EQ(run.run().error, "task 'bad' failed: exit code 1");
  EXPECT_EQ(run.State("bad"), "FAILED");
  EXPECT_EQ(run.State("after"), "RUNTIME_STATE_UNSPECIFIED");
  EXPECT_EQ(run.State("last"), "RUNTIME_STATE_UNSPECIFIED");
  EXPECT_EQ(run.State("later"), "SUCCEEDED");
  EXPECT_EQ(run.Row("bad")->exit_code, 1);
}

TEST(RunState, TerminatingCancelsWhatRunsAndStartsNothing) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Dag("inner").Task("a", "work");
  p.Dag("inner").Task("b", "work").After("a");
  TestDag root = p.Root();
  root.Task("group", "inner");
  root.Task("side", "work");
  root.Task("after", "work").After("side");
  TestRun run(p.Spec());
  run.Start();
  run.Step("side");
  ASSERT_TRUE(run.Terminate());
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_EQ(run.run().error, "terminated");
  EXPECT_EQ(run.State("group/a"), "CANCELED");
  EXPECT_EQ(run.State("group/b"), "-");
  EXPECT_EQ(run.State("group"), "CANCELED");
  EXPECT_EQ(run.State("side"), "SUCCEEDED");
  EXPECT_EQ(run.State("after"), "CANCELED");
  std::vector<RuntimeState> states;
  for (const auto& change : run.run().state_history) states.push_back(change.state);
  EXPECT_THAT(states, ElementsAre(RuntimeState::kPending, RuntimeState::kRunning,
                                  RuntimeState::kCanceling, RuntimeState::kFailed));
  EXPECT_EQ(run.Terminate().error().code(), base::Code::kFailedPrecondition);
}

TEST(RunState, RetryKeepsWhatSucceededAndRunsTheRest) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Dag("inner").Task("good", "work");
  p.Dag("inner").Task("bad", "work").Output("x", "good", "out");
  p.Dag("inner").Task("after", "work").Output("x", "bad", "out");
  p.Dag("inner").Gives("out", "STRING", "after", "out");
  TestDag root = p.Root();
  root.Task("group", "inner");
  root.Task("end", "work").Output("x", "group", "out");
  root.Task("exit", "work").After("group").Exit();
  TestRun run(p.Spec());
  run.On("bad", [](const TaskLaunch&) { return FailWith("no"); });
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_EQ(run.State("exit"), "SUCCEEDED");
  run.On("bad", Succeed);
  ASSERT_TRUE(run.Retry());
  EXPECT_EQ(run.state(), RuntimeState::kRunning);
  EXPECT_FALSE(run.run().finished_at.has_value());
  EXPECT_EQ(run.State("exit"), "PENDING");
  EXPECT_EQ(run.State("group/good"), "SUCCEEDED");
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(run.LaunchesOf("good"), 1u);
  EXPECT_EQ(run.LaunchesOf("bad"), 2u);
  EXPECT_EQ(run.LaunchesOf("exit"), 2u);
  EXPECT_EQ(run.State("end"), "SUCCEEDED");
  EXPECT_EQ(run.Row("group/bad")->attempt, 1);
  EXPECT_EQ(run.Retry().error().code(), base::Code::kAborted);
}

TEST(RunState, RetryAfterTerminationRunsWhatNeverBegan) {
  TestRun run(Chain().Spec(), {{"name", "n"}});
  run.Start();
  run.Step("a");
  ASSERT_TRUE(run.Terminate());
  ASSERT_TRUE(run.Retry());
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(run.LaunchesOf("a"), 1u);
}

TEST(RunState, LateAndDoubledOutcomesAreIgnored) {
  TestRun run(Chain().Spec(), {{"name", "n"}});
  run.Start();
  TaskLaunch first = run.LastLaunchOf("a");
  run.Crash();
  TaskLaunch second = run.LastLaunchOf("a");
  EXPECT_EQ(first.task_id, second.task_id);
  EXPECT_EQ(second.attempt, first.attempt + 1);
  EXPECT_NE(first.input.output_file, second.input.output_file);
  TaskOutcome wrong = Succeed(first);
  wrong.parameters["out"] = "of the old attempt";
  run.machine().OnDone(first.task_id, first.attempt, wrong, run.Tick());
  EXPECT_EQ(run.State("a"), "PENDING");
  run.Step("a");
  run.machine().OnDone(second.task_id, second.attempt, wrong, run.Tick());
  run.machine().OnStarted(second.task_id, second.attempt, run.Tick());
  EXPECT_FALSE(run.machine().changes().AnythingToStore());
  EXPECT_EQ(run.Output("a", "out").as_string(), "a(x=\"n\")");
}

TEST(RunState, TypesAreCheckedWhereAValueIsConsumed) {
  TestPipeline p;
  p.Container("make", {{}, {{"n", "NUMBER_INTEGER"}, {"s", "STRING"}, {"d", "STRUCT"}}, {}, {}});
  p.Container("text", {{{"x", "STRING"}}, {}, {}, {}});
  p.Container("number", {{{"x", "NUMBER_INTEGER"}}, {}, {}, {}});
  TestDag root = p.Root();
  root.Task("make", "make");
  root.Task("number-as-text", "text").Output("x", "make", "n");
  root.Task("number", "number").Output("x", "make", "n");
  TestRun run(p.Spec());
  run.On("make", [](const TaskLaunch& launch) {
    TaskOutcome outcome = Succeed(launch);
    outcome.parameters["n"] = "seven";  // an executor that does not check
    return outcome;
  });
  run.Start();
  run.Finish();
  EXPECT_EQ(run.State("number-as-text"), "SUCCEEDED");
  EXPECT_EQ(run.State("number"), "FAILED");
  EXPECT_THAT(run.Row("number")->error, HasSubstr("task 'number', input 'x': "));
}

TEST(RunState, LaunchesSayWhereEverythingGoes) {
  TestPipeline p;
  p.Container("work", {{{"x", "STRING"}}, {{"out", "STRING"}}, {}, {"model"}});
  TestDag root = p.Root();
  root.Task("w", "work").Constant("x", "{{$.pipeline_job_uuid}}");
  TestRun run(p.Spec());
  run.Start();
  const TaskLaunch& launch = run.LastLaunchOf("w");
  const std::string& id = run.run().id;
  std::string task_root =
      launch.input.output_artifacts.at("model").uri.substr(0, launch.log_uri.rfind('/'));
  EXPECT_EQ(task_root.rfind("minio://mlpipeline/v2/artifacts/test-pipeline/" + id + "/w/", 0), 0u);
  EXPECT_EQ(launch.input.output_artifacts.at("model").uri, task_root + "/model");
  EXPECT_EQ(launch.input.output_file,
            "/minio/" + task_root.substr(std::string("minio://").size()) + "/output_metadata.json");
  EXPECT_EQ(launch.input.output_parameter_files.at("out"), "/tmp/kfp/outputs/out");
  EXPECT_EQ(launch.log_uri, task_root + "/executor-logs-0");
  EXPECT_EQ(launch.input.parameters.at("x").as_string(), id);
  EXPECT_THAT(launch.command, ElementsAre("run", "work"));
}

TEST(RunState, SelectorsPickFromStructuredValues) {
  TestPipeline p;
  p.Container("work", kWork);
  TestDag root = p.Root();
  root.Takes("config", "STRUCT");
  root.Task("a", "work").Input("x", "config", "parseJson(string_value)[\"k\"]");
  root.Task("b", "work").Input("x", "config", "parseJson(string_value)[\"missing\"]");
  TestRun run(p.Spec(), {{"config", Json::Object{{"k", "v"}}}});
  run.Start();
  run.Finish();
  EXPECT_EQ(run.Row("a")->inputs.at("x").as_string(), "v");
  EXPECT_EQ(run.State("b"), "FAILED");
  EXPECT_THAT(run.Row("b")->error, HasSubstr("input 'x'"));
}

}  // namespace
}  // namespace penstock::engine
