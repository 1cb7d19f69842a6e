// SPDX-License-Identifier: Apache-2.0
#include "executor/local/warm_workers.h"

#include <fstream>

#include <gtest/gtest.h>

#include "executor/local/modules_ahead.h"
#include "executor/local/warm_test_base.h"

namespace penstock::executor {
namespace {

using std::chrono::milliseconds;

// Workers of one environment; requests differ in a variable.
class WarmWorkersTest : public WarmTest {
 protected:
  void SetUp() override {
    WarmTest::SetUp();
    if (IsSkipped()) return;
    venv_ = MakeSdk("sdk", "").string();
    groups_ = sys::ControlGroups::Open("penstock-warm-test-" + folder_.filename().string(),
                                       folder_ / "record");
    std::filesystem::create_directory(folder_ / "empty");
    limits_.between_looks = milliseconds(20);
    limits_.available_memory = [this] { return available_.load(); };
  }
  void TearDown() override {
    workers_.reset();
    groups_.reset();
    WarmTest::TearDown();
  }

  WarmWorkers& workers() {
    if (!workers_) {
      WarmSurroundings shared;
      shared.work_directory = folder_ / "workers";
      shared.files.mount_point = folder_ / "empty";
      shared.groups = groups_.get();
      if (auto filter = sys::SystemCallFilter::ForTasks()) shared.task_filter = *filter;
      if (auto filter = sys::SystemCallFilter::ForForkServers()) shared.worker_filter = *filter;
      workers_ = std::make_unique<WarmWorkers>(shared, limits_, remembering_);
    }
    return *workers_;
  }

  WarmRequest Request(const std::string& kind) {
    WarmRequest request;
    request.wants.module = "kfp.dsl.executor_main";
    request.wants.runtime = true;
    request.wants.env = {{"KIND", kind}, {"PATH", venv_ + "/bin:/usr/bin:/bin"}};
    request.environment.key = "key-" + kind;
    request.environment.venv = venv_;
    InterpreterFinder finder(sys::CurrentEnvironment());
    request.interpreter = finder.Find("3.11").value();
    return request;
  }

  bool Await(const std::function<bool()>& holds) {
    for (int i = 0; i < 1500; ++i) {
      if (holds()) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    ADD_FAILURE() << remembering_.Text();
    return false;
  }
  bool Has(const std::string& kind) { return workers().Find(Request(kind)) != nullptr; }
  bool Make(const std::string& kind) {
    workers().Want(Request(kind));
    return Await([&] { return Has(kind); });
  }

  std::string venv_;
  std::atomic<double> available_ = 0.9;
  std::unique_ptr<sys::ControlGroups> groups_;
  WarmWorkers::Limits limits_;
  std::unique_ptr<WarmWorkers> workers_;
};

TEST_F(WarmWorkersTest, TheOneThatWasUsedLeastLatelyMakesRoom) {
  limits_.workers = 2;
  ASSERT_TRUE(Make("a"));
  ASSERT_TRUE(Make("b"));
  ASSERT_TRUE(Has("a"));  // b is the older one now
  ASSERT_TRUE(Make("c"));
  EXPECT_EQ(workers().count(), 2u);
  EXPECT_TRUE(Has("a"));
  EXPECT_FALSE(Has("b"));
}

// One of that kind which has these modules, which are well-known but contain nothing.
class WarmModulesTest : public WarmWorkersTest {
 protected:
  void SetUp() override {
    WarmWorkersTest::SetUp();
    if (IsSkipped()) return;
    const std::string packages = venv_ + "/" + SitePackages(venv_).value();
    for (const char* name : {"yaml", "jinja2", "requests"}) {
      std::filesystem::create_directory(packages + "/" + name);
      std::ofstream(packages + "/" + name + "/__init__.py") << "";
    }
    std::ofstream(packages + "/jinja2/__init__.py") << "print('it writes')";
  }
  WarmRequest With(std::vector<std::string> modules) {
    WarmRequest request = Request("a");
    request.wants.ahead = std::move(modules);
    return request;
  }
  std::vector<std::string> Modules() {
    auto worker = workers().Find(Request("a"));
    return worker ? worker->ahead() : std::vector<std::string>{"no worker"};
  }
};

TEST_F(WarmModulesTest, AWorkerIsReplacedByOneThatHasWhatOtherTasksImportToo) {
  const std::vector<std::string> both = {"yaml", "requests"};
  workers().Want(With({"requests"}));
  ASSERT_TRUE(Await([&] { return Modules() == std::vector<std::string>{"requests"}; }));
  auto first = workers().Find(Request("a"));
  workers().Want(With({"yaml"}));
  EXPECT_TRUE(Await([&] { return Modules() == both; }));
  EXPECT_EQ(workers().count(), 1u);
  EXPECT_TRUE(first->server().alive()) << "tasks may still run with it";
  auto second = workers().Find(Request("a"));
  workers().Want(With({"requests"}));  // has them both
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(workers().Find(Request("a")), second);
}

TEST_F(WarmModulesTest, OneThatIsRefusedIsNotTriedAgain) {
  workers().Want(With({"jinja2", "requests"}));
  ASSERT_TRUE(Await([&] { return Modules() == std::vector<std::string>{"requests"}; }));
  EXPECT_EQ(remembering_.Count("without jinja2: it writes: it writes"), 1);
  auto worker = workers().Find(Request("a"));
  workers().Want(With({"jinja2", "requests"}));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(workers().Find(Request("a")), worker);
  workers().Want(With({"yaml", "jinja2"}));
  EXPECT_TRUE(Await([&] { return Modules() == std::vector<std::string>{"yaml", "requests"}; }));
  EXPECT_EQ(remembering_.Count("without jinja2"), 1);
}

TEST_F(WarmWorkersTest, OneThatATaskRunsWithStays) {
  limits_.workers = 1;
  ASSERT_TRUE(Make("a"));
  auto held = workers().Find(Request("a"));
  workers().Want(Request("b"));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_FALSE(Has("b"));
  EXPECT_TRUE(held->server().alive());
  held = nullptr;
  EXPECT_TRUE(Make("b"));
  EXPECT_EQ(workers().count(), 1u);
}

TEST_F(WarmWorkersTest, WhatNobodyUsesGoes) {
  limits_.idle = milliseconds(1500);
  ASSERT_TRUE(Make("a"));
  auto held = workers().Find(Request("a"));
  std::this_thread::sleep_for(milliseconds(2000));
  EXPECT_EQ(workers().count(), 1u) << "it was in use";
  held = nullptr;
  EXPECT_TRUE(Await([&] { return workers().count() == 0; }));
}

TEST_F(WarmWorkersTest, ShortOfMemoryNoneIsKeptOrMade) {
  ASSERT_TRUE(Make("a"));
  auto held = workers().Find(Request("a"));
  available_ = 0.05;
  std::this_thread::sleep_for(milliseconds(200));
  EXPECT_EQ(workers().count(), 1u) << "it was in use";
  held = nullptr;
  EXPECT_TRUE(Await([&] { return workers().count() == 0; }));
  workers().Want(Request("b"));
  std::this_thread::sleep_for(milliseconds(500));
  EXPECT_EQ(workers().count(), 0u);
  available_ = 0.9;
  EXPECT_TRUE(Make("b"));
}

// As no task's watch would see.
TEST_F(WarmWorkersTest, OneWhosePackagesFillTheDiskIsEnded) {
  const std::string packages = venv_ + "/" + SitePackages(venv_).value();
  std::ofstream(packages + "/kfp/__init__.py") << R"(
import os, time
if os.fork() == 0:
    os.setsid()
    with open('/tmp/fill', 'wb') as file:
        while True:
            try: file.write(b'x' * (1 << 20))
            except OSError: pass
            time.sleep(0.01)
)";
  workers().Want(Request("a"));
  EXPECT_TRUE(Await([&] { return remembering_.Count("filled more of the disk") == 1; }));
  EXPECT_TRUE(Await([&] { return workers().count() == 0; }));
  EXPECT_FALSE(Has("a"));
  EXPECT_TRUE(Await([&] { return std::filesystem::is_empty(folder_ / "workers"); }));
}

TEST_F(WarmWorkersTest, AnEnvironmentThatIsToGoHasNone) {
  ASSERT_TRUE(Make("a"));
  ASSERT_TRUE(Make("b"));
  workers().Release("key-a");
  EXPECT_FALSE(Has("a"));
  EXPECT_TRUE(Has("b"));
}

TEST_F(WarmWorkersTest, OneThatWasDroppedIsNotMadeAgainAtOnce) {
  ASSERT_TRUE(Make("a"));
  workers().Drop(Request("a"), "it did not answer");
  workers().Want(Request("a"));
  std::this_thread::sleep_for(milliseconds(500));
  EXPECT_FALSE(Has("a"));
  EXPECT_EQ(remembering_.Count("it did not answer"), 1);
}

}  // namespace
}  // namespace penstock::executor
