// SPDX-License-Identifier: Apache-2.0
// Real packages for real commands of both SDK generations: needs a package index, as configured for
// pip, and a Python 3.11.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/source_file.h"
#include "executor/local/executor_fakes.h"
#include "executor/local/host_files.h"
#include "executor/local/local_executor.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using engine::TaskLaunch;
using engine::TaskOutcome;
using testing::HasSubstr;

class NetworkTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-network-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = std::make_unique<FolderStore>(folder_ / "store");
    options_.directory = folder_ / "data" / "tasks";
    options_.package_override_files = {base::SourceFile("examples/census/overrides.yaml")};
    auto made = MakeLocalExecutor(options_, *store_, clock_, random_, logger_);
    ASSERT_TRUE(made) << made.error().message();
    executor_ = std::move(*made);
  }
  void TearDown() override {
    executor_.reset();
    EXPECT_TRUE(sys::RemoveTree(folder_));
  }

  // The task of a file of tests/data/executor: image, command and args as the SDK compiled them.
  TaskLaunch Load(const std::string& file) {
    auto json = text::ParseJson(ReadTextFile(base::SourceFile("tests/data/executor/") + file));
    EXPECT_TRUE(json);
    TaskLaunch launch;
    launch.run_id = "run";
    launch.task_id = "task-" + std::to_string(++tasks_);
    launch.image = json->StringOr("image", "");
    launch.input.output_file = "/minio/b/root/output_metadata.json";
    for (const char* part : {"command", "args"}) {
      for (const text::Json& word : json->Find(part)->as_array()) {
        launch.command.push_back(word.as_string());
      }
    }
    return launch;
  }

  // Substitutes the input into the command, as the engine does.
  TaskOutcome Run(TaskLaunch launch) {
    const std::string input = text::FormatJson(ir::ToJson(launch.input));
    for (std::string& word : launch.command) {
      if (word == "{{$}}") word = input;
    }
    Waiter waiter;
    executor_->Start(launch, waiter.Started(), waiter.Done());
    TaskOutcome outcome = waiter.Wait();
    log_ = executor_->ReadLog("run", launch.task_id, 0).value_or("");
    return outcome;
  }

  fs::path folder_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  base::NullLogger logger_;
  LocalExecutorOptions options_;
  std::unique_ptr<FolderStore> store_;
  std::unique_ptr<engine::Executor> executor_;
  std::string log_;
  int tasks_ = 0;
};

TEST_F(NetworkTest, RunsAComponentOfTheNewestSdk) {
  for (int round = 0; round < 3; ++round) {
    TaskLaunch launch = Load("inc-2.17.0.json");
    launch.input.parameters["x"] = text::Json(41 + round);
    launch.component.output_parameters["Output"].type = ir::ParameterType::kNumberInteger;
    TaskOutcome outcome = this->Run(launch);
    ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message << log_;
    EXPECT_EQ(outcome.parameters["Output"], text::Json(42 + round));
    if (round > 0) {
      EXPECT_LT(outcome.details.IntegerOr("environment_ms", 1000), 1000);
    }
    for (const char* name : {"environment_ms", "start_ms", "run_ms", "publish_ms"}) {
      RecordProperty(std::string(name) + std::to_string(round),
                     static_cast<int>(outcome.details.IntegerOr(name, -1)));
    }
  }
}

TEST_F(NetworkTest, RunsTheArticlesPackages) {
  TaskLaunch launch = Load("pandas-2.0.1.json");
  launch.input.output_artifacts["table"].name = "table";
  launch.input.output_artifacts["table"].uri = "minio://b/root/table";
  launch.input.output_artifacts["table"].type.schema_title = "system.Dataset";
  launch.component.output_parameters["Output"].type = ir::ParameterType::kString;
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message << log_;
  const std::string said = outcome.parameters["Output"].as_string();
  // With Python 3.7 the pins as written; elsewhere what the overrides say, openly.
  if (outcome.details.StringOr("python", "").rfind("3.7.", 0) == 0) {
    EXPECT_EQ(said, "1.3.5 7.1.14");
    EXPECT_EQ(log_.find("override"), std::string::npos);
  } else {
    EXPECT_THAT(said, HasSubstr(" 7.1.14"));
    EXPECT_THAT(log_, HasSubstr("override: Python 3.7 is not installed"));
  }
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/table")), "a,b\n1,2\n");
}

TEST_F(NetworkTest, RunsTheArticlesPackagesOnPython311) {
  TaskLaunch launch = Load("pandas-2.0.1.json");
  launch.image = "python:3.11";
  launch.input.output_artifacts["table"].uri = "minio://b/root/table";
  launch.component.output_parameters["Output"].type = ir::ParameterType::kString;
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message << log_;
  EXPECT_EQ(outcome.parameters["Output"], text::Json("2.2.3 7.1.14"));
  EXPECT_THAT(log_, HasSubstr("override: pandas==1.3.5 was replaced by pandas==2.2.3"));
}

TEST_F(NetworkTest, ExplainsPackagesThatCannotBeHad) {
  TaskLaunch launch = Load("inc-2.17.0.json");
  for (std::string& word : launch.command) {
    const size_t at = word.find("'kfp==");
    if (at != std::string::npos) word.insert(at, "'kfp==0.0.99' ");
  }
  TaskOutcome outcome = this->Run(launch);
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed);
  EXPECT_THAT(outcome.message, HasSubstr("kfp==0.0.99"));
  EXPECT_THAT(outcome.message, HasSubstr("for Python 3.11."));
  EXPECT_THAT(outcome.message, HasSubstr("--package-overrides"));
  EXPECT_THAT(log_, HasSubstr("kfp==0.0.99"));
}

TEST_F(NetworkTest, OtherCommandsCanInstallPackages) {
  TaskLaunch launch = Load("inc-2.17.0.json");
  launch.command = {"sh", "-c",
                    "pip install -q six==1.16.0 && python3 -c 'import six; "
                    "print(\"six\", six.__version__)'"};
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message << log_;
  EXPECT_THAT(log_, HasSubstr("six 1.16.0"));
}

}  // namespace
}  // namespace penstock::executor
