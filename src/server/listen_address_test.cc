// SPDX-License-Identifier: Apache-2.0
#include "server/listen_address.h"

#include <gtest/gtest.h>

namespace penstock::server {
namespace {

TEST(ListenAddress, ReadsHostAndPort) {
  ListenAddress address = ParseListenAddress("127.0.0.1:8888").value();
  EXPECT_EQ(address.host, "127.0.0.1");
  EXPECT_EQ(address.port, 8888);
  EXPECT_TRUE(address.loopback);
  EXPECT_TRUE(ParseListenAddress("[::1]:1")->loopback);
  EXPECT_EQ(ParseListenAddress("localhost:0")->host, "127.0.0.1");
}

TEST(ListenAddress, KnowsWhatOtherMachinesCanReach) {
  EXPECT_FALSE(ParseListenAddress(":9000")->loopback);
  EXPECT_FALSE(ParseListenAddress("0.0.0.0:9000")->loopback);
  EXPECT_FALSE(ParseListenAddress("10.1.2.3:9000")->loopback);
}

TEST(ListenAddress, IsReachedOnThisMachine) {
  EXPECT_EQ(AsSeenHere(*ParseListenAddress(":9000")).host, "127.0.0.1");
  EXPECT_EQ(AsSeenHere(*ParseListenAddress("[::]:9000")).host, "::1");
  EXPECT_EQ(AsSeenHere(*ParseListenAddress("10.1.2.3:9000")).host, "10.1.2.3");
}

TEST(ListenAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999",
                           "example.org:80", "1.2.3:80"}) {
    EXPECT_FALSE(ParseListenAddress(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::server
