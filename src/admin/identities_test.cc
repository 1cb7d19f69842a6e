// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "admin/test_admin.h"

namespace penstock::admin {
namespace {

using testing::HasSubstr;
using testing::Not;

text::Json Body(std::string_view json) { return text::ParseJson(json).value(); }

const SigningKeys kAnna{"anna", "annas-secret", ""};

void AddAnna(TestAdmin& admin, const char* policies = R"(["readwrite"])") {
  text::Json body;
  body["secret_key"] = kAnna.secret_key;
  body["policies"] = Body(policies);
  ASSERT_EQ(admin.Send("PUT", "/users/anna", body).status, 200);
}

TEST(AdminUsers, AreMadeShownAndRemoved) {
  TestAdmin admin;
  AddAnna(admin);
  TestAnswer info = admin.Get("/users/anna");
  ASSERT_EQ(info.status, 200) << info.body;
  text::Json anna = info.Json();
  EXPECT_EQ(anna.StringOr("access_key", ""), "anna");
  EXPECT_EQ(anna.StringOr("status", ""), "enabled");
  EXPECT_EQ(anna.StringOr("canonical_id", "").size(), 64u);
  EXPECT_THAT(anna.StringOr("arn", ""), HasSubstr("user/anna"));
  EXPECT_EQ(*anna.Find("policies"), Body(R"(["readwrite"])"));
  EXPECT_THAT(info.body, Not(HasSubstr(kAnna.secret_key)));

  EXPECT_EQ(admin.Send("PUT", "/users/anna", Body(R"({"secret_key":"other-secret"})")).ErrorCode(),
            "NameTaken");
  EXPECT_EQ(admin.Get("/users").Json().Find("users")->as_array().size(), 1u);
  EXPECT_EQ(admin.Send("DELETE", "/users/anna").status, 200);
  EXPECT_EQ(admin.Get("/users/anna").ErrorCode(), "NoSuchUser");
}

TEST(AdminUsers, MayDoWhatTheirPoliciesSay) {
  TestAdmin admin;
  AddAnna(admin);
  TestAnswer refused = admin.Send("GET", "/users", nullptr, kAnna);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("admin:ListUsers"));
  ASSERT_EQ(
      admin.Send("POST", "/users/anna/policies", Body(R"({"policies":["consoleAdmin"]})")).status,
      200);
  EXPECT_EQ(admin.Send("GET", "/users", nullptr, kAnna).status, 200);
  ASSERT_EQ(
      admin.Send("DELETE", "/users/anna/policies", Body(R"({"policies":["consoleAdmin"]})")).status,
      200);
  EXPECT_EQ(admin.Send("GET", "/users", nullptr, kAnna).status, 403);
  EXPECT_EQ(admin.Send("POST", "/users/anna/policies", Body(R"({"policies":["no"]})")).ErrorCode(),
            "NoSuchPolicy");
}

TEST(AdminUsers, AreRefusedWhileDisabled) {
  TestAdmin admin;
  AddAnna(admin, R"(["consoleAdmin"])");
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, kAnna).status, 200);
  ASSERT_EQ(admin.Send("PATCH", "/users/anna", Body(R"({"enabled":false})")).status, 200);
  EXPECT_EQ(admin.Get("/users/anna").Json().StringOr("status", ""), "disabled");
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, kAnna).status, 403);
}

TEST(AdminUsers, TellTheRootsIdsToo) {
  TestAdmin admin;
  text::Json root = admin.Get("/users/ROOTKEY").Json();
  EXPECT_TRUE(root.BoolOr("root", false));
  EXPECT_EQ(root.StringOr("canonical_id", "").size(), 64u);
}

TEST(AdminGroups, HoldUsersAndPolicies) {
  TestAdmin admin;
  AddAnna(admin, "[]");
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, kAnna).status, 403);
  ASSERT_EQ(admin.Send("POST", "/groups/ops/members", Body(R"({"members":["anna"]})")).status, 200);
  TestAnswer attached =
      admin.Send("POST", "/groups/ops/policies", Body(R"({"policies":["consoleAdmin"]})"));
  ASSERT_EQ(attached.status, 200) << attached.body;
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, kAnna).status, 200);
  EXPECT_EQ(*admin.Get("/users/anna").Json().Find("groups"), Body(R"(["ops"])"));

  ASSERT_EQ(admin.Send("PATCH", "/groups/ops", Body(R"({"enabled":false})")).status, 200);
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, kAnna).status, 403);
  EXPECT_EQ(admin.Send("DELETE", "/groups/ops").ErrorCode(), "GroupNotEmpty");
  ASSERT_EQ(admin.Send("DELETE", "/groups/ops/members", Body(R"({"members":["anna"]})")).status,
            200);
  EXPECT_EQ(admin.Send("DELETE", "/groups/ops").status, 200);
  EXPECT_EQ(admin.Get("/groups/ops").ErrorCode(), "NoSuchGroup");
}

const char kPolicy[] = R"({"policy":{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["admin:ServerInfo"]}]}})";

TEST(AdminPolicies, AreWrittenShownAndRemoved) {
  TestAdmin admin;
  ASSERT_EQ(admin.Send("PUT", "/policies/look", Body(kPolicy)).status, 200);
  AddAnna(admin, R"(["look"])");
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, kAnna).status, 200);
  TestAnswer info = admin.Get("/policies/look");
  EXPECT_EQ(*info.Json().Find("policy"), *Body(kPolicy).Find("policy"));
  EXPECT_EQ(*info.Json().Find("held_by"), Body(R"(["user anna"])"));
  EXPECT_EQ(admin.Send("DELETE", "/policies/look").ErrorCode(), "PolicyInUse");
  EXPECT_EQ(admin.Send("DELETE", "/policies/readwrite").ErrorCode(), "BuiltInPolicy");
  TestAnswer wrong = admin.Send("PUT", "/policies/w", Body(R"({"policy":{"Statement":[{}]}})"));
  EXPECT_EQ(wrong.status, 400) << wrong.body;
}

TEST(AdminAccessKeys, AreShownWithTheirSecretOnce) {
  TestAdmin admin;
  AddAnna(admin, R"(["consoleAdmin"])");
  text::Json body = Body(kPolicy);
  body["user"] = "anna";
  TestAnswer made = admin.Send("POST", "/access-keys", body);
  ASSERT_EQ(made.status, 200) << made.body;
  std::string access_key = made.Json().StringOr("access_key", "");
  std::string secret = made.Json().StringOr("secret_key", "");
  ASSERT_FALSE(secret.empty());

  SigningKeys keys{access_key, secret, ""};
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, keys).status, 200);
  EXPECT_EQ(admin.Send("GET", "/users", nullptr, keys).status, 403);  // its own policy is narrower

  TestAnswer info = admin.Get("/access-keys/" + access_key);
  EXPECT_EQ(info.Json().StringOr("user", ""), "anna");
  EXPECT_THAT(info.body, Not(HasSubstr(secret)));
  EXPECT_THAT(admin.Get("/access-keys?user=anna").body, HasSubstr(access_key));
  EXPECT_THAT(admin.Get("/access-keys?user=").body, Not(HasSubstr(access_key)));
  EXPECT_EQ(admin.Send("DELETE", "/access-keys/" + access_key).status, 200);
  EXPECT_EQ(admin.Send("GET", "/info", nullptr, keys).status, 403);
  EXPECT_EQ(admin.Send("POST", "/access-keys", Body(R"({"expires_at":"tomorrow"})")).status, 400);
}

TEST(AdminEncryptionKeys, AreMadeRotatedAndDisabled) {
  TestAdmin admin;
  TestAnswer made = admin.Send("PUT", "/encryption-keys/payroll");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(made.Json().IntegerOr("version", 0), 1);
  EXPECT_EQ(admin.Send("PUT", "/encryption-keys/payroll").ErrorCode(), "EncryptionKeyExists");
  EXPECT_EQ(admin.Send("POST", "/encryption-keys/payroll/versions").Json().IntegerOr("version", 0),
            2);
  TestAnswer changed =
      admin.Send("PATCH", "/encryption-keys/payroll", Body(R"({"enabled":false,"default":true})"));
  EXPECT_EQ(changed.Json().StringOr("status", ""), "disabled") << changed.body;
  EXPECT_TRUE(changed.Json().BoolOr("default", false));
  EXPECT_THAT(admin.Get("/encryption-keys").body, HasSubstr("payroll"));
  EXPECT_EQ(admin.Get("/encryption-keys/none").ErrorCode(), "NoSuchEncryptionKey");
  std::string master = admin.Get("/encryption-keys").Json().Find("master_key")->StringOr("id", "");
  TestAnswer rotated = admin.Send("POST", "/master-key/versions");
  ASSERT_EQ(rotated.status, 200) << rotated.body;
  EXPECT_NE(rotated.Json().Find("master_key")->StringOr("id", ""), master);
}

}  // namespace
}  // namespace penstock::admin
