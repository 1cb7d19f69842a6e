// SPDX-License-Identifier: Apache-2.0
#include "executor/local/build_room.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/source_file.h"
#include "executor/local/environment_builder.h"
#include "executor/local/host_files.h"
#include "sys/remove_tree.h"
#include "sys/run_process.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class BuildRoomTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-room-XXXXXX";
    folder_ = ::mkdtemp(name);
    for (const char* made : {"empty", "environments/id", "environments/other", "builds/cache"}) {
      fs::create_directories(folder_ / made);
    }
    std::ofstream(folder_ / "secret") << "a secret";
    variables_ = {{"PATH", "/usr/bin:/bin"},
                  {"HOME", folder_},
                  {"PENSTOCK_UV", base::SourceFile("tests/data/executor/hostile-uv")},
                  {"UV_TEST_FOLDER", folder_},
                  {"PENSTOCK_ROOT_PASSWORD", "of the server"},
                  {"UV_HTTP_TIMEOUT", "7"}};
    files_.mount_point = folder_ / "empty";
    ability_ = ProbeSandbox(files_, folder_ / "work/probe", logger_);
  }
  void TearDown() override { EXPECT_TRUE(sys::RemoveTree(folder_)); }

  std::string Build(std::optional<BuildConfinement> confinement) {
    const EnvironmentBuilder builder(variables_, PipSettings(), folder_ / "builds/cache", "",
                                     std::move(confinement));
    EnvironmentSpec spec;
    spec.interpreter.executable = "/usr/bin/python3";
    spec.interpreter.version = {3, 12, 1};
    spec.steps.emplace_back().requirements = {"thing"};
    auto built =
        builder.Build(spec, folder_ / "environments/id/venv", [](std::string_view) {}, cancel_);
    EXPECT_TRUE(built) << built.error().message();
    return ReadTextFile(folder_ / "environments/id/venv/did");
  }

  fs::path folder_;
  Variables variables_;
  base::NullLogger logger_;
  sys::CancelSignal cancel_;
  SandboxFiles files_;
  SandboxAbility ability_;
};

TEST_F(BuildRoomTest, CodeOfPackagesReachesNothingElse) {
  if (ability_.kind == SandboxKind::kNone) GTEST_SKIP() << "namespaces are not permitted here";
  auto filter = sys::SystemCallFilter::ForTasks();
  ASSERT_TRUE(filter);
  const std::string did =
      Build(BuildConfinement{ability_.kind, files_, folder_ / "work", std::move(*filter)});
  EXPECT_THAT(did, Not(HasSubstr("read the secret")));
  EXPECT_THAT(did, Not(HasSubstr("damaged another environment")));
  EXPECT_THAT(did, Not(HasSubstr("wrote to the machine")));
  EXPECT_THAT(did, Not(HasSubstr("of the server")));
  EXPECT_THAT(did, HasSubstr("left something behind"));  // which went with its namespace
  EXPECT_THAT(did, HasSubstr("CapEff:\t0000000000000000"));
  // What it needs it has: the tool's settings, and one mount for the cache and the environment.
  EXPECT_THAT(did, HasSubstr("UV_HTTP_TIMEOUT=7"));
  EXPECT_THAT(did, HasSubstr("linked"));
  EXPECT_EQ(fs::hard_link_count(folder_ / "environments/id/venv/archive"), 2u);
  EXPECT_EQ(ReadTextFile(folder_ / "builds/cache/archive"), "download\n");
  // It was made under the name that it has now.
  EXPECT_EQ(ReadTextFile(folder_ / "environments/id/venv/where"),
            (folder_ / "environments/id/venv").string() + "\n");
  EXPECT_FALSE(fs::exists(folder_ / "builds/id"));
  EXPECT_TRUE(fs::is_empty(folder_ / "work"));
}

TEST_F(BuildRoomTest, WithoutNamespacesVariablesAreKeptBackAllTheSame) {
  const std::string did = Build(std::nullopt);
  EXPECT_THAT(did, HasSubstr("read the secret"));
  EXPECT_THAT(did, Not(HasSubstr("of the server")));
  EXPECT_THAT(did, HasSubstr("UV_HTTP_TIMEOUT=7"));
}

TEST_F(BuildRoomTest, NothingStaysOfABuildThatWasCancelled) {
  if (ability_.kind == SandboxKind::kNone) GTEST_SKIP() << "namespaces are not permitted here";
  const EnvironmentBuilder builder(
      variables_, PipSettings(), folder_ / "builds/cache", "",
      BuildConfinement{ability_.kind, files_, folder_ / "work", nullptr});
  EnvironmentSpec spec;
  spec.interpreter.executable = "/usr/bin/python3";
  cancel_.Cancel();
  EXPECT_FALSE(
      builder.Build(spec, folder_ / "environments/id/venv", [](std::string_view) {}, cancel_));
  EXPECT_FALSE(fs::exists(folder_ / "builds/id"));
  EXPECT_TRUE(fs::is_empty(folder_ / "environments/id"));
}

}  // namespace
}  // namespace penstock::executor
