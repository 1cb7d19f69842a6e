// SPDX-License-Identifier: Apache-2.0
#include "executor/container/containerd_messages.h"

#include <gtest/gtest.h>

#include "executor/container/containerd_client.h"

namespace penstock::executor {
namespace {

using text::Json;

Json Parsed(std::string_view text) {
  auto json = text::ParseJson(text);
  return json ? *json : Json();
}

TEST(ContainerdMessages, NamesAreFull) {
  struct Case {
    const char* image;
    const char* full;
  };
  for (const Case& test :
       {Case{"busybox", "docker.io/library/busybox:latest"}, Case{"a/b:1.0", "docker.io/a/b:1.0"},
        Case{"gcr.io/a/b:1", "gcr.io/a/b:1"}, Case{"registry:5000/a", "registry:5000/a:latest"},
        Case{"localhost/a:2", "localhost/a:2"},
        Case{"a@sha256:00ff", "docker.io/library/a@sha256:00ff"}}) {
    auto name = ParseImageName(test.image);
    ASSERT_TRUE(name) << test.image;
    EXPECT_EQ(FullImageName(*name), test.full);
  }
}

TEST(ContainerdMessages, TheListOfImages) {
  constexpr std::string_view kTable =
      "REF           TYPE DIGEST     SIZE    PLATFORMS   LABELS \n"
      "registry/a:1  x/y  sha256:aa  1.9 MiB linux/amd64 -      \n"
      "registry/a:10 x/y  sha256:bb  1.9 MiB linux/amd64 -      \n";
  EXPECT_EQ(ListedDigest(kTable, "registry/a:10"), "sha256:bb");
  EXPECT_EQ(ListedDigest(kTable, "registry/a:1"), "sha256:aa");
  EXPECT_EQ(ListedDigest(kTable, "registry/a"), "");
  EXPECT_EQ(ListedDigest(kTable, "REF"), "");
  EXPECT_EQ(ListedDigest("", "a"), "");
}

TEST(ContainerdMessages, AnImageOfManyMachines) {
  const Json index = Parsed(R"({"manifests": [
      {"digest": "sha256:aa", "platform": {"os": "linux", "architecture": "arm64"}},
      {"digest": "sha256:bb", "platform": {"os": "linux", "architecture": "amd64"}},
      {"digest": "sha256:cc", "platform": {"os": "unknown", "architecture": "unknown"}}]})");
  auto chosen = ChooseManifest(index, "amd64");
  ASSERT_TRUE(chosen);
  EXPECT_EQ(*chosen, "sha256:bb");
  auto none = ChooseManifest(index, "s390x");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), base::Code::kNotFound);
  auto manifest = ChooseManifest(Parsed(R"({"config": {"digest": "sha256:dd"}})"), "amd64");
  ASSERT_TRUE(manifest);
  EXPECT_FALSE(*manifest);
  EXPECT_EQ(*ConfigDigest(Parsed(R"({"config": {"digest": "sha256:dd"}})")), "sha256:dd");
  EXPECT_FALSE(ConfigDigest(Parsed(R"({"config": {"digest": 1}})")));
}

TEST(ContainerdMessages, ConfigurationsOfImages) {
  const ImageConfig config = ParseImageConfig("sha256:1", Parsed(R"({
      "config": {"User": "app", "WorkingDir": "/w", "Entrypoint": ["a"], "Cmd": ["b", "c"],
                 "Env": ["PATH=/x"]},
      "rootfs": {"diff_ids": ["sha256:aa", "sha256:bb"]}})"));
  EXPECT_EQ(config.user, "app");
  EXPECT_EQ(config.working_directory, "/w");
  EXPECT_EQ(config.command, (std::vector<std::string>{"b", "c"}));
  // printf 'sha256:aa sha256:bb' | sha256sum
  EXPECT_EQ(config.chain,
            "sha256:b68ad689d6d1ec110ea1c13617437ad6f3766d4b3b309f6a603a222e07a0164f");
  EXPECT_EQ(ParseImageConfig("x", Parsed(R"({"rootfs": {"diff_ids": ["sha256:aa"]}})")).chain,
            "sha256:aa");
  EXPECT_EQ(ParseImageConfig("x", Json()).chain, "");
}

TEST(ContainerdMessages, Events) {
  auto event = ParseEvent(
      "2026-11-26 04:13:02.9 +0000 UTC default /tasks/exit "
      R"({"container_id":"c","id":"c","pid":1,"exit_status":137})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->topic, "/tasks/exit");
  EXPECT_EQ(event->container, "c");
  EXPECT_TRUE(event->first_process);
  EXPECT_EQ(event->exit_status, 137);
  event = ParseEvent(R"(x UTC default /tasks/exit {"container_id":"c","id":"other"})");
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->first_process);
  event = ParseEvent(R"(x UTC default /containers/create {"id":"c","image":"a /b {"})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->topic, "/containers/create");
  for (const char* line : {"", "{", " {}", "a /tasks/exit {}", "a /tasks/exit {\"container_id\":",
                           R"(a /snapshot/prepare {"key":"c"})"}) {
    EXPECT_FALSE(ParseEvent(line)) << line;
  }
}

TEST(ContainerdMessages, SnapshotsVersionsAndErrors) {
  auto mounts = ParseSnapshotMounts(
      Parsed(R"([{"Type": "overlay", "Source": "overlay", "Options": ["index=off"]}])"));
  ASSERT_TRUE(mounts);
  EXPECT_EQ(mounts->at(0).options, std::vector<std::string>{"index=off"});
  for (const char* text : {"[]", "{}", "[{}]", "[1]", "null"}) {
    EXPECT_FALSE(ParseSnapshotMounts(Parsed(text))) << text;
  }
  EXPECT_EQ(ServerVersion("Client:\n  Version:  1.7.0\n\nServer:\n  Version:  1.6.20~ds1\n"),
            "1.6.20");
  EXPECT_EQ(ServerVersion("Client:\n  Version:  1.7.0\n"), "");
  EXPECT_EQ(ContainerdError("warning\nctr: it is: not found\n"), "it is: not found");
  EXPECT_EQ(ContainerdError("ctr: a\nctr: b\n\n"), "b");
  EXPECT_EQ(ContainerdError("other\n"), "other");
}

}  // namespace
}  // namespace penstock::executor
