// SPDX-License-Identifier: Apache-2.0
#include "executor/container/container_limits.h"

#include <gtest/gtest.h>

#include "executor/container/container_view.h"

namespace penstock::executor {
namespace {

TEST(ContainerLimits, AmountsOfKubernetes) {
  ir::ResourceSpec resources;
  resources.memory_limit = "64Mi";
  resources.cpu_limit = "1.5";
  resources.cpu_request = "250m";
  ContainerRequest request;
  ASSERT_TRUE(SetLimits(resources, request));
  EXPECT_EQ(request.memory_bytes, 64 << 20);
  EXPECT_EQ(request.cpu_millis, 1500);
  EXPECT_EQ(request.cpu_request, 250);
  resources.memory_limit = "much";
  EXPECT_FALSE(SetLimits(resources, request));
}

TEST(ContainerLimits, Users) {
  const ContainerImage root, app{"", "app", true};
  engine::ContainerSettings settings;
  EXPECT_EQ(*UserOf(settings, app, 0, 0), "");
  EXPECT_EQ(*UserOf(settings, root, 1000, 100), "1000:100");
  settings.group = 5;
  EXPECT_EQ(*UserOf(settings, app, 0, 0), "app:5");
  EXPECT_EQ(*UserOf(settings, root, 0, 0), "0:5");
  settings.not_root = true;
  EXPECT_FALSE(UserOf(settings, root, 0, 0));
  EXPECT_TRUE(UserOf(settings, app, 0, 0));
  settings.user = 7;
  EXPECT_EQ(*UserOf(settings, root, 1000, 100), "7:5");
  EXPECT_TRUE(RunsAsServer("", root, 0));
  EXPECT_FALSE(RunsAsServer("", app, 0));
  EXPECT_TRUE(RunsAsServer("1000:100", root, 1000));
  EXPECT_FALSE(RunsAsServer("", root, 1000));
  EXPECT_EQ(*PullPolicyOf("Never"), PullPolicy::kNever);
  EXPECT_FALSE(PullPolicyOf("never"));
}

TEST(ContainerView, ThisMachineByItsName) {
  EXPECT_EQ(ContainerHosts({}, "host").back().second, "127.0.0.1");
  EXPECT_EQ(ContainerHosts({}, "bridge").back().second, "host-gateway");
  EXPECT_EQ(ContainerHosts({{"host.docker.internal", "192.0.2.1"}}, "bridge").size(), 1U);
  EXPECT_EQ(AsSeenInContainer("http://127.0.0.1:9000", "host"), "http://127.0.0.1:9000");
  EXPECT_EQ(AsSeenInContainer("http://127.0.0.1:9000", "bridge"),
            "http://host.docker.internal:9000");
  EXPECT_EQ(AsSeenInContainer("http://192.0.2.1:9000", "bridge"), "http://192.0.2.1:9000");
}

}  // namespace
}  // namespace penstock::executor
