// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

TEST(AdminDrives, AreListedWithTheirState) {
  TestAdmin admin;
  TestAnswer list = admin.Get("/drives");
  ASSERT_EQ(list.status, 200) << list.body;
  const text::Json answer = list.Json();
  EXPECT_TRUE(answer.BoolOr("writable", false));
  const auto& drives = answer.Find("drives")->as_array();
  ASSERT_EQ(drives.size(), 1u);
  EXPECT_EQ(drives[0].StringOr("state", ""), "in-sync");
  EXPECT_GT(drives[0].IntegerOr("total_bytes", 0), 0);
  EXPECT_THAT(admin.Metrics(), testing::HasSubstr("penstock_drive_in_sync{position=\"0\"} 1\n"));
}

TEST(AdminDrives, OfAStoreOfOneCannotBeSpared) {
  TestAdmin admin;
  EXPECT_EQ(admin.Send("POST", "/heal").status, 412);
  EXPECT_EQ(admin.Send("POST", "/drives/0/offline").status, 412);
  for (const char* position : {"1", "-1", "x", "0x"}) {
    std::string path = "/drives/" + std::string(position) + "/offline";
    EXPECT_EQ(admin.Send("POST", path).ErrorCode(), "NoSuchDrive") << position;
  }
}

}  // namespace
}  // namespace penstock::admin
