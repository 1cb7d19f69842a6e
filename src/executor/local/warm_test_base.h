// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "executor/local/executor_test_base.h"

namespace penstock::executor {

// Remembers its messages with their fields.
class RememberingLogger final : public base::Logger {
 public:
  void Log(base::LogLevel, std::string_view message,
           std::initializer_list<base::LogField> fields) override {
    std::string line(message);
    for (const base::LogField& field : fields) line += " " + field.value;
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
  }
  int Count(std::string_view part) const {
    std::lock_guard lock(mutex_);
    return static_cast<int>(std::count_if(
        lines_.begin(), lines_.end(),
        [&](const std::string& line) { return line.find(part) != std::string::npos; }));
  }
  std::string Text() const {
    std::lock_guard lock(mutex_);
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// An executor_main that runs the component, and reads its arguments in a way of its own.
inline constexpr const char* kMainCode = R"(
import json, sys
if __name__ == "__main__":
    path = sys.argv[sys.argv.index("--component_module_path") + 1]
    exec(compile(open(path).read(), path, "exec"), {})
)";

// As the SDK's: what it does before it reads its arguments can be done before there is a task.
inline constexpr const char* kPlainMain = R"(
import argparse, logging, sys
def _setup_logging():
    logging.basicConfig(stream=sys.stdout)
def executor_main():
    _setup_logging()
    parser = argparse.ArgumentParser(description='Runs it.')
    parser.add_argument('--component_module_path', type=str, help='Where it is')
    args, _ = parser.parse_known_args()
    exec(compile(open(args.component_module_path).read(), args.component_module_path, 'exec'), {})
if __name__ == '__main__':
    executor_main()
)";
// An executor that keeps interpreters warm, and environments with an SDK that does what the test
// wants when it is imported.
class WarmTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    options_.warm = true;
    auto made = MakeLocalExecutor(options_, *store_, clock_, random_, remembering_);
    ASSERT_TRUE(made) << made.error().message();
    executor_ = std::move(*made);
    if (remembering_.Count("every task starts an interpreter of its own") > 0) {
      GTEST_SKIP() << "no interpreter is kept warm on this machine";
    }
  }

  // As the SDK generates it, of a component that is that program.
  engine::TaskLaunch Component(const std::string& package, const std::string& program,
                               const std::string& id = "task") {
    return Command(
        {"sh", "-c",
         "\nif ! [ -x \"$(command -v pip)\" ]; then\n    python3 -m ensurepip || python3 -m "
         "ensurepip --user || apt-get install python3-pip\nfi\n\nPIP_DISABLE_PIP_VERSION_CHECK=1 "
         "python3 -m pip install --quiet --no-warn-script-location '" +
             package + "' && \"$0\" \"$@\"\n",
         "sh", "-ec",
         "program_path=$(mktemp -d)\n\nprintf \"%s\" \"$0\" > "
         "\"$program_path/ephemeral_component.py\"\n_KFP_RUNTIME=true python3 -m "
         "kfp.dsl.executor_main                         --component_module_path                    "
         "     \"$program_path/ephemeral_component.py\"                         \"$@\"\n",
         program, "--executor_input", "{}", "--function_to_execute", "f"},
        id);
  }

  // Makes the environment with that package and puts an SDK into it that runs `import_code` as it
  // is imported. Returns the environment's folder.
  std::filesystem::path MakeSdk(const std::string& package, const std::string& import_code,
                                const std::string& main_code = kMainCode) {
    namespace fs = std::filesystem;
    engine::TaskLaunch launch = Component(package, "pass", "prepare");
    launch.env = {{"PYTHONUNBUFFERED", "1"}};  // so that no worker is wanted yet
    const engine::TaskOutcome outcome = this->Run(launch);
    const std::string key = outcome.details.StringOr("environment", "");
    EXPECT_NE(key, "") << outcome.message;
    const fs::path folder = folder_ / "data/tasks/environments" / key / "venv";
    const fs::path python = outcome.details.StringOr("interpreter", "");
    std::string minor = outcome.details.StringOr("python", "");
    minor = minor.substr(0, minor.rfind('.'));
    const fs::path sdk = folder / "lib" / ("python" + minor) / "site-packages/kfp";
    fs::create_directories(sdk / "dsl");
    std::ofstream(folder / "pyvenv.cfg") << "home = " << python.parent_path().string() << "\n";
    std::ofstream(sdk / "__init__.py") << import_code;
    std::ofstream(sdk / "dsl/__init__.py") << "";
    std::ofstream(sdk / "dsl/executor_main.py") << main_code;
    return folder;
  }

  // The processes of this executor's workers, which no other has.
  std::vector<pid_t> Workers() const {
    namespace fs = std::filesystem;
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string name = entry.path().filename();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      if (ReadAll(entry.path() / "cmdline").find("kfp.dsl.executor_main") == std::string::npos) {
        continue;
      }
      if (ReadAll(entry.path() / "mountinfo").find(folder_.filename()) == std::string::npos) {
        continue;
      }
      found.push_back(static_cast<pid_t>(std::stol(name)));
    }
    return found;
  }
  static std::string ReadAll(const std::filesystem::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();  // throws nothing where it is of a process that ends meanwhile
    return text.str();
  }

  bool WarmStartFailed() {
    auto log = executor().ReadLog("run", "task", 0);
    return log && log->find("a warm start failed") != std::string::npos;
  }
  static std::string StartOf(const engine::TaskOutcome& outcome) {
    return outcome.details.StringOr("start", "");
  }
  // Runs components until one is started warm; false where none is in half a minute.
  bool AwaitWarm(const std::string& package) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < end) {
      const engine::TaskOutcome outcome = this->Run(Component(package, "pass", "warm-up"));
      if (outcome.kind != engine::TaskOutcome::Kind::kSucceeded) {
        ADD_FAILURE() << outcome.message;
        return false;
      }
      if (StartOf(outcome) == "warm") return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "no worker: " << remembering_.Text();
    return false;
  }
  // What the component printed.
  std::string Printed(const engine::TaskLaunch& launch, const std::string& start) {
    const engine::TaskOutcome outcome = this->Run(launch);
    EXPECT_EQ(outcome.kind, engine::TaskOutcome::Kind::kSucceeded) << outcome.message;
    EXPECT_EQ(StartOf(outcome), start);
    return Log(launch.task_id);
  }

  RememberingLogger remembering_;
};

}  // namespace penstock::executor
