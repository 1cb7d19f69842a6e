// SPDX-License-Identifier: Apache-2.0
#include "executor/container/image_users.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

constexpr const char* kPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "app:x:1000:1001:An app:/home/app:/bin/sh\n"
    "broken\n"
    "odd:x:many:1::/:\n";
constexpr const char* kGroup =
    "root:x:0:\nstaff:x:50:app,other\nvideo:x:44:app\naudio:x:29:applied\nshort:x:77\n";

TEST(ImageUsers, AreFoundByNameAndNumber) {
  struct Case {
    const char* user;
    int64_t uid, gid;
    std::vector<int64_t> groups;
  };
  for (const Case& test :
       {Case{"", 0, 0, {}}, Case{"root", 0, 0, {}}, Case{"app", 1000, 1001, {50, 44}},
        Case{"1000", 1000, 1001, {50, 44}}, Case{"app:staff", 1000, 50, {}},
        Case{"app:7", 1000, 7, {}}, Case{"4321", 4321, 0, {}}, Case{"4321:8765", 4321, 8765, {}},
        Case{"app:short", 1000, 77, {}}, Case{":staff", 0, 50, {}}}) {
    auto user = FindImageUser(test.user, kPasswd, kGroup);
    ASSERT_TRUE(user) << test.user;
    EXPECT_EQ(user->uid, test.uid) << test.user;
    EXPECT_EQ(user->gid, test.gid) << test.user;
    EXPECT_EQ(user->groups, test.groups) << test.user;
  }
}

TEST(ImageUsers, NamesThatTheImageDoesNotKnowAreRefused) {
  for (const char* user : {"nobody", "odd", "broken", "app:none", "-1", "99999999999", "1000:"}) {
    EXPECT_FALSE(FindImageUser(user, kPasswd, kGroup)) << user;
  }
  EXPECT_FALSE(FindImageUser("app", "", ""));
  EXPECT_TRUE(FindImageUser("12:34", "", ""));
}

}  // namespace
}  // namespace penstock::executor
