// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_state.h"
#include "engine/test_pipeline.h"
#include "engine/test_run.h"

namespace penstock::engine {
namespace {

using metadata::RuntimeState;
using testing::HasSubstr;

// loop over n: double -> "out" and an artifact; then sum reads the collected list.
TestPipeline LoopPipeline(const std::string& raw, int limit = 0) {
  TestPipeline p;
  p.Container("double", {{{"n", "NUMBER_INTEGER"}}, {{"out", "NUMBER_INTEGER"}}, {}, {"data"}});
  p.Container("sum", {{{"list", "LIST"}}, {{"out", "LIST"}}, {"[]data"}, {}});
  TestDag body = p.Dag("body");
  body.Takes("item", "NUMBER_INTEGER");
  body.Task("double", "double").Input("n", "item");
  body.Gives("outs", "NUMBER_INTEGER", "double", "out");
  body.GivesArtifact("datas", {{"double", "data"}});
  TestDag root = p.Root();
  root.Task("loop", "body").ForEach("item", raw, limit);
  root.Task("sum", "sum").Output("list", "loop", "outs").Artifact("data", "loop", "datas");
  return p;
}

TEST(RunLoops, CollectsInIterationOrder) {
  TestRun run(LoopPipeline("[1, 2, 3]").Spec());
  run.Start();
  EXPECT_EQ(run.running().size(), 3u);
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(text::FormatJson(run.Row("sum")->inputs.at("list")), "[2,3,4]");
  EXPECT_EQ(run.LastLaunchOf("sum").input.artifacts.at("data").size(), 3u);
  EXPECT_EQ(run.Row("loop/1")->kind, metadata::TaskKind::kIteration);
  EXPECT_EQ(run.Row("loop/1")->inputs.at("item").as_integer(), 2);
  EXPECT_EQ(run.State("loop/2/double"), "SUCCEEDED");
}

TEST(RunLoops, NothingToIterateIsSuccess) {
  TestRun run(LoopPipeline("[]").Spec());
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(text::FormatJson(run.Row("sum")->inputs.at("list")), "[]");
  EXPECT_TRUE(run.LastLaunchOf("sum").input.artifacts.at("data").empty());
}

TEST(RunLoops, TheLimitBoundsRunningIterations) {
  TestRun run(LoopPipeline("[1, 2, 3, 4, 5]", 2).Spec());
  run.Start();
  EXPECT_EQ(run.running().size(), 2u);
  EXPECT_EQ(run.State("loop/2"), "-");
  run.Step();
  EXPECT_EQ(run.running().size(), 2u);
  EXPECT_EQ(run.State("loop/2"), "RUNNING");
  run.Finish();
  EXPECT_EQ(text::FormatJson(run.Row("sum")->inputs.at("list")), "[2,3,4,5,6]");
}

TEST(RunLoops, AFailedIterationFailsTheLoopAfterItsSiblings) {
  TestRun run(LoopPipeline("[1, 2, 3]").Spec());
  run.On("double", [](const TaskLaunch& launch) {
    return launch.input.parameters.at("n").as_integer() == 2 ? FailWith("two") : Succeed(launch);
  });
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_EQ(run.State("loop/2/double"), "SUCCEEDED");
  EXPECT_EQ(run.run().error, "task 'loop' failed: iteration 1 failed: task 'double' failed: two");
  EXPECT_EQ(run.State("sum"), "RUNTIME_STATE_UNSPECIFIED");

  run.On("double", Succeed);
  ASSERT_TRUE(run.Retry());
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(run.LaunchesOf("double"), 4u);
  EXPECT_EQ(text::FormatJson(run.Row("sum")->inputs.at("list")), "[2,3,4]");
  EXPECT_EQ(run.LastLaunchOf("sum").input.artifacts.at("data").size(), 3u);
}

TEST(RunLoops, ItemsComeFromParametersOutputsAndTexts) {
  for (const char* kind : {"parameter", "output", "text"}) {
    TestPipeline p;
    p.Container("make", {{}, {{"list", "LIST"}}, {}, {}});
    p.Container("work", {{{"x", "STRING"}, {"y", "?LIST"}}, {{"out", "STRING"}}, {}, {}});
    TestDag body = p.Dag("body");
    body.Takes("items", kind == std::string("text") ? "STRING" : "LIST").Takes("item", "STRING");
    body.Task("work", "work").Input("x", "item");
    TestDag root = p.Root();
    root.Takes("given", kind == std::string("text") ? "STRING" : "LIST");
    root.Task("make", "make");
    TestTask loop = root.Task("loop", "body").ForEachOf("item", "items");
    if (kind == std::string("output")) {
      loop.Output("items", "make", "list");
    } else {
      loop.Input("items", "given");
    }
    Json list = Json::Array{"p", "q"};
    TestRun run(p.Spec(),
                {{"given", kind == std::string("text") ? Json(text::FormatJson(list)) : list}});
    run.On("make", [&](const TaskLaunch& launch) {
      TaskOutcome outcome = Succeed(launch);
      outcome.parameters["list"] = list;
      return outcome;
    });
    run.Start();
    run.Finish();
    EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << kind << run.Summary();
    EXPECT_EQ(run.Row("loop/1/work")->inputs.at("x").as_string(), "q");
    EXPECT_FALSE(run.Row("loop/1")->inputs.contains("items"));
  }
}

TEST(RunLoops, NestedLoopsAreCollectedFlat) {
  TestPipeline p;
  p.Container("pair", {{{"a", "NUMBER_INTEGER"}, {"b", "NUMBER_INTEGER"}},
                       {{"out", "NUMBER_INTEGER"}, {"list", "LIST"}},
                       {},
                       {"data"}});
  p.Container("sum", {{{"list", "LIST"}, {"lists", "LIST"}}, {}, {"[]data"}, {}});
  TestDag inner = p.Dag("inner");
  inner.Takes("a", "NUMBER_INTEGER").Takes("b", "NUMBER_INTEGER");
  inner.Task("pair", "pair").Input("a", "a").Input("b", "b");
  inner.Gives("outs", "NUMBER_INTEGER", "pair", "out").Gives("lists", "LIST", "pair", "list");
  inner.GivesArtifact("datas", {{"pair", "data"}});
  TestDag outer = p.Dag("outer");
  outer.Takes("a", "NUMBER_INTEGER");
  outer.Task("inner", "inner").Input("a", "a").ForEach("b", "[10, 20]");
  outer.Gives("outs", "LIST", "inner", "outs").Gives("lists", "LIST", "inner", "lists");
  outer.GivesArtifact("datas", {{"inner", "datas"}});
  TestDag root = p.Root();
  root.Task("outer", "outer").ForEach("a", "[1, 2]");
  root.Task("sum", "sum")
      .Output("list", "outer", "outs")
      .Output("lists", "outer", "lists")
      .Artifact("data", "outer", "datas");
  TestRun run(p.Spec());
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(text::FormatJson(run.Row("sum")->inputs.at("list")), "[12,22,13,23]");
  EXPECT_EQ(text::FormatJson(run.Row("sum")->inputs.at("lists")), "[[1,10],[1,20],[2,10],[2,20]]");
  EXPECT_EQ(run.LastLaunchOf("sum").input.artifacts.at("data").size(), 4u);
}

TEST(RunLoops, AnItemOfTheWrongTypeFailsItsIteration) {
  TestPipeline q;
  q.Container("double", {{{"n", "NUMBER_INTEGER"}}, {{"out", "NUMBER_INTEGER"}}, {}, {}});
  q.Dag("body").Takes("items", "LIST").Takes("item", "NUMBER_INTEGER");
  q.Dag("body").Task("double", "double").Input("n", "item");
  q.Root().Takes("given", "LIST");
  q.Root().Task("loop", "body").Input("items", "given").ForEachOf("item", "items");
  TestRun wrong(q.Spec(), {{"given", Json::Array{1, "two", 3}}});
  wrong.Start();
  wrong.Finish();
  EXPECT_EQ(wrong.state(), RuntimeState::kFailed);
  EXPECT_EQ(wrong.State("loop/1"), "FAILED");
  EXPECT_THAT(wrong.Row("loop/1")->error, HasSubstr("input 'item'"));
  EXPECT_EQ(wrong.State("loop/2/double"), "SUCCEEDED");
}

TEST(RunLoops, TerminatingALimitedLoopStartsNoMore) {
  TestRun run(LoopPipeline("[1, 2, 3, 4, 5]", 2).Spec());
  run.Start();
  run.Step();
  ASSERT_TRUE(run.Terminate());
  EXPECT_EQ(run.state(), RuntimeState::kFailed) << run.Summary();
  EXPECT_EQ(run.LaunchesOf("double"), 3u);
  EXPECT_EQ(run.State("loop"), "CANCELED");
  ASSERT_TRUE(run.Retry());
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(text::FormatJson(run.Row("sum")->inputs.at("list")), "[2,3,4,5,6]");
}

}  // namespace
}  // namespace penstock::engine
