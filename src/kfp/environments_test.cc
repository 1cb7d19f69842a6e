// SPDX-License-Identifier: Apache-2.0
#include "engine/environments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kfp/test_api.h"
#include "kfp/test_openapi.h"

namespace penstock::kfp {
namespace {

using base::Code;
using base::Fail;

class FakeEnvironments final : public engine::Environments {
 public:
  std::vector<engine::EnvironmentInfo> List() override { return list; }
  engine::EnvironmentUsage Usage() override { return {4096, 20}; }
  base::Status Remove(const std::string& id) override {
    if (id == "used") return Fail(Code::kFailedPrecondition, "in use");
    if (std::erase_if(list, [&](const auto& info) { return info.id == id; }) > 0) return {};
    return Fail(Code::kNotFound, "none");
  }
  base::Result<std::string> Lock(const std::string& lock_id) override {
    if (lock_id == "abc") return "six==1\n";
    return Fail(Code::kNotFound, "none");
  }

  std::vector<engine::EnvironmentInfo> list;
};

class OwningExecutor final : public engine::Executor, public engine::EnvironmentsOwner {
 public:
  base::Status CheckRunnable(const ir::ContainerSpec&) override { return {}; }
  void Start(engine::TaskLaunch, std::function<void()>,
             std::function<void(engine::TaskOutcome)>) override {}
  void Cancel(const std::string&) override {}
  base::Result<std::string> ReadLog(const std::string&, const std::string&, int) override {
    return Fail(Code::kNotFound, "none");
  }
  engine::Environments* environments() override { return &kept; }

  FakeEnvironments kept;
};

class EnvironmentsApi : public testing::Test {
 protected:
  EnvironmentsApi() {
    const Backend& given = api_.backend();
    handler_ = MakePipelinesHandler(given.options, given.metadata, given.engine, executor_,
                                    given.artifacts, given.clock, given.random, given.logger);
  }

  RecordedResponse Send(std::string_view method, const std::string& path) {
    net::Request request;
    request.head.method = method;
    request.head.target = request.head.path = path;
    base::StringSource nothing("");
    request.body = &nothing;
    RecordedResponse response;
    handler_->Handle(request, response);
    EXPECT_EQ(
        OpenApiCheck::OfThisProgram().FaultsOf(
            method, path, {response.status(), response.header("Content-Type"), response.body()}),
        "");
    return response;
  }
  RecordedResponse Get(const std::string& path) { return Send("GET", path); }

  const std::string all_ = "/apis/v2beta1/environments";
  TestApi api_;
  OwningExecutor executor_;
  std::unique_ptr<PipelinesHandler> handler_;
};

TEST_F(EnvironmentsApi, ListsAndRemoves) {
  FakeEnvironments& kept = executor_.kept;
  engine::EnvironmentInfo& info = kept.list.emplace_back();
  info.id = "e1";
  info.python = "3.11.2";
  info.requirements = {"six"};
  info.packages = {"six==1"};
  info.lock_id = "abc";
  info.size_bytes = 123;
  info.last_used_at = info.created_at = api_.clock.Now();
  kept.list.emplace_back().id = "used";
  kept.list.back().in_use = true;
  auto list = Get(all_);
  ASSERT_EQ(list.status(), 200) << list.body();
  EXPECT_EQ(list.json().Find("environments")->as_array().size(), 2u);
  EXPECT_EQ(list.Text("total_bytes"), "4096");
  EXPECT_EQ(list.Text("limit_bytes"), "20");
  auto one = Get(all_ + "/e1");
  EXPECT_EQ(one.Text("python"), "3.11.2");
  EXPECT_EQ(one.Text("packages"), R"(["six==1"])");
  EXPECT_EQ(one.Text("size_bytes"), "123");
  EXPECT_EQ(one.Text("last_used_at"), one.Text("created_at"));
  EXPECT_EQ(one.Text("in_use"), "");
  EXPECT_EQ(Get(all_ + "/used").Text("in_use"), "true");
  EXPECT_EQ(Send("DELETE", all_ + "/used").status(), 400);
  EXPECT_EQ(Send("DELETE", all_ + "/e1").status(), 200);
  EXPECT_EQ(Send("DELETE", all_ + "/e1").status(), 404);
  EXPECT_EQ(Get(all_ + "/e1").status(), 404);
}

TEST_F(EnvironmentsApi, ShowsLocks) {
  EXPECT_EQ(Get("/apis/v2beta1/environment_locks/abc").Text("text"), "six==1\n");
  EXPECT_EQ(Get("/apis/v2beta1/environment_locks/no").status(), 404);
}

TEST_F(EnvironmentsApi, AreNotEverywhere) { EXPECT_EQ(api_.Get(all_).status(), 501); }

}  // namespace
}  // namespace penstock::kfp
