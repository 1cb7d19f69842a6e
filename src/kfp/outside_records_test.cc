// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/test_api.h"
#include "text/url.h"

namespace penstock::kfp {
namespace {

using text::Json;

constexpr const char* kApi = "/apis/v2beta1";

// A run with a task of the engine, "own".
class OutsideRecordsTest : public testing::Test {
 protected:
  OutsideRecordsTest() : run_(api_.CreateRun("r")) {
    metadata::Task own;
    own.id = "own";
    own.run_id = run_;
    own.name = "add";
    own.state = metadata::RuntimeState::kSucceeded;
    own.created_at = api_.clock.Now();
    api_.Store(own);
  }

  RecordedResponse Send(std::string_view method, const std::string& path, const Json& body) {
    return api_.Send(method, kApi + path, text::FormatJson(body));
  }
  RecordedResponse Post(const std::string& path, const Json& body) {
    return Send("POST", path, body);
  }
  Json CreateTask(Json body) {
    body["run_id"] = run_;
    auto response = Post("/tasks", body);
    EXPECT_EQ(response.status(), 200) << response.body();
    return response.json();
  }
  Json Get(const std::string& path) {
    auto response = api_.Get(kApi + path);
    EXPECT_EQ(response.status(), 200) << response.body();
    return response.json();
  }
  void ExpectRefused(const RecordedResponse& response, int status, std::string_view cause) {
    EXPECT_EQ(response.status(), status) << response.body();
    EXPECT_NE(response.body().find(cause), std::string::npos) << response.body();
  }

  TestApi api_;
  std::string run_;
};

Json Parsed(std::string_view text) { return text::ParseJson(text).value(); }

TEST_F(OutsideRecordsTest, ShowATaskAsItWasRecorded) {
  const Json task = CreateTask(Parsed(R"({
      "name": "train", "display_name": "Train it", "type": "RUNTIME", "state": "RUNNING",
      "parent_task_id": "own", "cache_fingerprint": "abc", "scope_path": "root.train",
      "type_attributes": {"iteration_index": "2", "iteration_count": 5},
      "pods": [{"name": "p", "uid": "u", "type": "EXECUTOR"}],
      "status_metadata": {"message": "well", "custom_properties": {"gpu": 1}},
      "inputs": {"parameters": [{"parameter_key": "n", "value": 3, "type": "RUNTIME_VALUE_INPUT"},
                                {"parameter_key": "nothing", "value": null}]}})"));
  const std::string id = task.StringOr("task_id", "");
  EXPECT_FALSE(id.empty());
  EXPECT_EQ(task.StringOr("run_id", ""), run_);
  EXPECT_EQ(task.StringOr("parent_task_id", ""), "own");
  EXPECT_EQ(task.StringOr("type", ""), "RUNTIME");
  EXPECT_EQ(task.StringOr("scope_path", ""), "root.train");
  EXPECT_TRUE(task.BoolOr("outside", false));
  EXPECT_EQ(text::FormatJson(*task.Find("type_attributes")),
            R"({"iteration_count":5,"iteration_index":2})");
  EXPECT_EQ(text::FormatJson(*task.Find("pods")), R"([{"name":"p","type":"EXECUTOR","uid":"u"}])");
  EXPECT_EQ(text::FormatJson(*task.Find("inputs")->Find("parameters")),
            R"([{"parameter_key":"n","type":"RUNTIME_VALUE_INPUT","value":3},)"
            R"({"parameter_key":"nothing","value":null}])");
  EXPECT_EQ(task.Find("state_history")->as_array().size(), 1u);
  EXPECT_EQ(Get("/runs/" + run_ + "/tasks/" + id).StringOr("task_id", ""), id);
  const Json parent = Get("/tasks/own");
  EXPECT_EQ(parent.Find("child_tasks")->as_array().size(), 1u);
  EXPECT_EQ(parent.Find("outside"), nullptr);
}

TEST_F(OutsideRecordsTest, MergeWhatAnUpdateSpeaksOf) {
  const std::string id = CreateTask(Parsed(R"({"name": "t", "state": "RUNNING",
      "outputs": {"parameters": [{"parameter_key": "a", "value": 1, "type": "OUTPUT"}]}})"))
                             .StringOr("task_id", "");
  api_.clock.Advance(std::chrono::seconds(5));
  auto updated = Send("PATCH", "/runs/" + run_ + "/tasks/" + id, Parsed(R"({
      "state": "FAILED", "status_metadata": {"message": "out of luck"}, "outputs": {"parameters": [
          {"parameter_key": "a", "value": 2, "type": "OUTPUT"},
          {"parameter_key": "b", "value": "x", "type": "OUTPUT"},
          {"parameter_key": "c", "value": 1, "type": "ITERATOR_OUTPUT"},
          {"parameter_key": "c", "value": 2, "type": "ITERATOR_OUTPUT"}]}})"));
  ASSERT_EQ(updated.status(), 200) << updated.body();
  const Json task = updated.json();
  EXPECT_EQ(task.StringOr("name", ""), "t");
  EXPECT_EQ(task.StringOr("state", ""), "FAILED");
  EXPECT_NE(task.StringOr("end_time", ""), "1970-01-01T00:00:00Z");
  EXPECT_EQ(task.Find("error")->StringOr("message", ""), "out of luck");
  EXPECT_EQ(task.Find("state_history")->as_array().size(), 2u);
  const Json::Array parameters = task.Find("outputs")->Find("parameters")->as_array();
  ASSERT_EQ(parameters.size(), 4u);
  EXPECT_EQ(parameters[0].IntegerOr("value", 0), 2);
  // Saying the same again changes nothing, and the history stays.
  Send("PATCH", "/tasks/" + id, Parsed(R"({"status": "FAILED"})"));
  EXPECT_EQ(Get("/tasks/" + id).Find("state_history")->as_array().size(), 2u);
  Send("PATCH", "/tasks/" + id, Parsed(R"({"state": "CACHED", "type": "CONDITION_BRANCH"})"));
  const Json cached = Get("/tasks/" + id);
  EXPECT_EQ(cached.StringOr("state", ""), "SKIPPED");
  EXPECT_TRUE(cached.BoolOr("cached", false));
  EXPECT_EQ(cached.StringOr("type", ""), "CONDITION_BRANCH");
}

TEST_F(OutsideRecordsTest, TakeBackWhatTheyHaveGiven) {
  const Json task = CreateTask(Parsed(R"({"name": "t", "type": "LOOP", "state": "SUCCEEDED",
      "inputs": {"parameters": [{"parameter_key": "a", "value": [1]}]}})"));
  auto again = Send("PATCH", "/tasks/" + task.StringOr("task_id", ""), task);
  ASSERT_EQ(again.status(), 200) << again.body();
  EXPECT_EQ(again.json(), task);
}

TEST_F(OutsideRecordsTest, AreOneForOneStep) {
  const Json step = Parsed(R"({"name": "t", "scope_path": "root.t"})");
  const std::string first = CreateTask(step).StringOr("task_id", "");
  EXPECT_EQ(CreateTask(step).StringOr("task_id", ""), first);
  Json other = step;
  other["type_attributes"]["iteration_index"] = 1;
  EXPECT_NE(CreateTask(other).StringOr("task_id", ""), first);
  // Without a path it is not said what they are.
  const Json loose = Parsed(R"({"name": "u"})");
  EXPECT_NE(CreateTask(loose).StringOr("task_id", ""), CreateTask(loose).StringOr("task_id", ""));
}

TEST_F(OutsideRecordsTest, AreUpdatedTogetherOrNotAtAll) {
  const std::string a = CreateTask(Parsed(R"({"name": "a"})")).StringOr("task_id", "");
  const std::string b = CreateTask(Parsed(R"({"name": "b"})")).StringOr("task_id", "");
  const std::string path = "/runs/" + run_ + "/tasks:batchUpdate";
  Json body;
  body["tasks"][a]["state"] = "SUCCEEDED";
  body["tasks"]["nope"]["state"] = "SUCCEEDED";
  ExpectRefused(Post(path, body), 404, "nope");
  EXPECT_EQ(Get("/tasks/" + a).Find("state"), nullptr);
  body["tasks"].as_object().erase("nope");
  body["tasks"][b]["state"] = "FAILED";
  auto done = Post(path, body);
  ASSERT_EQ(done.status(), 200) << done.body();
  EXPECT_EQ(done.json().Find("tasks")->Find(a)->StringOr("state", ""), "SUCCEEDED");
  EXPECT_EQ(Get("/tasks/" + b).StringOr("state", ""), "FAILED");
  ExpectRefused(Post("/tasks:batchUpdate", Parsed(R"({"tasks": {}})")), 400, "tasks is empty");
}

TEST_F(OutsideRecordsTest, RefuseTasksThatCannotBe) {
  const std::string id = CreateTask(Parsed(R"({"name": "t"})")).StringOr("task_id", "");
  const std::string other_run = api_.CreateRun("other");
  struct Case {
    const char* body;
    int status;
    const char* cause;
  };
  for (const auto& [body, status, cause] : std::initializer_list<Case>{
           {R"({"run_id": "nope", "name": "t"})", 404, "Run nope not found"},
           {R"({"name": "t"})", 400, "run_id is missing"},
           {R"({"run_id": "RUN"})", 400, "needs a name"},
           {R"({"run_id": "RUN", "name": "t", "mood": 1})", 400, "no field 'mood'"},
           {R"({"run_id": "RUN", "name": "t", "type": "SONG"})", 400, "must be one of"},
           {R"({"run_id": "RUN", "name": "t", "state": "HAPPY"})", 400, "CACHED"},
           {R"({"run_id": "RUN", "name": "t", "state": "FAILED", "status": "RUNNING"})", 400,
            "differ"},
           {R"({"run_id": "RUN", "name": "t", "start_time": "soon"})", 400, "must be a time"},
           {R"({"run_id": "RUN", "name": "t", "parent_task_id": "nope"})", 404, "Task nope"},
           {R"({"run_id": "OTHER", "name": "t", "parent_task_id": "own"})", 400, "another run"},
           {R"({"run_id": "RUN", "name": "t", "pods": {}})", 400, "must be a list"},
           {R"({"run_id": "RUN", "name": "t", "pods": [{"type": 7}]})", 400, "pods.type"},
           {R"({"run_id": "RUN", "name": "t", "inputs": {"parameters": [{}]}})", 400,
            "parameter_key"},
           {R"({"run_id": "RUN", "name": "t", "type_attributes": {"iteration_index": -1}})", 400,
            "0 or more"},
           {R"([])", 400, "must be a JSON object"},
       }) {
    std::string text = body;
    for (const auto& [word, value] : {std::pair{"RUN", run_}, std::pair{"OTHER", other_run}}) {
      const std::string quoted = std::string("\"") + word + "\"";
      if (size_t at = text.find(quoted); at != std::string::npos) {
        text.replace(at, quoted.size(), "\"" + value + "\"");
      }
    }
    SCOPED_TRACE(text);
    ExpectRefused(api_.Post(std::string(kApi) + "/tasks", text), status, cause);
  }
  ExpectRefused(Post("/runs/" + run_ + "/tasks", Parsed(R"({"run_id": "x", "name": "t"})")), 400,
                "run_id");
  ExpectRefused(Send("PATCH", "/tasks/nope", Parsed("{}")), 404, "nope");
  ExpectRefused(Send("PATCH", "/tasks/own", Parsed(R"({"state": "FAILED"})")), 400, "server runs");
  ExpectRefused(Send("PATCH", "/tasks/" + id, Parsed(R"({"task_id": "x"})")), 400, "task_id");
  ExpectRefused(Send("PATCH", "/runs/" + other_run + "/tasks/" + id, Parsed("{}")), 400, "not of");
  ExpectRefused(api_.Get(kApi + ("/runs/" + other_run + "/tasks/" + id)), 400, "not of");
  Json below = Parsed(R"({"name": "below"})");
  below["parent_task_id"] = id;
  const std::string child = CreateTask(below).StringOr("task_id", "");
  Json loop;
  loop["parent_task_id"] = child;
  ExpectRefused(Send("PATCH", "/tasks/" + id, loop), 400, "below the task itself");
}

TEST_F(OutsideRecordsTest, AreListedAmongTheTasksOfTheRun) {
  CreateTask(Parsed(R"({"name": "b", "type": "CONDITION", "state": "RUNNING"})"));
  CreateTask(Parsed(R"({"name": "a", "parent_task_id": "own"})"));
  const std::string path = "/runs/" + run_ + "/tasks";
  EXPECT_EQ(Get(path).IntegerOr("total_size", 0), 3);
  EXPECT_EQ(Get(path + "?order_by=name%20desc").Find("tasks")->as_array()[0].StringOr("name", ""),
            "b");
  EXPECT_EQ(Get(path + "?parent_id=own").IntegerOr("total_size", 0), 1);
  EXPECT_EQ(api_.Get(kApi + path + "?parent_id=nope").status(), 404);
  EXPECT_EQ(api_.Get(std::string(kApi) + "/runs/nope/tasks").status(), 404);
  auto of_type = [&](std::string_view type) {
    const std::string filter =
        R"({"predicates":[{"operation":"EQUALS","key":"type","string_value":")" +
        std::string(type) + R"("}]})";
    return Get(path + "?filter=" + text::PercentEncode(filter)).IntegerOr("total_size", 0);
  };
  EXPECT_EQ(of_type("CONDITION"), 1);
  EXPECT_EQ(of_type("RUNTIME"), 2);
  // What the engine reads of the run knows nothing of them; what the run shows does.
  EXPECT_EQ(Get("/runs/" + run_).Find("run_details")->Find("task_details")->as_array().size(), 3u);
}

TEST_F(OutsideRecordsTest, AreFoundByTheirFingerprint) {
  const Json ask = Parsed(R"({"cache_fingerprint": "f"})");
  EXPECT_EQ(Post("/tasks:findCached", ask).body(), "{}");
  CreateTask(Parsed(R"({"name": "t", "cache_fingerprint": "f", "state": "FAILED"})"));
  EXPECT_EQ(Post("/tasks:findCached", ask).body(), "{}");
  const std::string id = CreateTask(Parsed(R"({"name": "t", "cache_fingerprint": "f",
                                               "state": "SUCCEEDED"})"))
                             .StringOr("task_id", "");
  EXPECT_EQ(Post("/tasks:findCached", ask).json().Find("task")->StringOr("task_id", ""), id);
  ExpectRefused(Post("/tasks:findCached", Parsed("{}")), 400, "cache_fingerprint");
}

TEST_F(OutsideRecordsTest, RecordArtifactsOfTasks) {
  const std::string task = CreateTask(Parsed(R"({"name": "t"})")).StringOr("task_id", "");
  api_.artifacts.objects["minio://b/k"] = "1,2";
  Json body = Parsed(R"({"artifact": {"name": "table", "type": "Dataset", "uri": "minio://b/k",
      "description": "rows", "metadata": {"rows": 2}, "namespace": "kubeflow"},
      "producer_key": "out", "iteration_index": 3})");
  body["run_id"] = run_;
  body["task_id"] = task;
  auto created = Post("/artifacts", body);
  ASSERT_EQ(created.status(), 200) << created.body();
  const Json artifact = created.json();
  EXPECT_EQ(artifact.StringOr("schema_title", ""), "system.Dataset");
  EXPECT_EQ(artifact.StringOr("size", ""), "3");
  EXPECT_EQ(Get("/artifacts/" + artifact.StringOr("artifact_id", "")), artifact);
  const Json uses = Get("/artifact_tasks?task_ids=" + task);
  const Json use = uses.Find("artifact_tasks")->as_array()[0];
  EXPECT_EQ(use.StringOr("type", ""), "OUTPUT");
  EXPECT_EQ(use.StringOr("key", ""), "out");
  EXPECT_EQ(text::FormatJson(*use.Find("producer")), R"({"iteration":3,"task_name":"t"})");
  const Json shown = Get("/tasks/" + task);
  EXPECT_EQ(shown.Find("outputs")->Find("artifacts")->as_array()[0].StringOr("artifact_key", ""),
            "out");

  body["reuse_if_exists"] = true;
  EXPECT_EQ(Post("/artifacts", body).Text("artifact_id"), artifact.StringOr("artifact_id", ""));
  EXPECT_EQ(Get("/artifact_tasks?task_ids=" + task).IntegerOr("total_size", 0), 1);
  body["artifact"]["metadata"]["rows"] = 3;
  EXPECT_NE(Post("/artifacts", body).Text("artifact_id"), artifact.StringOr("artifact_id", ""));
}

TEST_F(OutsideRecordsTest, RecordWhoReadsArtifacts) {
  const std::string task = CreateTask(Parsed(R"({"name": "t"})")).StringOr("task_id", "");
  Json metric = Parsed(R"({"artifact": {"name": "m", "type": "Metric", "number_value": 0.5},
                           "producer_key": "m", "task_id": "own"})");
  metric["run_id"] = run_;
  const std::string id = Post("/artifacts", metric).Text("artifact_id");
  Json body = Parsed(R"({"artifact_task": {"type": "COMPONENT_INPUT", "key": "in",
                         "producer": {"task_name": "add"}}})");
  Json& use = body["artifact_task"];
  use["artifact_id"] = id;
  use["run_id"] = run_;
  use["task_id"] = task;
  auto created = Post("/artifact_tasks", body);
  ASSERT_EQ(created.status(), 200) << created.body();
  EXPECT_EQ(created.Text("type"), "COMPONENT_INPUT");
  ExpectRefused(Post("/artifact_tasks", body), 409, "already");
  auto count = [&](const std::string& type) {
    return Get("/artifact_tasks?artifact_ids=" + id + "&type=" + type).IntegerOr("total_size", 0);
  };
  EXPECT_EQ(count("INPUT"), 1);
  EXPECT_EQ(count("COMPONENT_INPUT"), 1);
  EXPECT_EQ(count("OUTPUT"), 1);
  EXPECT_EQ(count("ITERATOR_INPUT"), 0);
  EXPECT_EQ(count("UNSPECIFIED"), 2);

  Json list;
  use["key"] = "second";
  list["artifact_tasks"].Append(use);
  use["artifact_id"] = "nope";
  list["artifact_tasks"].Append(use);
  ExpectRefused(Post("/artifact_tasks:batchCreate", list), 404, "artifact_tasks[1]");
  EXPECT_EQ(count("INPUT"), 1);
  list["artifact_tasks"].as_array().pop_back();
  EXPECT_EQ(Post("/artifact_tasks:batchCreate", list).status(), 200);
  EXPECT_EQ(count("INPUT"), 2);
}

TEST_F(OutsideRecordsTest, RefuseArtifactsThatCannotBe) {
  struct Case {
    const char* artifact;
    const char* rest;
    int status;
    const char* cause;
  };
  for (const auto& [artifact, rest, status, cause] : std::initializer_list<Case>{
           {R"({"name": "a"})", "", 400, "needs a type"},
           {R"({"type": "Model"})", "", 400, "needs a name"},
           {R"({"name": "a", "type": "Poem"})", "", 400, "must be one of"},
           {R"({"name": "a", "type": "TYPE_UNSPECIFIED"})", "", 400, "needs a type"},
           {R"({"name": "a", "type": "Model", "schema_title": "system.Dataset"})", "", 400,
            "another type"},
           {R"({"name": "a", "type": "Model", "artifact_id": "x"})", "", 400, "leave it out"},
           {R"({"name": "a", "type": "Metric"})", "", 400, "number_value"},
           {R"({"name": "a", "type": "ClassificationMetric"})", "", 400, "metadata"},
           {R"({"name": "a", "type": "Model", "number_value": "1"})", "", 400, "must be a number"},
           {R"({"name": "a", "type": "Model"})", R"(,"type":"INPUT")", 400, "artifact_tasks"},
           {R"({"name": "a", "type": "Model"})", R"(,"reuse_if_exists":1)", 400, "true or false"},
           {R"({"name": "a", "type": "Model"})", R"(,"task_id":"nope")", 404, "Task nope"},
       }) {
    SCOPED_TRACE(artifact);
    const bool has_task = std::string_view(rest).find("task_id") != std::string_view::npos;
    const std::string body = std::string(R"({"artifact":)") + artifact + R"(,"producer_key":"k")" +
                             (has_task ? "" : R"(,"task_id":"own")") + R"(,"run_id":")" + run_ +
                             "\"" + rest + "}";
    ExpectRefused(api_.Post(std::string(kApi) + "/artifacts", body), status, cause);
    ExpectRefused(
        api_.Post(std::string(kApi) + "/artifacts:batchCreate", R"({"artifacts":[)" + body + "]}"),
        status, cause);
  }
  EXPECT_EQ(Get("/artifacts").IntegerOr("total_size", 0), 0);
  ExpectRefused(Post("/artifacts", Parsed("{}")), 400, "artifact is missing");
  ExpectRefused(Post("/artifacts:batchCreate", Parsed("{}")), 400, "artifacts is empty");
  ExpectRefused(Post("/artifact_tasks", Parsed("{}")), 400, "artifact_task is missing");
  for (const char* field : {"artifact_id", "run_id", "task_id", "key", "type"}) {
    Json use = Parsed(
        R"({"artifact_id": "a", "run_id": "r", "task_id": "t", "key": "k", "type": "INPUT"})");
    use.as_object().erase(field);
    Json body;
    body["artifact_task"] = use;
    ExpectRefused(Post("/artifact_tasks", body), 400, std::string(field) + " is missing");
  }
}

}  // namespace
}  // namespace penstock::kfp
