// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

text::Json Body(std::string_view json) { return text::ParseJson(json).value(); }

std::vector<std::string> PermissionsIn(const TestAnswer& answer) {
  std::vector<std::string> names;
  const text::Json json = answer.Json();
  for (const text::Json& name : json.Find("permissions")->as_array()) {
    names.push_back(name.as_string());
  }
  return names;
}

const SigningKeys kAnna{"anna", "annas-secret", ""};

void AddAnna(TestAdmin& admin, const std::string& policy) {
  std::string body = R"({"policy":)" + policy + "}";
  ASSERT_EQ(admin.Send("PUT", "/policies/annas", Body(body)).status, 200);
  ASSERT_EQ(
      admin
          .Send("PUT", "/users/anna", Body(R"({"secret_key":"annas-secret","policies":["annas"]})"))
          .status,
      200);
}

TEST(AdminPermissions, AreThoseOfWhoeverAsks) {
  TestAdmin admin;
  AddAnna(admin, R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":["admin:ListUsers"]},
      {"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::photos","arn:aws:s3:::photos/annas/*"]},
      {"Effect":"Deny","Action":["s3:DeleteObject"],"Resource":["arn:aws:s3:::*"]}]})");
  EXPECT_THAT(PermissionsIn(admin.Get("/permissions")), Contains("admin:CreateUser"));

  auto everywhere = PermissionsIn(admin.Send("GET", "/permissions", nullptr, kAnna));
  EXPECT_THAT(everywhere, Contains("admin:ListUsers"));
  EXPECT_THAT(everywhere, Not(Contains("admin:CreateUser")));
  EXPECT_THAT(everywhere, Not(Contains("s3:PutObject")));

  auto inside =
      PermissionsIn(admin.Send("GET", "/permissions?bucket=photos&prefix=annas/", nullptr, kAnna));
  EXPECT_THAT(inside, Contains("s3:PutObject"));
  EXPECT_THAT(inside, Contains("s3:PutBucketPolicy"));
  EXPECT_THAT(inside, Not(Contains("s3:DeleteObject")));
  auto beside =
      PermissionsIn(admin.Send("GET", "/permissions?bucket=photos&prefix=bobs/", nullptr, kAnna));
  EXPECT_THAT(beside, Not(Contains("s3:PutObject")));
}

TEST(AdminPermissions, NewBucketsAreOfferedToWhoeverMayMakeSome) {
  auto of = [](const std::string& statement) {
    TestAdmin admin;
    AddAnna(admin, R"({"Version":"2012-10-17","Statement":[)" + statement + "]}");
    return PermissionsIn(admin.Send("GET", "/permissions", nullptr, kAnna));
  };
  constexpr const char* kCreate = "s3:CreateBucket";
  EXPECT_THAT(of(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})"), Contains(kCreate));
  EXPECT_THAT(of(R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::team-*"})"),
              Contains(kCreate));
  EXPECT_THAT(of(R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"})"),
              Not(Contains(kCreate)));
  EXPECT_THAT(of(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"},
                    {"Effect":"Deny","Action":"s3:CreateBucket","Resource":"*"})"),
              Not(Contains(kCreate)));
}

TEST(AdminPermissions, TheBucketsPolicyCounts) {
  TestAdmin admin;
  AddAnna(admin, R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":["admin:ListUsers"]}]})");
  ASSERT_EQ(admin.Send("PUT", "/buckets/photos").status, 200);
  auto change = [](store::BucketInfo& bucket) -> base::Status {
    bucket.settings[std::string(store::setting::kPolicy)] =
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*",)"
        R"("Action":"s3:GetObject","Resource":"arn:aws:s3:::photos/*"}]})";
    return {};
  };
  ASSERT_TRUE(admin.store().UpdateBucket("photos", change));
  auto allowed = PermissionsIn(admin.Send("GET", "/permissions?bucket=photos", nullptr, kAnna));
  EXPECT_THAT(allowed, Contains("s3:GetObject"));
  EXPECT_THAT(allowed, Not(Contains("s3:PutObject")));
}

TEST(AdminPermissions, PoliciesAreCheckedWithoutBeingStored) {
  TestAdmin admin;
  const std::string good =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject",)"
      R"("Resource":"arn:aws:s3:::photos/*"}]})";
  EXPECT_EQ(admin.Send("POST", "/policy-check", Body(R"({"policy":)" + good + "}")).status, 200);
  TestAnswer wrong = admin.Send("POST", "/policy-check",
                                Body(R"({"policy":{"Statement":[{"Effect":"Perhaps"}]}})"));
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("Effect"));
  // A bucket's policy says whom it is about.
  TestAnswer nobody =
      admin.Send("POST", "/policy-check", Body(R"({"bucket":"photos","policy":)" + good + "}"));
  EXPECT_EQ(nobody.status, 400);
  EXPECT_THAT(nobody.body, HasSubstr("Principal"));
  EXPECT_EQ(admin.Send("POST", "/policy-check", Body("{}")).status, 400);
}

}  // namespace
}  // namespace penstock::admin
