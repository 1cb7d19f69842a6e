// SPDX-License-Identifier: Apache-2.0
#include "server/api_sign_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::server {
namespace {

std::string WhyNot(const std::string& address, bool api_auth, const std::string& secret) {
  ServerConfig config;
  config.address = address;
  config.api_auth = api_auth;
  base::NullLogger logger;
  auto checked = CheckApiReach(config, ParseListenAddress(address).value(),
                               {{"admin", secret}, "environment"}, logger);
  return checked ? "" : checked.error().message();
}

TEST(CheckApiReach, LoopbackNeedsNothing) {
  for (const char* address : {"127.0.0.1:8888", "[::1]:8888", "localhost:0"}) {
    EXPECT_EQ(WhyNot(address, false, "minioadmin"), "") << address;
  }
}

TEST(CheckApiReach, OtherMachinesNeedSignInAndSecretKeys) {
  for (const char* address : {"0.0.0.0:8888", "192.0.2.1:80", ":8888", "[::]:8888"}) {
    EXPECT_THAT(WhyNot(address, false, "a-good-secret"), testing::HasSubstr("--api-auth"))
        << address;
    EXPECT_THAT(WhyNot(address, true, "minioadmin"), testing::HasSubstr("PENSTOCK_ROOT_PASSWORD"))
        << address;
    EXPECT_EQ(WhyNot(address, true, "a-good-secret"), "") << address;
  }
}

}  // namespace
}  // namespace penstock::server
