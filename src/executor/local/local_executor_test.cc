// SPDX-License-Identifier: Apache-2.0
#include "executor/local/local_executor.h"

#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "executor/local/executor_test_base.h"
#include "executor/local/host_files.h"
#include "executor/local/interpreter_finder.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using base::Code;
using engine::TaskLaunch;
using engine::TaskOutcome;
using testing::HasSubstr;
using testing::Not;

class LocalExecutorTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    std::ofstream(folder_ / "secret") << "secret";
  }
  // What a script prints, without times and our own lines.
  std::string Printed(const std::string& script) {
    const TaskOutcome outcome = RunShell(script);
    EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
    std::istringstream lines(Log());
    std::string text;
    for (std::string line; std::getline(lines, line);) {
      if (line.find(" [penstock] ") == 24) continue;
      text += line.substr(25) + "\n";
    }
    return text;
  }
};

TEST_F(LocalExecutorTest, RunsACommandAndKeepsItsLog) {
  TaskOutcome outcome = RunShell("echo out; echo err >&2; printf last");
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_THAT(Log(), testing::ContainsRegex("20[0-9-]+T[0-9:.]+Z out\n.* err\n.* last\n"));
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/logs/task")), Log());
  for (const char* name : {"queue_ms", "environment_ms", "start_ms", "run_ms", "publish_ms"}) {
    EXPECT_GE(outcome.details.IntegerOr(name, -1), 0) << name;
  }
  EXPECT_NE(outcome.details.StringOr("environment", ""), "");
  EXPECT_NE(outcome.details.StringOr("interpreter", ""), "");
  EXPECT_EQ(executor().ReadLog("run", "other", 0).error().code(), Code::kNotFound);
  EXPECT_FALSE(executor().ReadLog("../..", "task", 0));
  const std::string log = Log();
  auto piece = executor().ReadLogPiece("run", "task", 0, 3, 5);
  ASSERT_TRUE(piece) << piece.error().message();
  EXPECT_EQ(piece->bytes, log.substr(3, 5));
  EXPECT_EQ(piece->size, log.size());
  EXPECT_EQ(executor().ReadLogPiece("run", "task", 0, log.size() + 1, 5)->bytes, "");
  EXPECT_EQ(executor().ReadLogPiece("run", "other", 0, 0, 5).error().code(), Code::kNotFound);
}

TEST_F(LocalExecutorTest, SaysHowATaskFailed) {
  TaskOutcome outcome = RunShell("echo the reason; exit 7");
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed);
  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_FALSE(outcome.infrastructure);
  EXPECT_EQ(outcome.message, "ended with exit code 7; the end of its log:\nthe reason");

  outcome = RunShell("kill -SEGV $$");
  EXPECT_EQ(outcome.exit_code, 128 + SIGSEGV);
  EXPECT_THAT(outcome.message, HasSubstr("signal 11 (SIGSEGV)"));

  TaskLaunch launch = Shell("");
  launch.command = {"no-such-program"};
  outcome = this->Run(launch);
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed);
  EXPECT_THAT(outcome.message, HasSubstr("no-such-program"));
  EXPECT_THAT(Log(), HasSubstr("no-such-program"));
}

TEST_F(LocalExecutorTest, RunsThePythonOfTheImage) {
  EXPECT_EQ(Printed("python3 -c 'import json, sys; print(sys.version_info[0])'"), "3\n");
}

TEST_F(LocalExecutorTest, GivesAMinimalEnvironment) {
  ::setenv("PENSTOCK_TEST_SECRET", "x", 1);
  options_.env = {{"OPERATOR", "a"}, {"BOTH", "operator"}};
  TaskLaunch launch = Shell("env | sort; echo $HOME; pwd; echo x > here; cat; tty");
  launch.command = {"sh", "-c", "env | sort; pwd; touch here $HOME/there && cat"};
  launch.env = {{"COMPONENT", "b"}, {"BOTH", "component"}};
  launch.attempt = 2;
  ASSERT_EQ(this->Run(launch).kind, TaskOutcome::Kind::kSucceeded);
  const std::string log = *executor().ReadLog("run", "task", 2);
  for (const char* line : {" OPERATOR=a\n", " COMPONENT=b\n", " BOTH=component\n",
                           " KFP_POD_UID=task\n", " KFP_RETRY_INDEX=2\n", " LANG=C.UTF-8\n"}) {
    EXPECT_THAT(log, HasSubstr(line));
  }
  EXPECT_THAT(log, Not(HasSubstr("PENSTOCK_TEST_SECRET")));
}

// Remembers what was asked for, and which keys are alive.
class FakeIssuer final : public TaskKeyIssuer {
 public:
  std::unique_ptr<TaskKeys> Issue(const TaskReach& reach) override {
    asked = reach;
    ++alive;
    return std::make_unique<Keys>(alive);
  }
  TaskReach asked;
  int alive = 0;

 private:
  class Keys final : public TaskKeys {
   public:
    explicit Keys(int& alive) : alive_(alive) {}
    ~Keys() override { --alive_; }
    Variables variables() const override {
      return {{"AWS_ACCESS_KEY_ID", "issued"}, {"AWS_ENDPOINT_URL", "http://issued"}};
    }

   private:
    int& alive_;
  };
};

TEST_F(LocalExecutorTest, GivesKeysThatEndWithTheTask) {
  FakeIssuer issuer;
  options_.keys = &issuer;
  options_.env = {{"AWS_ENDPOINT_URL", "http://operator"}};
  std::ofstream(folder_ / "input") << "in";
  ASSERT_TRUE(store_->Publish(folder_ / "input", "minio://b/in"));
  TaskLaunch launch = Shell("echo $AWS_ACCESS_KEY_ID $AWS_ENDPOINT_URL");
  launch.input.artifacts["in"] = {Artifact("in", "minio://b/in")};
  launch.input.output_artifacts["out"] = Artifact("out", "minio://b/out");
  launch.timeout = std::chrono::seconds(77);
  ASSERT_EQ(this->Run(launch).kind, TaskOutcome::Kind::kSucceeded);
  EXPECT_THAT(Log(), HasSubstr(" issued http://operator\n"));
  EXPECT_THAT(issuer.asked.inputs, testing::ElementsAre("minio://b/in"));
  EXPECT_THAT(issuer.asked.outputs, testing::ElementsAre("minio://b/out"));
  EXPECT_EQ(issuer.asked.timeout, std::chrono::seconds(77));
  EXPECT_EQ(issuer.alive, 0);
}

TEST_F(LocalExecutorTest, LeavesKeysToThoseWhoBringTheirOwn) {
  FakeIssuer issuer;
  options_.keys = &issuer;
  TaskLaunch launch = Shell("echo \"<$AWS_ACCESS_KEY_ID|$AWS_ENDPOINT_URL>\"");
  launch.env = {{"AWS_SECRET_ACCESS_KEY", "theirs"}};
  ASSERT_EQ(this->Run(launch).kind, TaskOutcome::Kind::kSucceeded);
  EXPECT_THAT(Log(), HasSubstr(" <|>\n"));
}

TEST_F(LocalExecutorTest, SeesItsOwnFilesOnly) {
  if (!Sandboxed()) GTEST_SKIP();
  std::ofstream(options_.directory + "/../metadata.db") << "secret";
  const std::string printed = Printed(
      "ls " + folder_.string() + "/secret " + options_.directory + "/../metadata.db " +
      options_.directory + "/work " + options_.directory +
      "/logs 2>&1 | grep -vc 'No such';"
      "ls -A /tmp; ls -A /tmp/kfp/outputs; ls -d /minio /s3 /gcs /oci; pwd; echo $HOME;"
      "for f in /x /usr/x /etc/x; do (echo x > $f) 2>/dev/null && echo wrote $f; done;"
      "for f in /minio/x /tmp/x /s3/x ./x $HOME/x; do echo x > $f || echo refused $f; done");
  EXPECT_EQ(printed,
            "0\nkfp\n" +
                (folder_.string().rfind("/tmp/", 0) == 0 ? folder_.filename().string() + "\n"
                                                         : std::string()) +
                "/gcs\n/minio\n/oci\n/s3\n/home/task/work\n/home/task\n");
}

TEST_F(LocalExecutorTest, ResolvesTheHost) {
  if (!Sandboxed()) GTEST_SKIP();
  executor_.reset();
  options_.hosts = {{"store.example", "192.0.2.7"}};
  EXPECT_EQ(Printed("getent hosts host.docker.internal store.example | tr -s ' '"),
            "127.0.0.1 host.docker.internal\n192.0.2.7 store.example\n");
}

TEST_F(LocalExecutorTest, TrustsTheOperatorsAuthorities) {
  if (!Sandboxed()) GTEST_SKIP();
  executor_.reset();
  std::ofstream(folder_ / "ca.pem")
      << "-----BEGIN CERTIFICATE-----\nMINE\n-----END CERTIFICATE-----\n";
  options_.ca_files = {folder_ / "ca.pem"};
  EXPECT_EQ(Printed("for v in $SSL_CERT_FILE $REQUESTS_CA_BUNDLE $CURL_CA_BUNDLE $AWS_CA_BUNDLE "
                    "$PIP_CERT; do grep -c MINE $v; done"),
            "1\n1\n1\n1\n1\n");
  const std::string system = SystemCertificates("");
  if (!system.empty()) {
    EXPECT_EQ(Printed("grep -c MINE " + system), "1\n");
  }
}

TEST_F(LocalExecutorTest, BringsInputsAndTakesOutputs) {
  ASSERT_TRUE(store_->Write("minio://b/in/data", "input"));
  ASSERT_TRUE(store_->Write("s3://c/folder/one", "1"));
  const std::string read_only =
      Sandboxed() ? "(echo x > /minio/b/in/data) 2>/dev/null && exit 3;" : "";
  TaskLaunch launch = Shell(
      "cat /minio/b/in/data /s3/c/folder/one;" + read_only +
      "echo model > /minio/b/root/model; mkdir /minio/b/root/many; echo 1 > /minio/b/root/many/a;"
      "ln -s a /minio/b/root/many/link; printf 5 > /tmp/kfp/outputs/count;"
      "echo '{\"parameterValues\": {\"said\": \"hello\"}, \"artifacts\": {\"model\": "
      "{\"artifacts\":"
      " [{\"name\": \"m\", \"uri\": \"minio://b/root/model\", \"metadata\": {\"k\": 1}}]}}}'"
      " > /minio/b/root/output_metadata.json");
  launch.input.artifacts["data"] = {Artifact("1", "minio://b/in/data")};
  launch.input.artifacts["folder"] = {Artifact("2", "s3://c/folder"),
                                      Artifact("3", "minio://b/never/written")};
  launch.input.output_artifacts["model"] = Artifact("model", "minio://b/root/model");
  launch.input.output_artifacts["many"] = Artifact("many", "minio://b/root/many");
  launch.input.output_artifacts["none"] = Artifact("none", "minio://b/root/none");
  launch.input.output_parameter_files["count"] = "/tmp/kfp/outputs/count";
  launch.input.output_parameter_files["said"] = "/tmp/kfp/outputs/said";
  launch.component.output_parameters["count"].type = ir::ParameterType::kNumberInteger;
  launch.component.output_parameters["said"].type = ir::ParameterType::kString;
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message << Log();
  EXPECT_THAT(Log(), HasSubstr(" input1\n"));
  EXPECT_EQ(outcome.parameters["count"], text::Json(5));
  EXPECT_EQ(outcome.parameters["said"], text::Json("hello"));
  EXPECT_EQ(outcome.artifacts["model"].at(0).size, 6);
  EXPECT_EQ(outcome.artifacts["model"].at(0).artifact.metadata["k"], text::Json(1));
  EXPECT_TRUE(outcome.artifacts["many"].at(0).directory);
  EXPECT_EQ(outcome.artifacts["none"].at(0).size, -1);
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/model")), "model\n");
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/many/link")), "1\n");
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/in/data")), "input");
  executor_.reset();
  EXPECT_TRUE(fs::is_empty(options_.directory + "/work"));
}

TEST_F(LocalExecutorTest, TakesCustomPaths) {
  TaskLaunch launch = Shell(
      "echo custom > /tmp/elsewhere; echo '{\"artifacts\": {\"model\": {\"artifacts\": [{\"name\": "
      "\"m\", \"uri\": \"minio://b/root/model\", \"custom_path\": \"/tmp/elsewhere\"}]}}}'"
      " > /minio/b/root/output_metadata.json");
  launch.input.output_artifacts["model"] = Artifact("model", "minio://b/root/model");
  if (!Sandboxed()) GTEST_SKIP();
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/model")), "custom\n");
}

TEST_F(LocalExecutorTest, RefusesOutputsThatLeadOutside) {
  if (!Sandboxed()) GTEST_SKIP();
  const std::string secret = (folder_ / "secret").string();
  for (const std::string& script : std::vector<std::string>{
           "ln -s " + secret + " $m", "ln -s /etc/passwd $m", "mkfifo $m", "mkdir $m; mkfifo $m/p",
           "mkdir $m; ln -s " + secret + " $m/s", "mkdir $m; ln -s ../output_metadata.json $m/s",
           "mkdir $m; ln -s . $m/loop", "rm -r /minio/b/root; ln -s /etc /minio/b/root"}) {
    TaskLaunch launch = Shell("m=/minio/b/root/model; " + script);
    launch.input.output_artifacts["model"] = Artifact("model", "minio://b/root/model");
    if (script.find("/etc /minio") != std::string::npos) {
      launch.input.output_artifacts["model"].uri = "minio://b/root/passwd";
    }
    TaskOutcome outcome = this->Run(launch);
    EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed) << script;
    EXPECT_FALSE(outcome.infrastructure) << outcome.message;
    EXPECT_FALSE(fs::exists(store_->PathOf("minio://b/root"))) << script;
  }
}

TEST_F(LocalExecutorTest, RefusesBadOutputFiles) {
  for (const std::string& script :
       {std::string("echo nonsense > $o"), std::string("mkfifo $o"), std::string("mkdir $o"),
        std::string("truncate -s 40M $o"), std::string("ln -s /etc/passwd $o")}) {
    TaskOutcome outcome = RunShell("o=/minio/b/root/output_metadata.json; " + script);
    EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed) << script;
    EXPECT_FALSE(outcome.infrastructure) << outcome.message;
  }
}

TEST_F(LocalExecutorTest, ALeftoverProcessDoesNotKeepATask) {
  EXPECT_EQ(RunShell("setsid sleep 1000 & sleep 1000 & exit 0").kind,
            TaskOutcome::Kind::kSucceeded);
}

TEST_F(LocalExecutorTest, TimesOut) {
  TaskLaunch launch = Shell("echo begun; sleep 1000");
  launch.timeout = std::chrono::seconds(1);
  TaskOutcome outcome = this->Run(launch);
  EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kFailed);
  EXPECT_EQ(outcome.message, "timed out after 1 s");
}

TEST_F(LocalExecutorTest, CancelsRunningAndWaitingTasks) {
  options_.max_parallel_tasks = 1;
  Waiter running, waiting;
  TaskLaunch launch = Shell("sleep 1000");
  executor().Start(launch, running.Started(), running.Done());
  launch.task_id = "second";
  executor().Start(launch, waiting.Started(), waiting.Done());
  running.WaitStarted();
  executor().Cancel("second");
  EXPECT_EQ(waiting.Wait().kind, TaskOutcome::Kind::kCancelled);
  executor().Cancel("task");
  EXPECT_EQ(running.Wait().kind, TaskOutcome::Kind::kCancelled);
  executor().Cancel("task");
  executor().Cancel("unknown");
}

// Tidying up after a task, which comes after its end has been told, holds up no other.
TEST_F(LocalExecutorTest, WhatATaskHasAskedForIsFreeWhenItsEndIsTold) {
  options_.max_parallel_tasks = 2;
  TaskLaunch first = Shell("true", "first"), second = Shell("true", "second");
  first.resources.cpu_request = second.resources.cpu_request = "2";
  const auto ended = std::make_shared<std::promise<void>>();
  std::promise<bool> in_time;
  auto start_second = [&](TaskOutcome) {
    executor().Start(second, [] {}, [ended](TaskOutcome) { ended->set_value(); });
    in_time.set_value(ended->get_future().wait_for(std::chrono::seconds(60)) ==
                      std::future_status::ready);
  };
  executor().Start(first, [] {}, start_second);
  EXPECT_TRUE(in_time.get_future().get());
}

TEST_F(LocalExecutorTest, EndsItsTasksWithItself) {
  options_.max_parallel_tasks = 1;
  Waiter running, waiting;
  TaskLaunch launch = Shell("sleep 1000");
  executor().Start(launch, running.Started(), running.Done());
  launch.task_id = "second";
  executor().Start(launch, waiting.Started(), waiting.Done());
  running.WaitStarted();
  executor_.reset();
  EXPECT_EQ(running.Wait().kind, TaskOutcome::Kind::kCancelled);
  EXPECT_EQ(waiting.Wait().kind, TaskOutcome::Kind::kCancelled);
}

TEST_F(LocalExecutorTest, RemovesLeftoversAtTheStart) {
  fs::create_directories(options_.directory + "/work/old/tmp");
  fs::create_directories(options_.directory + "/environments/half/venv");
  Open();
  EXPECT_FALSE(fs::exists(options_.directory + "/work/old"));
  EXPECT_FALSE(fs::exists(options_.directory + "/environments/half"));
}

TEST_F(LocalExecutorTest, OtherCommandsMayChangeTheirEnvironment) {
  EXPECT_EQ(Printed("p=$(dirname $(command -v python3)); echo own > $p/own && cat $p/own"),
            "own\n");
  EXPECT_EQ(Printed("ls $(dirname $(command -v python3))"), "python3\n");
}

TEST_F(LocalExecutorTest, RefusesWhatCannotRunHere) {
  ir::ContainerSpec container;
  container.command = {"true"};
  container.image = "tensorflow/tensorflow:2";
  EXPECT_THAT(executor().CheckRunnable(container).error().message(), HasSubstr("tensorflow:2"));
  container.image = "python:3.98";
  auto missing = executor().CheckRunnable(container);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Code::kInvalidArgument);
  EXPECT_THAT(missing.error().message(), HasSubstr("Found here: 3."));
  EXPECT_THAT(missing.error().message(), HasSubstr("--package-overrides"));
  container.image = "{{$.inputs.parameters['image']}}";
  EXPECT_TRUE(executor().CheckRunnable(container));
  container.image = python_;
  EXPECT_TRUE(executor().CheckRunnable(container));
  container.command.clear();
  EXPECT_FALSE(executor().CheckRunnable(container));
}

TEST_F(LocalExecutorTest, SaysWhatWasOverridden) {
  std::ofstream(folder_ / "o.yaml") << "interpreters: {'3.98': nearest}\n";
  options_.package_override_files = {folder_ / "o.yaml"};
  TaskLaunch launch = Shell("true");
  launch.image = "python:3.98";
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_THAT(Log(), HasSubstr("[penstock] override: Python 3.98 is not installed"));
  ASSERT_EQ(outcome.details.Find("overrides")->as_array().size(), 1u);
}

TEST_F(LocalExecutorTest, RefusesBadOptions) {
  options_.hosts = {{"a", "nowhere"}};
  EXPECT_FALSE(MakeLocalExecutor(options_, *store_, clock_, random_, logger_));
  options_.hosts.clear();
  options_.package_override_files = {"/no/such/file"};
  EXPECT_FALSE(MakeLocalExecutor(options_, *store_, clock_, random_, logger_));
}

}  // namespace
}  // namespace penstock::executor
