// SPDX-License-Identifier: Apache-2.0
#include "engine/dag_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/test_pipeline.h"
#include "ir/parse.h"

namespace penstock::engine {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ir::PipelinePackage Parse(const TestPipeline& pipeline) {
  auto package = ir::ParsePackageJson(pipeline.Spec());
  EXPECT_TRUE(package) << package.error().message();
  return std::move(*package);
}

TestPipeline Diamond() {
  TestPipeline p;
  p.Container("work", {{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {}});
  TestDag root = p.Root();
  root.Task("a-last", "work").After("left").Output("x", "right", "out");
  root.Task("left", "work").Output("x", "z-first", "out").After("z-first");
  root.Task("right", "work").After("z-first");
  root.Task("z-first", "work");
  return p;
}

TEST(DagPlan, PutsEveryTaskAfterItsUpstreams) {
  auto plan = RunPlan::Make(Parse(Diamond()));
  ASSERT_TRUE(plan);
  const DagPlan& root = (*plan)->root();
  std::vector<std::string> names;
  for (const PlannedTask& task : root.tasks()) names.push_back(task.spec->name);
  EXPECT_THAT(names, ElementsAre("z-first", "left", "right", "a-last"));
  EXPECT_THAT(root.tasks()[1].upstream, ElementsAre(0));
  EXPECT_THAT(root.tasks()[0].downstream, ElementsAre(1, 2));
  EXPECT_EQ(root.Find("a-last"), 3u);
  EXPECT_EQ(root.Find("nobody"), std::nullopt);
}

// The parser refuses these too; a run that can never end must not depend on that.
TEST(DagPlan, RefusesWhatCouldNeverEnd) {
  ir::PipelinePackage circle = Parse(Diamond());
  circle.spec.root.dag->tasks.at("z-first").dependent_tasks.push_back("a-last");
  auto plan = RunPlan::Make(std::move(circle));
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message(), HasSubstr("in a circle"));

  TestPipeline nested;
  nested.Container("work", {});
  nested.Dag("inner").Task("t", "work");
  nested.Root().Task("g", "inner");
  ir::PipelinePackage itself = Parse(nested);
  itself.spec.components.at("inner").dag->tasks.at("t").component = "inner";
  plan = RunPlan::Make(std::move(itself));
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message(), HasSubstr("contains itself"));

  ir::PipelinePackage unknown = Parse(Diamond());
  unknown.spec.root.dag->tasks.at("left").dependent_tasks.push_back("nobody");
  plan = RunPlan::Make(std::move(unknown));
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message(), HasSubstr("unknown task 'nobody'"));
}

TEST(DagPlan, KnowsWhichOutputsGatherALoop) {
  TestPipeline p;
  p.Container("work", {{{"x", "?STRING"}}, {{"out", "LIST"}}, {}, {}});
  TestDag body = p.Dag("body");
  body.Optional("x", "STRING").Task("w", "work");
  body.Gives("out", "LIST", "w", "out");
  TestDag outer = p.Dag("outer");
  outer.Task("loop", "body").ForEach("x", "[\"1\"]");
  outer.Task("plain", "work");
  outer.Gives("gathered", "LIST", "loop", "out").Gives("list", "LIST", "plain", "out");
  p.Root().Task("outer", "outer");
  auto plan = RunPlan::Make(Parse(p));
  ASSERT_TRUE(plan) << plan.error().message();
  const DagPlan& dag = *(*plan)->dags().at("outer");
  EXPECT_TRUE(dag.IsCollected("gathered"));
  EXPECT_FALSE(dag.IsCollected("list"));
  EXPECT_FALSE((*plan)->dags().at("body")->IsCollected("out"));
}

}  // namespace
}  // namespace penstock::engine
