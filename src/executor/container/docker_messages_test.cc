// SPDX-License-Identifier: Apache-2.0
#include "executor/container/docker_messages.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

using text::FormatJson;
using text::Json;

Json Parsed(std::string_view text) {
  auto json = text::ParseJson(text);
  return json ? *json : Json();
}

TEST(DockerMessages, NamesOfImages) {
  struct Case {
    const char* image;
    const char* name;
    const char* tag;
  };
  for (const Case& test : {Case{"busybox", "busybox", "latest"}, Case{"a/b:1.0", "a/b", "1.0"},
                           Case{"registry:5000/a/b", "registry:5000/a/b", "latest"},
                           Case{"registry:5000/a/b:x-1", "registry:5000/a/b", "x-1"},
                           Case{"a/b@sha256:00ff", "a/b@sha256:00ff", ""},
                           Case{"a/b:1@sha256:00ff", "a/b:1@sha256:00ff", ""}}) {
    auto name = ParseImageName(test.image);
    ASSERT_TRUE(name) << test.image;
    EXPECT_EQ(name->name, test.name);
    EXPECT_EQ(name->tag, test.tag);
  }
  for (const char* image : {"", ":1", "a:", "a b", "a/../b", "/a", "a/", "a//b", "a?x=1", "a@",
                            "a@b", "a:1:2", "a@sha256:", "a#b", "a:-1", "a%2f"}) {
    EXPECT_FALSE(ParseImageName(image)) << image;
  }
}

TEST(DockerMessages, CommandsReplaceWhatTheImageSays) {
  ContainerRequest request;
  request.image = "a:1";
  EXPECT_EQ(ContainerBody(request).Find("Entrypoint"), nullptr);
  EXPECT_EQ(ContainerBody(request).Find("Cmd"), nullptr);
  request.arguments = {"x"};
  EXPECT_EQ(ContainerBody(request).Find("Entrypoint"), nullptr);
  EXPECT_EQ(FormatJson(*ContainerBody(request).Find("Cmd")), R"(["x"])");
  request.command = {"sh", "-c"};
  EXPECT_EQ(FormatJson(*ContainerBody(request).Find("Entrypoint")), R"(["sh","-c"])");
}

TEST(DockerMessages, ContainersAreConfined) {
  ContainerRequest request;
  request.network = "none";
  request.memory_bytes = 1000;
  request.cpu_millis = 1500;
  request.cpu_request = 500;
  request.processes = 7;
  request.hosts = {{"a", "192.0.2.1"}};
  request.mounts = {{"/in", "/on/disk", false}};
  const Json body = ContainerBody(request);
  const Json& host = *body.Find("HostConfig");
  EXPECT_EQ(FormatJson(*host.Find("CapDrop")), R"(["ALL"])");
  EXPECT_EQ(FormatJson(*host.Find("SecurityOpt")), R"(["no-new-privileges"])");
  EXPECT_FALSE(host.BoolOr("Privileged", true));
  EXPECT_EQ(host.IntegerOr("Memory", 0), 1000);
  EXPECT_EQ(host.IntegerOr("MemorySwap", 0), 1000);
  EXPECT_EQ(host.IntegerOr("NanoCpus", 0), 1'500'000'000);
  EXPECT_EQ(host.IntegerOr("CpuShares", 0), 512);
  EXPECT_EQ(host.IntegerOr("PidsLimit", 0), 7);
  EXPECT_EQ(host.StringOr("NetworkMode", ""), "none");
  EXPECT_EQ(FormatJson(*host.Find("ExtraHosts")), R"(["a:192.0.2.1"])");
  EXPECT_EQ(FormatJson(*host.Find("Mounts")),
            R"([{"ReadOnly":true,"Source":"/on/disk","Target":"/in","Type":"bind"}])");
}

TEST(DockerMessages, EndsAndImages) {
  const ContainerEnd end =
      ParseEnd(Parsed(R"({"State":{"ExitCode":137,"OOMKilled":true,"Error":"why"}})"));
  EXPECT_EQ(end.exit_code, 137);
  EXPECT_TRUE(end.out_of_memory);
  EXPECT_EQ(end.trouble, "why");
  EXPECT_FALSE(
      ParseImage(Parsed(R"({"Id":"x","Config":{"Cmd":null,"Entrypoint":[]}})")).has_command);
  const ContainerImage image =
      ParseImage(Parsed(R"({"Id":"x","Config":{"Cmd":["a"],"User":"u"}})"));
  EXPECT_TRUE(image.has_command);
  EXPECT_EQ(image.user, "u");
}

TEST(DockerMessages, AnUnfinishedPullIsAFailure) {
  std::string told;
  PullProgress progress([&](std::string_view line) { told += std::string(line) + "\n"; });
  progress.Add(R"({"status":"Pulling from a/b","id":"1"})");
  progress.Add(R"({"status":"Downloading","progressDetail":{"current":1,"total":2},"id":"l"})");
  progress.Add("");
  progress.Add("no JSON");
  EXPECT_EQ(progress.failure(), "");
  progress.Add(R"({"errorDetail":{"message":"gone"},"error":"gone"})");
  EXPECT_EQ(progress.failure(), "gone");
  EXPECT_EQ(told, "1: Pulling from a/b\n");
  EXPECT_EQ(DockerError(R"({"message":"no"})"), "no");
  EXPECT_EQ(DockerError("<html>"), "<html>");
}

TEST(DockerMessages, TheFirstProcessOfOneThatRuns) {
  EXPECT_EQ(ParseProcess(Parsed(R"({"State":{"Running":true,"Pid":4711}})")), 4711);
  EXPECT_EQ(ParseProcess(Parsed(R"({"State":{"Running":false,"Pid":0}})")), 0);
  EXPECT_EQ(ParseProcess(Parsed(R"({})")), 0);
}

}  // namespace
}  // namespace penstock::executor
