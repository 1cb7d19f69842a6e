// SPDX-License-Identifier: Apache-2.0
// Who may do what, asked of the whole handler.
#include <gtest/gtest.h>

#include "s3/test_service.h"

namespace penstock::s3 {
namespace {

constexpr char kReadWrite[] =
    R"({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*",
        "Resource": "arn:aws:s3:::*"}]})";

std::string Policy(const std::string& statement) {
  return R"({"Version": "2012-10-17", "Statement": [)" + statement + "]}";
}

// "200", or the error's code.
std::string Outcome(const TestResponse& response) {
  std::string code = response.ErrorCode();
  return code.empty() ? std::to_string(response.status) : code;
}

class AccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(service_.Put("/bucket").status, 200);
    ASSERT_EQ(service_.Put("/bucket/key", "bytes").status, 200);
  }

  std::string As(const iam::Principal& user, std::string method, std::string target,
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
    TestRequest request{std::move(method), std::move(target), "", std::move(headers)};
    request.principal = &user;
    return Outcome(service_.Send(request));
  }
  std::string Anonymous(std::string method, std::string target,
                        std::vector<std::pair<std::string, std::string>> headers = {}) {
    return Outcome(
        service_.SendUnsigned(std::move(method), std::move(target), "", std::move(headers)));
  }
  void SetPolicy(const std::string& statement) {
    TestResponse response = service_.Put("/bucket?policy", Policy(statement));
    ASSERT_EQ(response.status, 204) << response.body;
  }
  std::string SetAcl(std::string target, std::string acl) {
    return Outcome(service_.Send({"PUT", std::move(target), "", {{"x-amz-acl", std::move(acl)}}}));
  }

  TestService service_;
};

TEST_F(AccessTest, UsersDoWhatTheirPoliciesAllow) {
  const iam::Principal& nobody = service_.AddUser("nobody");
  const iam::Principal& all = service_.AddUser("all", kReadWrite);
  const iam::Principal& reader = service_.AddUser("reader", Policy(R"({
      "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::bucket/pub*"})"));
  ASSERT_EQ(service_.Put("/bucket/pub/a", "a").status, 200);
  EXPECT_EQ(As(nobody, "GET", "/bucket/key"), "AccessDenied");
  EXPECT_EQ(As(nobody, "GET", "/nobucket/key"), "NoSuchBucket");
  EXPECT_EQ(As(nobody, "PUT", "/new"), "AccessDenied");
  EXPECT_EQ(As(all, "GET", "/bucket/key"), "200");
  EXPECT_EQ(As(all, "PUT", "/new"), "200");
  EXPECT_EQ(As(reader, "GET", "/bucket/pub/a"), "200");
  EXPECT_EQ(As(reader, "GET", "/bucket/key"), "AccessDenied");
  EXPECT_EQ(As(reader, "GET", "/bucket"), "AccessDenied");
  EXPECT_EQ(As(reader, "PUT", "/bucket/pub/a"), "AccessDenied");
  EXPECT_EQ(As(reader, "GET", "/bucket/pub/a?versionId=null"), "AccessDenied");
  EXPECT_EQ(As(reader, "GET", "/bucket/pub/a?attributes"), "AccessDenied");
}

TEST_F(AccessTest, WhetherAnObjectExistsIsToldToThoseWhoMayList) {
  const iam::Principal& reader = service_.AddUser("reader", Policy(R"({
      "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"})"));
  const iam::Principal& lister = service_.AddUser("lister", Policy(R"({
      "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}, {
      "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::bucket",
      "Condition": {"StringLike": {"s3:prefix": "a*"}}})"));
  EXPECT_EQ(As(reader, "GET", "/bucket/absent"), "AccessDenied");
  EXPECT_EQ(As(reader, "HEAD", "/bucket/absent"), "AccessDenied");
  EXPECT_EQ(As(lister, "GET", "/bucket/absent"), "NoSuchKey");
  EXPECT_EQ(As(lister, "GET", "/bucket/gone"), "AccessDenied");
}

TEST_F(AccessTest, HeadersAskForMoreThanTheWrite) {
  const iam::Principal& writer = service_.AddUser("writer", Policy(R"({
      "Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::bucket/*"})"));
  EXPECT_EQ(As(writer, "PUT", "/bucket/a"), "200");
  EXPECT_EQ(As(writer, "PUT", "/bucket/a", {{"x-amz-tagging", "a=b"}}), "AccessDenied");
  EXPECT_EQ(As(writer, "PUT", "/bucket/a", {{"x-amz-acl", "public-read"}}), "AccessDenied");
  EXPECT_EQ(As(writer, "PUT", "/bucket/a", {{"x-amz-acl", "private"}}), "200");
  EXPECT_EQ(As(writer, "PUT", "/bucket/a", {{"x-amz-object-lock-legal-hold", "ON"}}),
            "AccessDenied");
  EXPECT_EQ(As(writer, "PUT", "/bucket/b", {{"x-amz-copy-source", "bucket/key"}}), "AccessDenied");
}

TEST_F(AccessTest, BucketsAreShownToThoseWhoMayUseThem) {
  ASSERT_EQ(service_.Put("/other").status, 200);
  const iam::Principal& some = service_.AddUser("some", Policy(R"({
      "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::other"})"));
  const iam::Principal& all = service_.AddUser("all", kReadWrite);
  auto count = [&](const iam::Principal& user, const std::string& target) {
    TestRequest request{"GET", target};
    request.principal = &user;
    return service_.Send(request).Xml().Child("Buckets")->children.size();
  };
  EXPECT_EQ(count(some, "/"), 1u);
  EXPECT_EQ(count(all, "/"), 2u);
  EXPECT_EQ(count(all, "/?max-buckets=1"), 1u);
  EXPECT_EQ(Anonymous("GET", "/"), "AccessDenied");
}

TEST_F(AccessTest, ABucketsPolicyOpensItToStrangers) {
  EXPECT_EQ(Anonymous("GET", "/bucket/key"), "AccessDenied");
  SetPolicy(R"({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::bucket/*"})");
  EXPECT_EQ(Anonymous("GET", "/bucket/key"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/absent"), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/bucket"), "AccessDenied");
  EXPECT_EQ(Anonymous("PUT", "/bucket/key"), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/nobucket"), "NoSuchBucket");
  EXPECT_EQ(service_.Get("/bucket?policyStatus").Xml().ChildText("IsPublic"), "true");
  EXPECT_EQ(Outcome(service_.Send({"DELETE", "/bucket?policy"})), "204");
  EXPECT_EQ(Anonymous("GET", "/bucket/key"), "AccessDenied");
  EXPECT_EQ(service_.Get("/bucket?policyStatus").Xml().ChildText("IsPublic"), "false");
}

TEST_F(AccessTest, ADenialInTheBucketsPolicyHoldsForItsOwnerToo) {
  SetPolicy(R"({"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::bucket/*",
                "Condition": {"StringNotEquals": {"s3:x-amz-acl": "private"}}})");
  EXPECT_EQ(Outcome(service_.Put("/bucket/a", "a")), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket/a", "private"), "200");
  // Who could not write policies any more could never undo this.
  SetPolicy(R"({"Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"]})");
  EXPECT_EQ(Outcome(service_.Get("/bucket/key")), "AccessDenied");
  EXPECT_EQ(Outcome(service_.Get("/bucket?policy")), "200");
  EXPECT_EQ(Outcome(service_.Send({"DELETE", "/bucket?policy"})), "204");
  EXPECT_EQ(Outcome(service_.Get("/bucket/key")), "200");
}

TEST_F(AccessTest, PoliciesAreToldAsTheyWereGivenOrRefused) {
  std::string text = Policy(R"({"Effect": "Allow", "Principal": {"AWS": "*"},
      "Action": "s3:GetObject",  "Resource": "arn:aws:s3:::bucket/*"})");
  ASSERT_EQ(service_.Put("/bucket?policy", text).status, 204);
  EXPECT_EQ(service_.Get("/bucket?policy").body, text);
  for (const char* bad : {"", "{}", R"({"Version": "2012-10-17", "Statement": []})"}) {
    EXPECT_EQ(service_.Put("/bucket?policy", bad).ErrorCode(), "MalformedPolicy") << bad;
  }
  std::string other = Policy(R"({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::other/*"})");
  EXPECT_EQ(service_.Put("/bucket?policy", other).ErrorCode(), "MalformedPolicy");
  EXPECT_EQ(service_.Get("/bucket?policy").body, text);
}

TEST_F(AccessTest, ConditionsSeeTheRequestAndTheObject) {
  ASSERT_EQ(
      service_.Send({"PUT", "/bucket/tagged", "", {{"x-amz-tagging", "level=public"}}}).status,
      200);
  SetPolicy(R"({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::bucket/*",
                "Condition": {"StringEquals": {"s3:ExistingObjectTag/level": "public"},
                              "StringLike": {"aws:Referer": "https://a.example/*"},
                              "IpAddress": {"aws:SourceIp": "127.0.0.0/8"},
                              "Bool": {"aws:SecureTransport": "false"}}},
               {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket",
                "Resource": "arn:aws:s3:::bucket",
                "Condition": {"StringEquals": {"s3:prefix": "tag", "s3:delimiter": "/"},
                              "NumericLessThan": {"s3:max-keys": "10"}}})");
  std::pair<std::string, std::string> referer{"Referer", "https://a.example/page"};
  EXPECT_EQ(Anonymous("GET", "/bucket/tagged", {referer}), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/tagged"), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/bucket/key", {referer}), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/bucket?prefix=tag&delimiter=/&max-keys=5"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket?prefix=tag&delimiter=/&max-keys=50"), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/bucket?prefix=other&delimiter=/&max-keys=5"), "AccessDenied");
}

TEST_F(AccessTest, AclsOpenBucketsAndObjects) {
  EXPECT_EQ(SetAcl("/bucket?acl", "public-read"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/key"), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/bucket/absent"), "NoSuchKey");  // the listing would tell as well
  EXPECT_EQ(Anonymous("PUT", "/bucket/new"), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket?acl", "public-read-write"), "200");
  EXPECT_EQ(Anonymous("PUT", "/bucket/new"), "200");
  EXPECT_EQ(Anonymous("DELETE", "/bucket/new"), "204");
  EXPECT_EQ(Anonymous("DELETE", "/bucket"), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket?acl", "private"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket"), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket/open", "public-read"), "200");  // a put
  EXPECT_EQ(Anonymous("GET", "/bucket/open"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/open?acl"), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket/open?acl", "authenticated-read"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/open"), "AccessDenied");
  EXPECT_EQ(As(service_.AddUser("nobody"), "GET", "/bucket/open"), "200");
  EXPECT_EQ(SetAcl("/bucket/open?acl", "open"), "InvalidArgument");
}

TEST_F(AccessTest, AclsAreToldAsS3WritesThem) {
  TestResponse acl = service_.Get("/bucket?acl");
  EXPECT_NE(acl.body.find("xsi:type=\"CanonicalUser\""), std::string::npos);
  EXPECT_EQ(service_.Put("/bucket?acl", acl.body).status, 200);
  EXPECT_EQ(SetAcl("/bucket?acl", "public-read"), "200");
  text::XmlElement policy = service_.Get("/bucket?acl").Xml();
  EXPECT_EQ(policy.Child("Owner")->ChildText("DisplayName"), "penstock");
  EXPECT_EQ(policy.Child("Owner")->ChildText("ID").size(), 64u);
  const auto& grants = policy.Child("AccessControlList")->children;
  ASSERT_EQ(grants.size(), 2u);
  EXPECT_EQ(grants[0].Child("Grantee")->ChildText("URI"),
            "http://acs.amazonaws.com/groups/global/AllUsers");
  EXPECT_EQ(grants[0].ChildText("Permission"), "READ");
  EXPECT_EQ(grants[1].ChildText("Permission"), "FULL_CONTROL");
  EXPECT_EQ(service_.Put("/bucket?acl", "<AccessControlPolicy/>").ErrorCode(), "MalformedACLError");
  EXPECT_EQ(service_.Put("/bucket?acl", "").ErrorCode(), "MissingSecurityHeader");
}

TEST_F(AccessTest, GrantsNameUsers) {
  const iam::Principal& friend_of = service_.AddUser("friend");
  const iam::Principal& stranger = service_.AddUser("stranger");
  TestRequest put{
      "PUT", "/bucket/given", "x", {{"x-amz-grant-read", "id=\"" + friend_of.canonical_id + "\""}}};
  ASSERT_EQ(service_.Send(put).status, 200);
  EXPECT_EQ(As(friend_of, "GET", "/bucket/given"), "200");
  EXPECT_EQ(As(stranger, "GET", "/bucket/given"), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/bucket/given"), "AccessDenied");
  text::XmlElement acl = service_.Get("/bucket/given?acl").Xml();
  EXPECT_EQ(acl.Child("AccessControlList")->children[0].Child("Grantee")->ChildText("DisplayName"),
            "friend");
  put.headers = {{"x-amz-grant-read", "id=nobody"}};
  EXPECT_EQ(service_.Send(put).ErrorCode(), "InvalidArgument");
  put.headers = {{"x-amz-grant-read", "emailAddress=a@b.c"}};
  EXPECT_EQ(service_.Send(put).ErrorCode(), "UnresolvableGrantByEmailAddress");
  put.headers = {{"x-amz-grant-read", "id=" + friend_of.canonical_id}, {"x-amz-acl", "private"}};
  EXPECT_EQ(service_.Send(put).ErrorCode(), "InvalidRequest");
}

TEST_F(AccessTest, OwnersAreThoseWhoMadeIt) {
  const iam::Principal& alice = service_.AddUser("alice", kReadWrite);
  ASSERT_EQ(As(alice, "PUT", "/hers"), "200");
  ASSERT_EQ(As(alice, "PUT", "/bucket/hers"), "200");
  EXPECT_EQ(service_.Get("/hers?acl").Xml().Child("Owner")->ChildText("ID"), alice.canonical_id);
  text::XmlElement listing = service_.Get("/bucket?prefix=h").Xml();
  EXPECT_EQ(listing.Child("Contents")->Child("Owner")->ChildText("DisplayName"), "alice");
  EXPECT_EQ(Outcome(service_.Put("/hers")), "BucketAlreadyExists");
  EXPECT_EQ(As(alice, "PUT", "/hers"), "200");
  std::pair<std::string, std::string> expected{"x-amz-expected-bucket-owner", alice.canonical_id};
  EXPECT_EQ(As(alice, "GET", "/hers", {expected}), "200");
  EXPECT_EQ(As(alice, "GET", "/bucket", {expected}), "AccessDenied");
}

TEST_F(AccessTest, ABlockKeepsABucketFromBeingPublic) {
  auto block = [&](const std::string& name) {
    return Outcome(service_.Put("/bucket?publicAccessBlock",
                                "<PublicAccessBlockConfiguration><" + name + ">true</" + name +
                                    "></PublicAccessBlockConfiguration>"));
  };
  std::string open = R"({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                         "Resource": "arn:aws:s3:::bucket/key"})";
  SetPolicy(open);
  ASSERT_EQ(SetAcl("/bucket/open", "public-read"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/key"), "200");
  EXPECT_EQ(block("RestrictPublicBuckets"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/key"), "AccessDenied");
  EXPECT_EQ(As(service_.AddUser("nobody"), "GET", "/bucket/key"), "200");
  EXPECT_EQ(block("IgnorePublicAcls"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/open"), "AccessDenied");
  EXPECT_EQ(Anonymous("GET", "/bucket/key"), "200");
  EXPECT_EQ(block("BlockPublicAcls"), "200");
  EXPECT_EQ(Anonymous("GET", "/bucket/open"), "200");
  EXPECT_EQ(SetAcl("/bucket/open", "public-read"), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket?acl", "authenticated-read"), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket/open?acl", "public-read"), "AccessDenied");
  EXPECT_EQ(SetAcl("/bucket?acl", "private"), "200");
  EXPECT_EQ(block("BlockPublicPolicy"), "200");
  EXPECT_EQ(Outcome(service_.Put("/bucket?policy", Policy(open))), "AccessDenied");
  EXPECT_EQ(Outcome(service_.Get("/bucket?publicAccessBlock")), "200");
  EXPECT_EQ(Outcome(service_.Send({"DELETE", "/bucket?publicAccessBlock"})), "204");
  EXPECT_EQ(Outcome(service_.Get("/bucket?publicAccessBlock")),
            "NoSuchPublicAccessBlockConfiguration");
}

TEST_F(AccessTest, ABucketsOwnerMayOwnAllThatIsInIt) {
  const iam::Principal& alice = service_.AddUser("alice", kReadWrite);
  auto own = [&](const std::string& name) {
    return Outcome(service_.Put("/bucket?ownershipControls",
                                "<OwnershipControls><Rule><ObjectOwnership>" + name +
                                    "</ObjectOwnership></Rule></OwnershipControls>"));
  };
  auto owner = [&](const std::string& key) {
    return service_.Get("/bucket/" + key + "?acl").Xml().Child("Owner")->ChildText("DisplayName");
  };
  EXPECT_EQ(own("BucketOwnerPreferred"), "200");
  std::pair<std::string, std::string> give{"x-amz-acl", "bucket-owner-full-control"};
  EXPECT_EQ(As(alice, "PUT", "/bucket/a"), "200");
  EXPECT_EQ(As(alice, "PUT", "/bucket/b", {give}), "200");
  EXPECT_EQ(owner("a"), "alice");
  EXPECT_EQ(owner("b"), "penstock");
  EXPECT_EQ(SetAcl("/bucket?acl", "public-read"), "200");
  EXPECT_EQ(own("BucketOwnerEnforced"), "InvalidBucketAclWithObjectOwnership");
  EXPECT_EQ(SetAcl("/bucket?acl", "private"), "200");
  EXPECT_EQ(own("BucketOwnerEnforced"), "200");
  EXPECT_EQ(As(alice, "PUT", "/bucket/c"), "200");
  EXPECT_EQ(As(alice, "PUT", "/bucket/d", {give}), "200");
  EXPECT_EQ(As(alice, "PUT", "/bucket/e", {{"x-amz-acl", "public-read"}}),
            "AccessControlListNotSupported");
  EXPECT_EQ(owner("c"), "penstock");
  for (const char* acl : {"public-read", "private"}) {
    EXPECT_EQ(SetAcl("/bucket?acl", acl), "AccessControlListNotSupported");
    EXPECT_EQ(SetAcl("/bucket/c?acl", acl), "AccessControlListNotSupported");
  }
  EXPECT_EQ(Outcome(service_.Get("/bucket?acl")), "200");
  EXPECT_EQ(Outcome(service_.Send({"DELETE", "/bucket?ownershipControls"})), "204");
  EXPECT_EQ(Outcome(service_.Get("/bucket?ownershipControls")), "OwnershipControlsNotFoundError");
  TestRequest create{"PUT", "/enforced", "", {{"x-amz-object-ownership", "BucketOwnerEnforced"}}};
  EXPECT_EQ(Outcome(service_.Send(create)), "200");
  EXPECT_NE(service_.Get("/enforced?ownershipControls").body.find("BucketOwnerEnforced"),
            std::string::npos);
}

TEST_F(AccessTest, BrowsersLearnWhatPagesMaySee) {
  std::pair<std::string, std::string> origin{"Origin", "https://a.example"};
  std::pair<std::string, std::string> method{"Access-Control-Request-Method", "GET"};
  EXPECT_EQ(Anonymous("OPTIONS", "/bucket/key", {origin}), "InvalidRequest");
  EXPECT_EQ(Anonymous("OPTIONS", "/bucket/key", {origin, method}), "AccessForbidden");
  ASSERT_EQ(service_
                .Put("/bucket?cors",
                     "<CORSConfiguration><CORSRule><AllowedOrigin>https://*.example"
                     "</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>"
                     "</CORSConfiguration>")
                .status,
            200);
  TestResponse preflight = service_.SendUnsigned("OPTIONS", "/bucket/key", "", {origin, method});
  EXPECT_EQ(preflight.status, 200);
  EXPECT_EQ(preflight.Header("access-control-allow-origin"), "https://a.example");
  TestResponse denied = service_.SendUnsigned("GET", "/bucket/key", "", {origin});
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(denied.Header("access-control-allow-origin"), "https://a.example");
  TestResponse read = service_.Send({"GET", "/bucket/key", "", {origin}});
  EXPECT_EQ(read.Header("access-control-allow-methods"), "GET");
  EXPECT_FALSE(service_.Get("/bucket/key").headers.Has("access-control-allow-origin"));
  EXPECT_EQ(Outcome(service_.Put("/bucket?cors", "<CORSConfiguration/>")), "MalformedXML");
  EXPECT_EQ(Outcome(service_.Send({"DELETE", "/bucket?cors"})), "204");
  EXPECT_EQ(Anonymous("OPTIONS", "/bucket/key", {origin, method}), "AccessForbidden");
}

TEST(ServerCors, HoldsWhereABucketHasNoRules) {
  S3Options options;
  options.cors_origins = {"https://console.example"};
  TestService service(options);
  ASSERT_EQ(service.Put("/bucket").status, 200);
  TestResponse response = service.SendUnsigned(
      "OPTIONS", "/bucket/key", "",
      {{"Origin", "https://console.example"}, {"Access-Control-Request-Method", "DELETE"}});
  EXPECT_EQ(response.status, 200);
}

}  // namespace
}  // namespace penstock::s3
