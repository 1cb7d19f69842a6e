// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/source_file.h"
#include "executor/local/executor_fakes.h"
#include "executor/local/interpreter_finder.h"
#include "executor/local/local_executor.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {

// A local executor in a folder of its own, over a store that is a folder too. It is opened with
// `options_` when it is first used.
class ExecutorTest : public testing::Test {
 protected:
  void SetUp() override {
    // Environments without a package index.
    ::setenv("PENSTOCK_UV", base::SourceFile("tests/data/executor/fake-uv").c_str(), 1);
    // Few interpreters to try.
    ::setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
    ::setenv("HOME", "/nonexistent", 1);
    ::unsetenv("PYENV_ROOT");
    std::string name = base_ + "/penstock-executor-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    store_ = std::make_unique<FolderStore>(folder_ / "store");
    options_.directory = folder_ / "data" / "tasks";
    options_.max_parallel_tasks = 2;
    InterpreterFinder finder(sys::CurrentEnvironment());
    python_ = finder.Find("3.11") ? "python:3.11" : "python";
  }
  void TearDown() override {
    executor_.reset();
    EXPECT_TRUE(sys::RemoveTree(folder_));
  }

  engine::Executor& Open() {
    auto made = MakeLocalExecutor(options_, *store_, clock_, random_, logger_);
    EXPECT_TRUE(made) << made.error().message();
    executor_ = std::move(*made);
    return *executor_;
  }
  engine::Executor& executor() { return executor_ ? *executor_ : Open(); }

  engine::TaskLaunch Command(std::vector<std::string> words, const std::string& id = "task") {
    engine::TaskLaunch launch;
    launch.run_id = "run";
    launch.task_id = id;
    launch.image = python_;
    launch.command = std::move(words);
    launch.log_uri = "minio://b/logs/" + id;
    launch.input.output_file = "/minio/b/root/output_metadata.json";
    return launch;
  }
  engine::TaskLaunch Shell(const std::string& script, const std::string& id = "task") {
    return Command({"sh", "-c", script}, id);
  }

  engine::TaskOutcome Run(const engine::TaskLaunch& launch) {
    Waiter waiter;
    executor().Start(launch, waiter.Started(), waiter.Done());
    engine::TaskOutcome outcome = waiter.Wait();
    executor().Settle(launch.run_id);  // the next one may have the same log
    return outcome;
  }
  engine::TaskOutcome RunShell(const std::string& script) { return this->Run(Shell(script)); }

  std::string Log(const std::string& id = "task") { return *executor().ReadLog("run", id, 0); }
  bool Sandboxed() { return RunShell("true").details.StringOr("sandbox", "") != "none"; }

  static ir::RuntimeArtifact Artifact(const std::string& name, const std::string& uri) {
    ir::RuntimeArtifact artifact;
    artifact.name = name;
    artifact.uri = uri;
    return artifact;
  }

  std::string base_ = "/tmp";
  std::filesystem::path folder_;
  std::string python_;
  base::SystemClock clock_;
  base::SystemRandom random_;
  base::NullLogger logger_;
  LocalExecutorOptions options_;
  std::unique_ptr<FolderStore> store_;
  std::unique_ptr<engine::Executor> executor_;
};

}  // namespace penstock::executor
