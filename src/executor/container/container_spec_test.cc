// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_spec.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

using text::FormatJson;
using text::Json;

Json Usual() {
  auto json = text::ParseJson(R"({
      "process": {"cwd": "/", "rlimits": [{"type": "RLIMIT_NOFILE"}],
                  "capabilities": {"bounding": ["CAP_MKNOD"]}},
      "mounts": [{"destination": "/proc", "type": "proc"}, {"destination": "/run", "type": "tmpfs"},
                 {"destination": "/dev/shm", "type": "tmpfs", "options": ["size=65536k"]}],
      "linux": {"resources": {"devices": [{"allow": false, "access": "rwm"}]},
                "maskedPaths": ["/proc/kcore"], "namespaces": [{"type": "network"}]}})");
  return json ? *json : Json();
}

SpecInput Input() {
  SpecInput input;
  input.usual = Usual();
  input.root = "/root/of/it";
  input.hostname = "here";
  input.control_group = "/penstock/x";
  input.image.entrypoint = {"entry"};
  input.image.command = {"usual"};
  input.image.env = {"PATH=/own", "A=image"};
  return input;
}

std::string Arguments(const ContainerRequest& request) {
  const Json spec = ContainerSpec(Input(), request);
  return FormatJson(*spec.Find("process")->Find("args"));
}

TEST(ContainerSpec, CommandsReplaceWhatTheImageSays) {
  ContainerRequest request;
  EXPECT_EQ(Arguments(request), R"(["entry","usual"])");
  request.arguments = {"x"};
  EXPECT_EQ(Arguments(request), R"(["entry","x"])");
  request.command = {"sh", "-c"};
  EXPECT_EQ(Arguments(request), R"(["sh","-c","x"])");
  request.arguments.clear();
  EXPECT_EQ(Arguments(request), R"(["sh","-c"])");
}

TEST(ContainerSpec, TasksVariablesComeBeforeTheImages) {
  ContainerRequest request;
  request.env = {{"A", "task"}, {"B", "x=y"}};
  const Json spec = ContainerSpec(Input(), request);
  EXPECT_EQ(FormatJson(*spec.Find("process")->Find("env")),
            R"(["PATH=/own","HOSTNAME=here","A=task","B=x=y"])");
}

TEST(ContainerSpec, ContainersAreConfined) {
  ContainerRequest request;
  request.network = "none";
  request.memory_bytes = 1000;
  request.cpu_millis = 1500;
  request.cpu_request = 500;
  request.processes = 7;
  SpecInput input = Input();
  input.user = {12, 34, {5}};
  const Json spec = ContainerSpec(input, request);
  const Json& process = *spec.Find("process");
  EXPECT_EQ(FormatJson(*process.Find("capabilities")), "{}");
  EXPECT_TRUE(process.BoolOr("noNewPrivileges", false));
  EXPECT_EQ(process.Find("rlimits"), nullptr);
  EXPECT_EQ(FormatJson(*process.Find("user")), R"({"additionalGids":[5],"gid":34,"uid":12})");
  const Json& linux = *spec.Find("linux");
  const Json& resources = *linux.Find("resources");
  EXPECT_EQ(FormatJson(*resources.Find("memory")), R"({"limit":1000,"swap":1000})");
  EXPECT_EQ(FormatJson(*resources.Find("cpu")), R"({"period":100000,"quota":150000,"shares":512})");
  EXPECT_EQ(FormatJson(*resources.Find("pids")), R"({"limit":7})");
  EXPECT_NE(resources.Find("devices"), nullptr);
  EXPECT_NE(linux.Find("maskedPaths"), nullptr);
  EXPECT_NE(FormatJson(*linux.Find("namespaces")).find("network"), std::string::npos);
  const std::string filter = FormatJson(*linux.Find("seccomp"));
  for (const char* name : {"\"mount\"", "\"bpf\"", "\"clone3\"", "SCMP_CMP_MASKED_EQ"}) {
    EXPECT_NE(filter.find(name), std::string::npos) << name;
  }
  request.network = "host";
  input.counts_swap = false;
  const Json shared = ContainerSpec(input, request);
  EXPECT_EQ(FormatJson(*shared.Find("linux")->Find("namespaces")).find("network"),
            std::string::npos);
  EXPECT_EQ(shared.Find("linux")->Find("resources")->Find("memory")->Find("swap"), nullptr);
}

TEST(ContainerSpec, MountsLieOnOneAnother) {
  ContainerRequest request;
  request.shared_memory = 4096;
  request.mounts = {{"/tmp/a/b", "/s1", false}, {"/tmp", "/s2", true}};
  SpecInput input = Input();
  input.hosts_file = "/s3";
  const Json spec = ContainerSpec(input, request);
  std::string targets;
  for (const Json& mount : spec.Find("mounts")->as_array()) {
    targets += mount.StringOr("destination", "?") + " ";
  }
  EXPECT_EQ(targets, "/proc /dev/shm /etc/hosts /tmp /tmp/a/b ");
  const std::string text = FormatJson(*spec.Find("mounts"));
  EXPECT_NE(text.find("size=4096"), std::string::npos);
  EXPECT_NE(text.find(R"(["rbind","rprivate","ro"],"source":"/s1")"), std::string::npos);
  EXPECT_NE(text.find(R"(["rbind","rprivate","rw"],"source":"/s2")"), std::string::npos);
}

}  // namespace
}  // namespace penstock::executor
