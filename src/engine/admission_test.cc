// SPDX-License-Identifier: Apache-2.0
#include "engine/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/platform_config.h"
#include "engine/test_pipeline.h"
#include "ir/parse.h"

namespace penstock::engine {
namespace {

using testing::HasSubstr;

class PickyExecutor final : public Executor {
 public:
  base::Status CheckRunnable(const ir::ContainerSpec& container) override {
    ++checks;
    if (container.image != "bad") return {};
    return base::Fail(base::Code::kInvalidArgument, "image bad cannot run");
  }
  void Start(TaskLaunch, std::function<void()>, std::function<void(TaskOutcome)>) override {}
  void Cancel(const std::string&) override {}
  base::Result<std::string> ReadLog(const std::string&, const std::string&, int) override {
    return std::string();
  }
  int checks = 0;
};

base::Status Check(const TestPipeline& pipeline, const std::string& platform = "null") {
  auto package = ir::ParsePackageJson(pipeline.Spec());
  EXPECT_TRUE(package) << package.error().message();
  package->platform_json = *text::ParseJson(platform);
  PickyExecutor executor;
  return CheckAdmissible(**RunPlan::Make(std::move(*package)), executor);
}

TEST(Admission, NamesTheTaskThatCannotRun) {
  TestPipeline p;
  p.Container("good", {});
  p.Container("bad", {}, "bad");
  p.Dag("inner").Task("deep", "bad");
  p.Root().Task("g", "good");
  EXPECT_TRUE(Check(p));
  p.Root().Task("group", "inner");
  EXPECT_EQ(Check(p).error().message(), "task 'deep': image bad cannot run");
}

TEST(Admission, RefusesWhatIsNotOffered) {
  TestPipeline p;
  p.Container("config", {{{"c", "?TASK_CONFIG"}}, {}, {}, {}});
  p.Root().Task("t", "config");
  EXPECT_TRUE(Check(p));

  TestPipeline plain;
  plain.Container("work", {});
  plain.Root().Task("t", "work");
  EXPECT_TRUE(Check(plain, R"({"platforms":{"kubernetes":{"deploymentSpec":{"executors":{
      "exec-work":{"nodeSelector":{"labels":{"a":"b"}},"secretAsEnv":[]}}}}}})"));
  EXPECT_THAT(Check(plain, R"({"platforms":{"kubernetes":{"deploymentSpec":{"executors":{
      "exec-work":{"initContainers":[{"name":"s"}]}}}}}})")
                  .error()
                  .message(),
              HasSubstr("exec-work.initContainers"));
}

TEST(PlatformConfig, ReadsTaskTimeouts) {
  auto timeout = [](const std::string& value) {
    return TaskTimeout(*text::ParseJson(R"({"platforms":{"kubernetes":{"deploymentSpec":{
        "executors":{"e":{"activeDeadlineSeconds":)" +
                                        value + "}}}}}}"),
                       "e");
  };
  EXPECT_EQ(timeout("30"), std::chrono::seconds(30));
  EXPECT_EQ(timeout("\"30\""), std::chrono::seconds(30));
  EXPECT_EQ(timeout("\"soon\""), std::nullopt);
  EXPECT_EQ(timeout("-1"), std::nullopt);
  EXPECT_EQ(TaskTimeout(nullptr, "e"), std::nullopt);
}

TEST(PlatformConfig, ReadsWorkspacesAndHowLongTheyStay) {
  auto config = [](const std::string& value) {
    return *text::ParseJson(R"({"platforms":{"kubernetes":{"pipelineConfig":)" + value + "}}}");
  };
  EXPECT_TRUE(HasWorkspace(config(R"({"workspace":{"size":"1Gi"}})")));
  EXPECT_FALSE(HasWorkspace(config(R"({"workspace":{}})")));
  EXPECT_FALSE(HasWorkspace(nullptr));
  EXPECT_EQ(WorkspaceTime(nullptr, true), std::chrono::seconds(0));
  EXPECT_EQ(WorkspaceTime(nullptr, false), std::chrono::hours(7 * 24));
  const text::Json limits = config(R"({"resourceTtlOnCompletion":5,"resourceTtlOnFailure":"7"})");
  EXPECT_EQ(WorkspaceTime(limits, true), std::chrono::seconds(5));
  EXPECT_EQ(WorkspaceTime(limits, false), std::chrono::seconds(7));
}

TEST(PlatformConfig, NamesWhatOnlyAClusterHonours) {
  ir::PipelineSpec spec;
  for (const char* name : {"a", "b", "c"}) {
    spec.executors[std::string("exec-") + name].container.emplace();
  }
  const text::Json platform = *text::ParseJson(
      R"({"platforms":{"kubernetes":{"deploymentSpec":{"executors":{
          "exec-a":{"tolerations":[{"key":"k"}],"secretAsEnv":[{"secretName":"s"}]},
          "exec-b":{"tolerations":[{"key":"k"}],"nodeSelector":{},
                    "podMetadata":{"labels":{"penstock.dev/network":"none"}}}}}}}})");
  EXPECT_THAT(PlatformNotices(spec, platform),
              testing::ElementsAre(
                  "tolerations has no meaning without a cluster and is not looked at (a, b)"));
  EXPECT_TRUE(PlatformNotices(spec, nullptr).empty());
}

}  // namespace
}  // namespace penstock::engine
