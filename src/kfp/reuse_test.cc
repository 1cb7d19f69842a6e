// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/test_api.h"

// Runs made from others, plans, and the cache, over the API.
namespace penstock::kfp {
namespace {

using metadata::RuntimeState;
using text::Json;

const std::string kAll = "/apis/v2beta1/runs";
const std::string kCache = "/apis/v2beta1/cache_entries";

std::string One(const std::string& id, std::string_view verb = "") {
  return kAll + "/" + id + std::string(verb);
}

class ReuseApi : public testing::Test {
 protected:
  // A run that has failed.
  std::string Failed() {
    std::string id = api.CreateRun("first");
    EXPECT_TRUE(api.engine->SetState(id, RuntimeState::kFailed));
    return id;
  }
  void PutEntry(const std::string& task, const std::string& pipeline) {
    EXPECT_TRUE(api.metadata().database.Write([&](metadata::Transaction& tx) {
      metadata::CacheEntry entry;
      entry.id = task;
      entry.run_id = "r";
      entry.pipeline_name = pipeline;
      entry.task_name = "train";
      entry.fingerprint = "f";
      entry.outputs["n"] = 3;
      entry.created_at = api.clock.Now();
      return api.metadata().cache.Put(tx, entry);
    }));
  }

  TestApi api;
};

TEST_F(ReuseApi, ARunIsResumedAndSaysFromWhere) {
  std::string id = Failed();
  auto resumed = api.Post(One(id, ":resume"));
  ASSERT_EQ(resumed.status(), 200) << resumed.body();
  EXPECT_EQ(resumed.Text("origin"), "RESUME");
  EXPECT_EQ(resumed.Text("origin_run_id"), id);
  EXPECT_EQ(resumed.Text("display_name"), "first (resumed)");
  EXPECT_EQ(resumed.Text("runtime_config"), api.Get(One(id)).Text("runtime_config"));
  EXPECT_EQ(resumed.Text("pipeline_spec"), AddSpec());
  EXPECT_EQ(api.Post(One("nope", ":resume")).status(), 404);
}

TEST_F(ReuseApi, WithACorrectedPipelineAndOtherInputs) {
  std::string id = Failed();
  auto resumed =
      api.Post(One(id, ":resume"), R"({"display_name": "better", "pipeline_spec": )" + AddSpec() +
                                       R"(, "runtime_config": {"parameters": {"a": 9}},
                                                  "enable_caching": false})");
  ASSERT_EQ(resumed.status(), 200) << resumed.body();
  EXPECT_EQ(resumed.Text("display_name"), "better");
  EXPECT_EQ(resumed.Text("runtime_config"), R"({"parameters":{"a":9}})");
  EXPECT_EQ(resumed.Text("enable_caching"), "false");
  EXPECT_EQ(api.Post(One(id, ":resume"), R"({"pipeline_spec": {"root": 1}})").status(), 400);
  EXPECT_EQ(api.Post(One(id, ":resume"), R"({"colour": 1})").status(), 400);
  EXPECT_EQ(api.Post(One(id, ":resume"), R"({"enable_caching": 1})").status(), 400);
}

TEST_F(ReuseApi, RunAgainNamesATaskAndAClone) {
  std::string id = Failed();
  auto again = api.Post(One(id, ":rerun"), R"({"from_task": "add"})");
  ASSERT_EQ(again.status(), 200) << again.body();
  EXPECT_EQ(again.Text("rerun_from"), "add");
  EXPECT_EQ(api.Post(One(id, ":rerun")).status(), 400);
  EXPECT_EQ(api.Post(One(id, ":clone"), R"({"from_task": "add"})").status(), 400);
  auto clone = api.Post(One(id, ":clone"), R"({"runtime_config": {"parameters": {"a": 4}}})");
  ASSERT_EQ(clone.status(), 200) << clone.body();
  EXPECT_EQ(clone.Text("origin"), "CLONE");
  EXPECT_EQ(clone.Text("runtime_config"), R"({"parameters":{"a":4}})");
}

TEST_F(ReuseApi, ARunMayHaveThePackagesOfAnother) {
  std::string id = Failed();
  EXPECT_EQ(api.Post(One(id, ":clone")).Text("locked_from"), "");
  auto clone = api.Post(One(id, ":clone"), R"({"locked": true})");
  ASSERT_EQ(clone.status(), 200) << clone.body();
  EXPECT_EQ(clone.Text("locked_from"), id);
  const std::string locked = clone.Text("run_id");
  ASSERT_TRUE(api.engine->SetState(locked, metadata::RuntimeState::kFailed));
  // What is made from that goes on with the same, unless told otherwise.
  EXPECT_EQ(api.Post(One(locked, ":resume")).Text("locked_from"), id);
  EXPECT_EQ(api.Post(One(locked, ":resume"), R"({"locked": false})").Text("locked_from"), "");
  EXPECT_EQ(api.Post(One(locked, ":resume"), R"({"locked": true})").Text("locked_from"), locked);
  EXPECT_EQ(api.Post(One(id, ":clone"), R"({"locked": "yes"})").status(), 400);
  auto made =
      api.Post(kAll, R"({"display_name": "p", "locked_from": ")" + id + R"(", "pipeline_spec": )" +
                         AddSpec() + R"(, "runtime_config": {"parameters": {"a": 1}}})");
  ASSERT_EQ(made.status(), 200) << made.body();
  EXPECT_EQ(made.Text("locked_from"), id);
}

TEST_F(ReuseApi, APlanMakesNothing) {
  auto plan = api.Post(kAll + ":plan", R"({"display_name": "p", "pipeline_spec": )" + AddSpec() +
                                           R"(, "runtime_config": {"parameters": {"a": 1}}})");
  ASSERT_EQ(plan.status(), 200) << plan.body();
  EXPECT_EQ(plan.Text("cached_count"), "1");
  Json step = plan.json().Find("steps")->as_array().at(0);
  EXPECT_EQ(step.StringOr("decision", ""), "CACHED");
  EXPECT_EQ(step.StringOr("cached_from_run_id", ""), "run-of-before");
  EXPECT_EQ(api.Get(kAll).body(), "{}");
  std::string id = Failed();
  auto derived = api.Post(One(id, ":plan"));
  ASSERT_EQ(derived.status(), 200) << derived.body();
  EXPECT_EQ(derived.json().Find("steps")->as_array().at(0).StringOr("cached_from_run_id", ""), id);
  EXPECT_EQ(api.Post(One(id, ":plan"), R"({"kind": "DREAM"})").status(), 400);
  EXPECT_EQ(api.Get(kAll).Text("total_size"), "1");
}

TEST_F(ReuseApi, CacheEntriesAreListedAndInvalidated) {
  PutEntry("one", "p");
  PutEntry("two", "q");
  auto list = api.Get(kCache + "?sort_by=task_id%20desc");
  ASSERT_EQ(list.status(), 200) << list.body();
  EXPECT_EQ(list.Text("total_size"), "2");
  EXPECT_EQ(api.Get(kCache + "/one").Text("output_parameters"), R"({"n":3})");
  EXPECT_EQ(api.Post(kCache + ":invalidate").status(), 400);
  EXPECT_EQ(api.Post(kCache + ":invalidate", R"({"all": true, "run_id": "r"})").status(), 400);
  EXPECT_EQ(api.Post(kCache + ":invalidate", R"({"pipeline_name": "q"})").Text("invalidated"), "1");
  EXPECT_EQ(api.Get(kCache + "/two").status(), 404);
  EXPECT_EQ(api.Send("DELETE", kCache + "/one").status(), 200);
  EXPECT_EQ(api.Send("DELETE", kCache + "/one").status(), 404);
  PutEntry("three", "p");
  EXPECT_EQ(api.Post(kCache + ":invalidate", R"({"all": true})").Text("invalidated"), "1");
}

TEST_F(ReuseApi, ARunSaysHowItsCacheAndItsEndAreToBe) {
  auto body = [](std::string_view more) {
    return R"({"display_name": "r", "pipeline_spec": )" + AddSpec() +
           R"(, "runtime_config": {"parameters": {"a": 1}})" + std::string(more) + "}";
  };
  auto run = api.Post(kAll, body(R"(, "enable_caching": true, "keep_seconds": "60")"));
  ASSERT_EQ(run.status(), 200) << run.body();
  EXPECT_EQ(run.Text("enable_caching"), "true");
  EXPECT_EQ(run.Text("keep_seconds"), "60");
  EXPECT_EQ(api.Post(kAll, body(R"(, "enable_caching": "yes")")).status(), 400);
  run = api.Post(kAll, body(R"(, "priority": -7, "plugins_input": {"mlflow": {"a": [1]}})"));
  ASSERT_EQ(run.status(), 200) << run.body();
  run = api.Get(One(run.Text("run_id")));
  EXPECT_EQ(run.Text("priority"), "-7");
  EXPECT_EQ(run.Text("plugins_input"), R"({"mlflow":{"a":[1]}})");
  for (const char* wrong : {"1001", "-1001", "\"high\"", "1.5", "-9223372036854775808"}) {
    EXPECT_EQ(api.Post(kAll, body(std::string(R"(, "priority": )") + wrong)).status(), 400)
        << wrong;
  }
  EXPECT_EQ(api.Post(kAll, body(R"(, "keep_seconds": -1)")).status(), 400);
}

TEST_F(ReuseApi, DeletionTakesArtifactsAlongWhereAsked) {
  std::string kept = Failed(), gone = Failed();
  EXPECT_EQ(api.Send("DELETE", One(kept)).status(), 200);
  EXPECT_EQ(api.Send("DELETE", One(gone) + "?delete_artifacts=true").status(), 200);
  EXPECT_EQ(api.engine->deleted_runs, std::vector<std::string>{gone});
  EXPECT_EQ(api.Send("DELETE", "/apis/v2beta1/artifacts/a?force=true").status(), 200);
  EXPECT_EQ(api.engine->deleted_artifacts, std::vector<std::string>{"a by force"});
  std::string experiment = api.CreateExperiment("e");
  EXPECT_EQ(
      api.Send("DELETE", "/apis/v2beta1/experiments/" + experiment + "?delete_runs=true").status(),
      200);
}

}  // namespace
}  // namespace penstock::kfp
