// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

using testing::HasSubstr;

text::Json Body(std::string_view json) { return text::ParseJson(json).value(); }

TEST(AdminBuckets, AreMadeShownAndRemoved) {
  TestAdmin admin;
  TestAnswer made = admin.Send("PUT", "/buckets/photos", Body(R"({"versioning":true})"));
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.Json().StringOr("versioning", ""), "enabled");
  EXPECT_EQ(admin.Send("PUT", "/buckets/photos").ErrorCode(), "BucketExists");
  EXPECT_EQ(admin.Send("PUT", "/buckets/No").ErrorCode(), "BadBucketName");

  TestAnswer list = admin.Get("/buckets");
  ASSERT_EQ(list.status, 200) << list.body;
  EXPECT_EQ(list.Json().Find("buckets")->as_array().at(0).StringOr("name", ""), "photos");

  EXPECT_EQ(admin.Send("DELETE", "/buckets/photos").status, 200);
  EXPECT_EQ(admin.Get("/buckets/photos").ErrorCode(), "NoSuchBucket");
}

TEST(AdminBuckets, ThoseWhoListenHearOfThem) {
  TestAdmin admin;
  events::EventFilter filter;
  filter.events = {"s3:BucketCreated:*", "s3:BucketRemoved:*"};
  auto listener = admin.notifier().live().Subscribe("", filter).value();
  ASSERT_EQ(admin.Send("PUT", "/buckets/photos").status, 200);
  EXPECT_EQ(admin.Send("PUT", "/buckets/photos").ErrorCode(), "BucketExists");
  ASSERT_EQ(admin.Send("DELETE", "/buckets/photos").status, 200);
  std::vector<std::string> messages = listener->Wait(std::chrono::seconds(0));
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_THAT(messages[0], HasSubstr("\"EventName\":\"s3:BucketCreated:Put\""));
  EXPECT_THAT(messages[1], HasSubstr("\"EventName\":\"s3:BucketRemoved:Delete\""));
  for (const std::string& message : messages) {
    EXPECT_THAT(message, HasSubstr("\"Key\":\"photos\""));
    EXPECT_THAT(message, HasSubstr("\"sourceIPAddress\":\"127.0.0.1\""));
  }
}

TEST(AdminBuckets, VersioningIsSuspendedAndNeverTurnedOff) {
  TestAdmin admin;
  ASSERT_EQ(admin.Send("PUT", "/buckets/b-1").status, 200);
  std::string path = "/buckets/b-1/versioning";
  EXPECT_EQ(admin.Send("PUT", path, Body(R"({"status":"enabled"})")).status, 200);
  TestAnswer answer = admin.Send("PUT", path, Body(R"({"status":"suspended"})"));
  EXPECT_EQ(answer.Json().StringOr("versioning", ""), "suspended");
  EXPECT_EQ(admin.Send("PUT", path, Body(R"({"status":"off"})")).status, 400);
  EXPECT_EQ(admin.Send("PUT", path, Body(R"({})")).status, 400);
}

TEST(AdminBuckets, LockStaysOnceTurnedOn) {
  TestAdmin admin;
  ASSERT_EQ(admin.Send("PUT", "/buckets/b-1").status, 200);
  TestAnswer early = admin.Send("PUT", "/buckets/b-1/lock", Body("{}"));
  EXPECT_EQ(early.status, 412);
  EXPECT_THAT(early.body, HasSubstr("versioning"));

  ASSERT_EQ(admin.Send("PUT", "/buckets/b-2", Body(R"({"object_lock":true})")).status, 200);
  TestAnswer set =
      admin.Send("PUT", "/buckets/b-2/lock", Body(R"({"mode":"compliance","days":3})"));
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(set.Json().Find("default_retention")->IntegerOr("days", 0), 3);
  TestAnswer cleared = admin.Send("PUT", "/buckets/b-2/lock", Body("{}"));
  EXPECT_EQ(cleared.Json().Find("default_retention"), nullptr);
  EXPECT_TRUE(cleared.Json().BoolOr("object_lock", false));
  for (const char* wrong :
       {R"({"mode":"compliance"})", R"({"days":3})", R"({"mode":"governance","days":1,"years":1})",
        R"({"mode":"strict","days":1})", R"({"mode":"governance","days":0})"}) {
    EXPECT_EQ(admin.Send("PUT", "/buckets/b-2/lock", Body(wrong)).status, 400) << wrong;
  }
}

TEST(AdminBuckets, HaveQuotas) {
  TestAdmin admin;
  ASSERT_EQ(admin.Send("PUT", "/buckets/b-1").status, 200);
  std::string path = "/buckets/b-1/quota";
  TestAnswer set = admin.Send("PUT", path, Body(R"({"bytes":1000})"));
  ASSERT_EQ(set.status, 200) << set.body;
  EXPECT_EQ(admin.Get(path).Json().Find("quota")->IntegerOr("bytes", 0), 1000);
  EXPECT_EQ(admin.Send("PUT", path, Body("{}")).status, 400);
  EXPECT_EQ(admin.Send("PUT", path, Body(R"({"byte":1})")).status, 400);
  ASSERT_EQ(admin.Send("DELETE", path).status, 200);
  EXPECT_EQ(admin.Get(path).Json().Find("quota")->Find("bytes"), nullptr);
}

}  // namespace
}  // namespace penstock::admin
