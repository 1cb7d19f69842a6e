// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "kfp/task_message.h"
#include "kfp/test_api.h"
#include "text/url.h"

namespace penstock::kfp {
namespace {

using text::Json;

// A run with one task that has put out one dataset.
class TasksAndArtifactsTest : public testing::Test {
 protected:
  TasksAndArtifactsTest() : run_(api_.CreateRun("r")) {
    metadata::Task task;
    task.id = "t1";
    task.run_id = run_;
    task.name = task.display_name = "add";
    task.state = metadata::RuntimeState::kSucceeded;
    task.created_at = api_.clock.Now();
    task.attempt = 1;
    task.inputs = {{"a", 3}};
    task.outputs = {{"Output", 4}};
    task.exit_code = 0;
    api_.Store(task);

    metadata::Artifact artifact;
    artifact.id = "a1";
    artifact.name = "table";
    artifact.schema_title = "system.Dataset";
    artifact.schema_version = "0.0.1";
    artifact.uri = "minio://bucket/r/add/tä ble.csv";
    artifact.metadata = {{"rows", 5}};
    artifact.created_at = api_.clock.Now();
    artifact.size = 3;
    api_.Store(artifact, {"a1", "t1", run_, metadata::ArtifactUse::kOutput, "table", 0});
    artifact.id = "a2";
    artifact.directory = true;
    api_.Store(artifact, {"a2", "t1", run_, metadata::ArtifactUse::kInput, "folder", 0});
  }

  TestApi api_;
  std::string run_;
};

TEST_F(TasksAndArtifactsTest, ShowTasksWithTheirValues) {
  auto list = api_.Get("/apis/v2beta1/tasks?run_id=" + run_);
  ASSERT_EQ(list.status(), 200) << list.body();
  Json task = list.json().Find("tasks")->as_array()[0];
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/t1").json(), task);
  EXPECT_EQ(task.StringOr("type", ""), "RUNTIME");
  EXPECT_EQ(task.IntegerOr("attempt", 0), 1);
  EXPECT_EQ(task.IntegerOr("exit_code", -1), 0);
  EXPECT_EQ(text::FormatJson(*task.Find("inputs")->Find("parameters")),
            R"([{"parameter_key":"a","value":3}])");
  Json output = task.Find("outputs")->Find("artifacts")->as_array()[0];
  EXPECT_EQ(output.StringOr("artifact_key", ""), "table");
  EXPECT_EQ(output.Find("artifacts")->as_array()[0].StringOr("artifact_id", ""), "a1");
}

TEST_F(TasksAndArtifactsTest, ShowArtifacts) {
  auto artifact = api_.Get("/apis/v2beta1/artifacts/a1");
  EXPECT_EQ(artifact.Text("type"), "Dataset");
  EXPECT_EQ(artifact.Text("size"), "3");
  EXPECT_EQ(artifact.Text("metadata"), R"({"rows":5})");
  auto list = api_.Get("/apis/v2beta1/artifacts?runId=" + run_);
  EXPECT_EQ(list.json().IntegerOr("total_size", 0), 2);
  EXPECT_EQ(ArtifactTypeName("google.VertexModel"), "Artifact");
}

TEST_F(TasksAndArtifactsTest, ShowWhatMadeAnArtifact) {
  auto list = api_.Get("/apis/v2beta1/artifact_tasks?run_id=" + run_);
  ASSERT_EQ(list.status(), 200) << list.body();
  const Json body = list.json();
  bool found = false;
  for (const Json& use : body.Find("artifact_tasks")->as_array()) {
    if (use.StringOr("type", "") != "OUTPUT") continue;
    found = true;
    EXPECT_EQ(use.StringOr("artifact_id", ""), "a1");
    EXPECT_EQ(use.StringOr("producer_task_name", ""), "add");
    EXPECT_EQ(use.StringOr("producer_key", ""), "table");
  }
  EXPECT_TRUE(found);
}

TEST_F(TasksAndArtifactsTest, AreNotThereForUnknownIds) {
  for (const char* resource : {"tasks", "artifacts", "artifact_tasks"}) {
    std::string path = std::string("/apis/v2beta1/") + resource;
    EXPECT_EQ(api_.Get(path + "?run_id=nope").status(), 404) << path;
  }
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks/nope").status(), 404);
  EXPECT_EQ(api_.Get("/apis/v2beta1/artifacts/nope").status(), 404);
}

TEST_F(TasksAndArtifactsTest, AreListedInPagesAndFiltered) {
  std::string other = api_.CreateRun("other");
  metadata::Task task;
  task.id = "t2";
  task.run_id = other;
  task.parent_id = "root";
  task.name = "later";
  task.created_at = api_.clock.Now();
  api_.Store(task);
  auto count = [&](const std::string& target) {
    auto response = api_.Get("/apis/v2beta1/" + target);
    EXPECT_EQ(response.status(), 200) << target << " " << response.body();
    return response.json().IntegerOr("total_size", 0);
  };
  EXPECT_EQ(count("tasks"), 2);
  auto first = api_.Get("/apis/v2beta1/tasks?page_size=1&sort_by=name desc");
  EXPECT_EQ(first.json().Find("tasks")->as_array()[0].StringOr("task_id", ""), "t2");
  auto second = api_.Get("/apis/v2beta1/tasks?page_size=1&sort_by=name desc&page_token=" +
                         text::PercentEncode(first.Text("next_page_token")));
  Json shown = second.json().Find("tasks")->as_array()[0];
  EXPECT_EQ(shown.StringOr("task_id", ""), "t1");
  EXPECT_NE(shown.Find("outputs")->Find("artifacts"), nullptr);
  EXPECT_EQ(count("tasks?run_ids=" + run_ + "," + other), 2);
  EXPECT_EQ(count("tasks?run_id=" + run_ + "&page_size=5"), 1);
  EXPECT_EQ(count("tasks?parent_id=root"), 1);
  EXPECT_EQ(count("tasks?filter={\"predicates\":[{\"operation\":\"EQUALS\",\"key\":\"state\","
                  "\"string_value\":\"SUCCEEDED\"}]}"),
            1);
  EXPECT_EQ(count("artifacts"), 2);
  EXPECT_EQ(count("artifacts?filter={\"predicates\":[{\"operation\":\"EQUALS\",\"key\":"
                  "\"schema_title\",\"string_value\":\"system.Model\"}]}"),
            0);
  EXPECT_EQ(count("artifact_tasks"), 2);
  EXPECT_EQ(count("artifact_tasks?type=OUTPUT"), 1);
  EXPECT_EQ(count("artifact_tasks?artifact_ids=a1&artifact_ids=a2"), 2);
  EXPECT_EQ(count("artifact_tasks?task_ids=t2"), 0);
  EXPECT_EQ(api_.Get("/apis/v2beta1/artifact_tasks?type=BOTH").status(), 400);
  EXPECT_EQ(api_.Get("/apis/v2beta1/tasks?sort_by=mood").status(), 400);
}

TEST_F(TasksAndArtifactsTest, GiveArtifactsAsFilesThatNoBrowserRuns) {
  api_.artifacts.objects["minio://bucket/r/add/tä ble.csv"] = "1,2";
  auto file = api_.Get("/apis/v2beta1/artifacts/a1:download");
  EXPECT_EQ(file.status(), 200);
  EXPECT_EQ(file.body(), "1,2");
  EXPECT_EQ(file.header("Content-Type"), "application/octet-stream");
  EXPECT_EQ(file.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(file.header("Content-Disposition"), "attachment; filename*=UTF-8''t%C3%A4%20ble.csv");
}

TEST_F(TasksAndArtifactsTest, TellMissingFilesFromBrokenOnes) {
  EXPECT_EQ(api_.Get("/apis/v2beta1/artifacts/a1:download").status(), 404);
  auto folder = api_.Get("/apis/v2beta1/artifacts/a2:download");
  EXPECT_EQ(folder.status(), 400);
  EXPECT_NE(folder.body().find("directory"), std::string::npos);

  api_.artifacts.objects["minio://bucket/r/add/tä ble.csv"] = "";
  EXPECT_EQ(api_.Get("/apis/v2beta1/artifacts/a1:download").status(), 200);
  api_.artifacts.break_midway = true;
  EXPECT_EQ(api_.Get("/apis/v2beta1/artifacts/a1:download").status(), 500);
  api_.artifacts.objects["minio://bucket/r/add/tä ble.csv"] = "1,2";
  EXPECT_TRUE(api_.Get("/apis/v2beta1/artifacts/a1:download").aborted());
}

TEST_F(TasksAndArtifactsTest, GiveTheLogOfTheLatestAttempt) {
  std::string path = "/apis/v1alpha1/runs/" + run_ + "/nodes/t1/log";
  EXPECT_EQ(api_.Get(path).status(), 404);
  api_.executor.logs[run_ + "/t1/0"] = "first\n";
  api_.executor.logs[run_ + "/t1/1"] = "second\n";
  auto log = api_.Get(path + "?follow=false");
  EXPECT_EQ(log.status(), 200);
  EXPECT_EQ(log.body(), "second\n");
  EXPECT_EQ(log.header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(api_.Get("/apis/v1alpha1/runs/other/nodes/t1/log").status(), 404);
  EXPECT_EQ(api_.Get("/apis/v1alpha1/runs/" + run_ + "/nodes/nope/log").status(), 404);
}

}  // namespace
}  // namespace penstock::kfp
