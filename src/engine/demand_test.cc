// SPDX-License-Identifier: Apache-2.0
#include "engine/demand.h"

#include <gtest/gtest.h>

namespace penstock::engine {
namespace {

TEST(Demand, IsTheRequestOrTheLimitOrOneProcessor) {
  ir::ResourceSpec resources;
  EXPECT_EQ(DemandOf(resources).cpu_millis, 1000);
  EXPECT_EQ(DemandOf(resources).memory_bytes, 0);
  resources.cpu_limit = "2";
  resources.memory_limit = "1Gi";
  EXPECT_EQ(DemandOf(resources).cpu_millis, 2000);
  EXPECT_EQ(DemandOf(resources).memory_bytes, int64_t{1} << 30);
  resources.cpu_request = "250m";
  resources.memory_request = "1M";
  EXPECT_EQ(DemandOf(resources).cpu_millis, 250);
  EXPECT_EQ(DemandOf(resources).memory_bytes, 1'000'000);
  resources.cpu_request = "100u";
  resources.memory_request = "1e300";
  EXPECT_EQ(DemandOf(resources).cpu_millis, 1);
  EXPECT_GT(DemandOf(resources).memory_bytes, int64_t{1} << 40);
}

TEST(Demand, IsCheckedWhereItIsKnown) {
  ir::ResourceSpec resources;
  resources.cpu_request = "{{$.inputs.parameters['cpu']}}";
  EXPECT_TRUE(CheckResources(resources));
  resources.memory_limit = "lots";
  base::Status status = CheckResources(resources);
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().message().find("memory limit 'lots'"), std::string::npos);
}

}  // namespace
}  // namespace penstock::engine
