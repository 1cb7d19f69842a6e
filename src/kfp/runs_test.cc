// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

using metadata::RuntimeState;
using text::Json;

constexpr std::string_view kAll = "/apis/v2beta1/runs";

std::string One(const std::string& id, std::string_view verb = "") {
  return std::string(kAll) + "/" + id + std::string(verb);
}

// The body of a creation from add.yaml, with more members.
std::string SpecBody(std::string_view more) {
  return R"({"display_name": "r", "pipeline_spec": )" + AddSpec() + std::string(more) + "}";
}

constexpr std::string_view kArguments = R"(, "runtime_config": {"parameters": {"a": 3}})";

TEST(Runs, AreCreatedFromASpec) {
  TestApi api;
  std::string experiment = api.CreateExperiment("e");
  auto made = api.Post(kAll, SpecBody(std::string(kArguments) + R"(, "experiment_id": ")" +
                                      experiment + R"(", "service_account": "s")"));
  ASSERT_EQ(made.status(), 200) << made.body();
  EXPECT_EQ(made.Text("experiment_id"), experiment);
  EXPECT_EQ(made.Text("state"), "PENDING");
  EXPECT_EQ(made.Text("storage_state"), "AVAILABLE");
  EXPECT_EQ(made.Text("service_account"), "s");
  EXPECT_EQ(made.Text("runtime_config"), R"({"parameters":{"a":3}})");
  EXPECT_EQ(made.Text("finished_at"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(made.Text("scheduled_at"), made.Text("created_at"));
  EXPECT_EQ(made.Text("pipeline_spec"), AddSpec());
  EXPECT_EQ(made.json().Find("pipeline_version_reference"), nullptr);

  auto got = api.Get(One(made.Text("run_id")));
  EXPECT_EQ(got.Text("pipeline_spec"), AddSpec());
  EXPECT_EQ(got.Text("run_details"), "{}");
  EXPECT_EQ(got.json().Find("state_history")->as_array().size(), 1u);
}

TEST(Runs, KeepAWrappedSpecWrapped) {
  TestApi api;
  std::string wrapped =
      R"({"pipeline_spec":)" + AddSpec() + R"(,"platform_spec":{"platforms":{"kubernetes":{}}}})";
  auto made = api.Post(
      kAll, R"({"display_name": "r", "pipeline_spec": )" + wrapped + std::string(kArguments) + "}");
  ASSERT_EQ(made.status(), 200) << made.body();
  EXPECT_EQ(made.Text("pipeline_spec"), wrapped);
}

TEST(Runs, AreCreatedFromAVersion) {
  TestApi api;
  std::string pipeline = api.UploadPipeline("p");
  auto versions = api.Get("/apis/v2beta1/pipelines/" + pipeline + "/versions").json();
  std::string version =
      versions.Find("pipeline_versions")->as_array()[0].StringOr("pipeline_version_id", "");
  std::string reference =
      R"({"pipeline_id":")" + pipeline + R"(","pipeline_version_id":")" + version + "\"}";
  for (const std::string& source :
       {R"("pipeline_version_reference": )" + reference,
        R"("pipelineVersionReference": {"pipelineVersionId": ")" + version + "\"}",
        R"("pipeline_version_reference": {"pipeline_id": ")" + pipeline + "\"}",
        R"("pipeline_version_id": ")" + version + "\""}) {
    auto made =
        api.Post(kAll, R"({"display_name": "r", )" + source + std::string(kArguments) + "}");
    ASSERT_EQ(made.status(), 200) << made.body();
    EXPECT_EQ(made.Text("pipeline_version_reference"), reference);
    EXPECT_EQ(made.json().Find("pipeline_spec"), nullptr);
  }
}

TEST(Runs, TakeTheNewestVersion) {
  TestApi api;
  std::string pipeline = api.UploadPipeline("p");
  auto second = api.Upload("/apis/v2beta1/pipelines/upload_version?name=v2&pipelineid=" + pipeline,
                           "p.yaml", ReadTestFile("add.yaml"));
  auto made = api.Post(kAll, R"({"display_name": "r", "pipeline_version_reference": )"
                             R"({"pipeline_id": ")" +
                                 pipeline + "\"}" + std::string(kArguments) + "}");
  EXPECT_EQ(made.Text("pipeline_version_reference.pipeline_version_id"),
            second.Text("pipeline_version_id"));
}

TEST(Runs, AreRefusedWithTheReason) {
  TestApi api;
  std::string pipeline =
      api.Post("/apis/v2beta1/pipelines", R"({"name": "p"})").Text("pipeline_id");
  struct Case {
    std::string body;
    int status;
    std::string_view cause;
  };
  const Case kCases[] = {
      {"{", 400, "not valid JSON"},
      {"", 400, "display_name"},
      {R"({"pipeline_spec": {}})", 400, "display_name"},
      {R"({"display_name": "r"})", 400, "pipeline_spec"},
      {SpecBody(R"(, "nope": 1)"), 400, "nope"},
      {SpecBody(R"(, "pipeline_version_id": "v")"), 400, "more than one"},
      {SpecBody(R"(, "pipeline_version_reference": {})"), 400, "more than one"},
      {SpecBody(R"(, "runtime_config": {"nope": 1})"), 400, "nope"},
      {SpecBody(R"(, "runtime_config": {"parameters": []})"), 400, "parameters"},
      {SpecBody(""), 400, "'a'"},
      {SpecBody(R"(, "runtime_config": {"parameters": {"a": "x"}})"), 400, "a"},
      {SpecBody(std::string(kArguments) + R"(, "experiment_id": "none")"), 404, "none"},
      {R"({"display_name": "r", "pipeline_version_id": "none"})", 404, "none"},
      {R"({"display_name": "r", "pipeline_version_reference": {"pipeline_id": "none"}})", 404,
       "none"},
      {R"({"display_name": "r", "pipeline_version_reference": {"pipeline_id": ")" + pipeline +
           "\"}}",
       400, "no versions"},
      {R"({"display_name": "r", "pipeline_spec": {"a": "b"}})", 400, ""},
  };
  for (const Case& wrong : kCases) {
    auto response = api.Post(kAll, wrong.body);
    EXPECT_EQ(response.status(), wrong.status) << wrong.body << response.body();
    EXPECT_NE(response.Text("message").find(wrong.cause), std::string::npos) << response.body();
    EXPECT_EQ(response.json().Find("details")->as_array().size(), 1u);
  }
  EXPECT_EQ(api.Get(kAll).body(), "{}");
}

TEST(Runs, MayBeSentBackAsTheyCame) {
  TestApi api;
  Json run = api.Get(One(api.CreateRun("r"))).json();
  auto cloned = api.Post(kAll, text::FormatJson(run));
  EXPECT_EQ(cloned.status(), 200) << cloned.body();
  EXPECT_NE(cloned.Text("run_id"), run.StringOr("run_id", ""));
}

TEST(Runs, AreListedByExperiment) {
  TestApi api;
  std::string first = api.CreateRun("first");
  api.CreateRun("second");
  std::string experiment = api.Get(One(first)).Text("experiment_id");
  auto list = api.Get(std::string(kAll) + "?experiment_id=" + experiment +
                      "&page_token=&page_size=10&sort_by=created_at%20desc");
  ASSERT_EQ(list.status(), 200) << list.body();
  EXPECT_EQ(list.json().IntegerOr("total_size", 0), 2);
  EXPECT_EQ(list.json().Find("runs")->as_array()[1].StringOr("run_id", ""), first);
  EXPECT_EQ(api.Get(std::string(kAll) + "?experiment_id=other").body(), "{}");
}

TEST(Runs, AreArchivedAndBack) {
  TestApi api;
  std::string id = api.CreateRun("r");
  EXPECT_EQ(api.Post(One(id, ":archive")).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("storage_state"), "ARCHIVED");
  EXPECT_EQ(api.Get(One(id)).Text("state"), "PENDING");
  EXPECT_EQ(api.Post(One(id, ":unarchive")).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("storage_state"), "AVAILABLE");
  for (const char* verb : {":archive", ":unarchive", ":terminate", ":retry"}) {
    EXPECT_EQ(api.Post(One("nope", verb)).status(), 404) << verb;
  }
}

TEST(Runs, AreTerminatedAndRetried) {
  TestApi api;
  std::string id = api.CreateRun("r");
  EXPECT_EQ(api.Post(One(id, ":retry")).status(), 409);
  EXPECT_EQ(api.Post(One(id, ":terminate")).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("state"), "FAILED");
  EXPECT_NE(api.Get(One(id)).Text("finished_at"), "1970-01-01T00:00:00Z");
  EXPECT_EQ(api.Post(One(id, ":terminate")).body(), "{}");  // it has ended: nothing to do
  EXPECT_EQ(api.Post(One(id, ":retry")).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).Text("state"), "RUNNING");
}

TEST(Runs, AreTerminatedBeforeTheyAreDeleted) {
  TestApi api;
  std::string id = api.CreateRun("r");
  EXPECT_EQ(api.Send("DELETE", One(id)).body(), "{}");
  EXPECT_EQ(api.Get(One(id)).status(), 404);
  EXPECT_EQ(api.Send("DELETE", One(id)).status(), 404);

  api.engine->tasks_linger = true;
  id = api.CreateRun("r");
  auto refused = api.Send("DELETE", One(id));
  EXPECT_EQ(refused.status(), 400);
  EXPECT_NE(refused.Text("message").find("delete it again"), std::string::npos);
  ASSERT_TRUE(api.engine->SetState(id, RuntimeState::kFailed));
  EXPECT_EQ(api.Send("DELETE", One(id)).body(), "{}");
}

TEST(Runs, ShowTheirTasks) {
  TestApi api;
  std::string id = api.CreateRun("r");
  metadata::Task root;
  root.id = "t-root";
  root.run_id = id;
  root.name = root.display_name = "root";
  root.kind = metadata::TaskKind::kRoot;
  root.state = RuntimeState::kRunning;
  root.created_at = api.clock.Now();
  metadata::Task step = root;
  step.id = "t-add";
  step.parent_id = "t-root";
  step.name = step.display_name = "add";
  step.kind = metadata::TaskKind::kContainer;
  step.state = RuntimeState::kFailed;
  step.started_at = step.finished_at = api.clock.Now();
  step.error = "exit code 1";
  step.state_history = {{api.clock.Now(), RuntimeState::kFailed, "exit code 1"}};
  api.Store(root);
  api.Store(step);

  Json run = api.Get(One(id)).json();
  const Json::Array& details = run.Find("run_details")->Find("task_details")->as_array();
  ASSERT_EQ(details.size(), 2u);
  std::string time = base::FormatRfc3339(*step.started_at);
  EXPECT_EQ(text::FormatJson(details[0]),
            R"({"child_tasks":[{"task_id":"t-add"}],"create_time":")" + time +
                R"(","display_name":"root","end_time":"1970-01-01T00:00:00Z","pod_name":"t-root",)"
                R"("run_id":")" +
                id + R"(","start_time":"1970-01-01T00:00:00Z","state":"RUNNING",)" +
                R"("task_id":"t-root"})");
  EXPECT_EQ(details[1].StringOr("parent_task_id", ""), "t-root");
  EXPECT_EQ(details[1].StringOr("start_time", ""), time);
  EXPECT_EQ(details[1].Find("error")->StringOr("message", ""), "exit code 1");
  EXPECT_EQ(details[1].Find("state_history")->as_array()[0].StringOr("state", ""), "FAILED");
}

// What was answered before is used again, but for what has changed since.
TEST(Runs, ThatAreAskedForAgainShowWhatHasChanged) {
  TestApi api;
  const std::string id = api.CreateRun("r");
  const auto store = [&](const std::string& name, const std::string& parent) {
    metadata::Task task;
    task.id = name;
    task.run_id = id;
    task.parent_id = parent;
    task.display_name = name;
    task.state = RuntimeState::kRunning;
    api.Store(task);
    return task;
  };
  store("t-root", "");
  metadata::Task first = store("t-1", "t-root");
  store("t-2", "t-root");
  const std::string before = api.Get(One(id)).body();
  EXPECT_EQ(api.Get(One(id)).body(), before);

  first.state = RuntimeState::kFailed;
  first.error = "exit code 1";
  ASSERT_TRUE(api.metadata().database.Write(
      [&](metadata::Transaction& tx) { return api.metadata().tasks.Update(tx, first); }));
  Json run = api.Get(One(id)).json();
  const Json::Array* details = &run.Find("run_details")->Find("task_details")->as_array();
  EXPECT_EQ((*details)[1].StringOr("state", ""), "FAILED");
  EXPECT_EQ((*details)[2].StringOr("state", ""), "RUNNING");
  EXPECT_EQ((*details)[0].Find("child_tasks")->as_array().size(), 2u);

  store("t-3", "t-root");
  ASSERT_TRUE(api.engine->SetState(id, RuntimeState::kFailed));
  run = api.Get(One(id)).json();
  details = &run.Find("run_details")->Find("task_details")->as_array();
  EXPECT_EQ((*details)[0].Find("child_tasks")->as_array().size(), 3u);
  EXPECT_EQ((*details)[3].StringOr("task_id", ""), "t-3");
  EXPECT_EQ(run.StringOr("state", ""), "FAILED");
  EXPECT_EQ(text::FormatJson(*run.Find("pipeline_spec")),
            text::FormatJson(*text::ParseJson(before)->Find("pipeline_spec")));
  EXPECT_EQ(api.Send("DELETE", One(id)).status(), 200);
  EXPECT_EQ(api.Get(One(id)).status(), 404);
}

TEST(Runs, WithADamagedSpecAreStillListed) {
  TestApi api;
  std::string id = api.CreateRun("r");
  metadata::Run run = api.metadata().runs.Get(id).value();
  run.id = "damaged";
  run.spec_json = "{";
  ASSERT_TRUE(api.metadata().database.Write(
      [&](metadata::Transaction& tx) { return api.metadata().runs.Insert(tx, run); }));
  auto list = api.Get(kAll);
  ASSERT_EQ(list.status(), 200);
  EXPECT_EQ(list.json().Find("runs")->as_array().size(), 2u);
  EXPECT_NE(api.Get(One("damaged")).Text("error.message").find("cannot be read"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::kfp
