// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/run_state.h"
#include "engine/test_pipeline.h"
#include "engine/test_run.h"

// Retries, exit tasks, importers and the cache.
namespace penstock::engine {
namespace {

using metadata::RuntimeState;
using testing::HasSubstr;

const TestPipeline::Ports kWork{{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {}};

TEST(RunTasks, RetryPolicyWaitsLongerEachTime) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Root().Task("flaky", "work").Retries(2, "10s");
  p.Root().Task("after", "work").Output("x", "flaky", "out");
  for (int failures : {2, 3}) {
    TestRun run(p.Spec());
    int left = failures;
    run.On("flaky", [&](const TaskLaunch& launch) {
      return left-- > 0 ? FailWith("not yet") : Succeed(launch);
    });
    run.Start();
    base::Time begun = run.Tick();
    run.Step("flaky");
    EXPECT_EQ(run.State("flaky"), "PENDING");
    EXPECT_TRUE(run.running().empty());
    run.Finish();
    EXPECT_EQ(run.LaunchesOf("flaky"), 3u);
    EXPECT_GE(run.Tick() - begun, std::chrono::seconds(30));
    EXPECT_EQ(run.State("after"), failures == 2 ? "SUCCEEDED" : "RUNTIME_STATE_UNSPECIFIED");
    EXPECT_EQ(run.Row("flaky")->details.Find("attempts")->as_array().size(), 3u);
    EXPECT_EQ(run.Row("flaky")->details.IntegerOr("retries", 0), 2);
  }
}

TEST(RunTasks, ARetriedGroupRunsAgainWhatFailedInIt) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Dag("inner").Task("good", "work");
  p.Dag("inner").Task("flaky", "work").After("good");
  p.Root().Task("group", "inner").Retries(3, "5s");
  TestRun run(p.Spec());
  int left = 2;
  run.On("flaky", [&](const TaskLaunch& launch) {
    return left-- > 0 ? FailWith("not yet") : Succeed(launch);
  });
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded) << run.Summary();
  EXPECT_EQ(run.LaunchesOf("good"), 1u);
  EXPECT_EQ(run.LaunchesOf("flaky"), 3u);
}

TEST(RunTasks, ExitTasksRunWhateverHappenedAndAreToldOfIt) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Container("exit", {{{"status", "TASK_FINAL_STATUS"}}, {}, {}, {}});
  p.Dag("guarded").Task("risky", "work");
  TestDag root = p.Root();
  root.Task("exit-handler-1", "guarded");
  root.Task("clean-up", "exit").Status("status", "exit-handler-1").After("exit-handler-1").Exit();
  for (bool fails : {true, false}) {
    TestRun run(p.Spec());
    if (fails) run.On("risky", [](const TaskLaunch&) { return FailWith("boom"); });
    run.Start();
    run.Finish();
    EXPECT_EQ(run.state(), fails ? RuntimeState::kFailed : RuntimeState::kSucceeded);
    EXPECT_EQ(run.State("clean-up"), "SUCCEEDED") << run.Summary();
    const Json& status = run.Row("clean-up")->inputs.at("status");
    EXPECT_EQ(status.StringOr("state", ""), fails ? "FAILED" : "COMPLETE");
    EXPECT_EQ(status.StringOr("pipelineTaskName", ""), "exit-handler-1");
    EXPECT_THAT(status.StringOr("pipelineJobResourceName", ""), HasSubstr("test-pipeline-"));
    EXPECT_EQ(status.Find("error")->StringOr("message", ""),
              fails ? "task 'risky' failed: boom" : "");
  }
}

TEST(RunTasks, ImportersMakeRecordsAndReuseThem) {
  TestPipeline p;
  p.Importer("fixed", "gs://bucket/data", false, Json::Object{{"note", "constant"}});
  p.Importer("chosen", nullptr, true);
  p.Container("work", {{}, {{"uri", "STRING"}}, {"[]data"}, {}});
  TestDag root = p.Root();
  root.Takes("where", "STRING");
  root.Task("fixed", "fixed");
  root.Task("chosen", "chosen").Input("uri", "where");
  root.Task("use", "work").Artifact("data", "chosen", "artifact").After("fixed");
  TestRun run(p.Spec(), {{"where", "s3://other/place"}});
  int questions = 0;
  run.AnswerCacheWith([&](const CacheLookup&) {
    ++questions;
    CacheHit hit;
    hit.task_id = "older";
    ir::RuntimeArtifact artifact;
    artifact.name = "artifact-of-before";
    hit.artifacts["artifact"].push_back(artifact);
    return std::optional<CacheHit>(hit);
  });
  run.Start();
  run.Finish();
  EXPECT_EQ(questions, 1);  // the one without reimport
  EXPECT_EQ(run.State("fixed"), "SUCCEEDED");
  ASSERT_EQ(run.rows().artifacts.size(), 1u);
  EXPECT_EQ(run.rows().artifacts[0].uri, "s3://other/place");
  const auto& data = run.LastLaunchOf("use").input.artifacts.at("data");
  ASSERT_EQ(data.size(), 1u);
  EXPECT_EQ(data[0].name, run.rows().artifacts[0].id);
}

TEST(RunTasks, ACacheHitStandsForTheTask) {
  TestPipeline p;
  p.Container("make", {{{"x", "?STRING"}}, {{"out", "STRING"}}, {}, {"data"}});
  TestDag root = p.Root();
  root.Task("a", "make").Constant("x", "1").Cached();
  root.Task("b", "make").Output("x", "a", "out").Cached();
  root.Task("c", "make").Output("x", "a", "out");
  TestRun run(p.Spec());
  std::vector<std::string> asked;
  run.AnswerCacheWith([&](const CacheLookup& lookup) -> std::optional<CacheHit> {
    asked.push_back(lookup.fingerprint);
    if (asked.size() > 1) return std::nullopt;
    CacheHit hit;
    hit.task_id = "older-task";
    hit.outputs["out"] = "kept";
    ir::RuntimeArtifact artifact;
    artifact.name = "older-artifact";
    hit.artifacts["data"].push_back(artifact);
    return hit;
  });
  run.Start();
  EXPECT_EQ(run.State("a"), "CACHED");
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kSucceeded);
  EXPECT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].size(), 64u);
  EXPECT_EQ(run.Row("a")->state, RuntimeState::kSkipped);
  EXPECT_EQ(run.Row("a")->cached_from_task_id, "older-task");
  EXPECT_EQ(run.Row("b")->inputs.at("x").as_string(), "kept");
  EXPECT_EQ(run.LaunchesOf("a"), 0u);
  EXPECT_EQ(run.Row("c")->fingerprint.size(), 64u);  // for runs that are made from this one
}

TEST(RunTasks, APodsLabelOrAnnotationTakesTheNetworkAway) {
  struct Case {
    const char* metadata;
    bool own_network, good;
  };
  const Case cases[] = {{R"({"labels":{"penstock.dev/network":"none"}})", true, true},
                        {R"({"annotations":{"penstock.dev/network":"none"}})", true, true},
                        {R"({"labels":{"penstock.dev/network":"host"}})", false, true},
                        {R"({"labels":{"team":"a"}})", false, true},
                        {R"({"annotations":{"penstock.dev/network":"some"}})", false, false}};
  for (const Case& one : cases) {
    TestPipeline p;
    p.Container("work", kWork);
    p.Root().Task("t", "work");
    Json package = Json::Object{{"pipeline_spec", p.Spec()}};
    package["platform_spec"] = *text::ParseJson(
        std::string(R"({"platforms":{"kubernetes":{"deploymentSpec":{"executors":{"exec-work":)") +
        R"({"podMetadata":)" + one.metadata + "}}}}}}");
    TestRun run(package);
    std::optional<bool> own_network;
    run.On("t", [&](const TaskLaunch& launch) {
      own_network = launch.own_network;
      return FailWith("seen");
    });
    run.Start();
    run.Finish();
    EXPECT_EQ(own_network.has_value(), one.good) << one.metadata;
    EXPECT_EQ(own_network.value_or(false), one.own_network) << one.metadata;
    EXPECT_THAT(run.run().error, HasSubstr(one.good ? "seen" : "none or host"));
  }
}

TEST(RunTasks, ARunThatTakesTooLongIsEnded) {
  TestPipeline p;
  p.Container("work", kWork);
  p.Root().Task("slow", "work").Retries(100, "60s");
  Json package = Json::Object{{"pipeline_spec", p.Spec()}};
  package["platform_spec"] = *text::ParseJson(R"({"platforms":{"kubernetes":{"pipelineConfig":{
          "activeDeadlineSeconds":"100"}}}})");
  TestRun run(package);
  run.On("slow", [](const TaskLaunch&) { return FailWith("not yet"); });
  run.Start();
  run.Finish();
  EXPECT_EQ(run.state(), RuntimeState::kFailed);
  EXPECT_THAT(run.run().error, HasSubstr("activeDeadlineSeconds"));
  EXPECT_EQ(run.LaunchesOf("slow"), 2u);
}

}  // namespace
}  // namespace penstock::engine
