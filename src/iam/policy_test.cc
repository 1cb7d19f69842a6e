// SPDX-License-Identifier: Apache-2.0
#include "iam/policy.h"

#include <chrono>
#include <fstream>

#include <gtest/gtest.h>

#include "iam/test_cases.h"

namespace penstock::iam {
namespace {

using text::Json;

Json PolicyWith(const Json& condition) {
  Json statement;
  statement["Effect"] = "Allow";
  statement["Action"] = "s3:*";
  statement["Resource"] = "*";
  statement["Condition"] = condition;
  return PolicyOf(statement);
}

bool Holds(const Policy& policy, const Json& context) {
  MapContext values = ContextOf(context);
  return policy.Evaluate({"s3:GetObject", "arn:aws:s3:::b/k", values}) == Effect::kAllow;
}

TEST(Conditions, HoldAsTheCasesSay) {
  int count = 0;
  for (const Json& c : ReadCases("conditions.yaml")) {
    std::string name = text::FormatJson(*c.Find("condition"));
    auto policy =
        Policy::Parse(text::FormatJson(PolicyWith(*c.Find("condition"))), PolicyKind::kIdentity);
    ASSERT_TRUE(policy) << name << ": " << policy.error().message();
    for (bool expected : {true, false}) {
      for (const Json& context : c.Find(expected ? "holds" : "fails")->as_array()) {
        EXPECT_EQ(Holds(*policy, context), expected) << name << " " << text::FormatJson(context);
        ++count;
      }
    }
  }
  EXPECT_GT(count, 150);
}

TEST(Policies, AreRefusedWithThePlace) {
  for (const Json& c : ReadCases("bad_policies.yaml")) {
    const Json& given = *c.Find("policy");
    std::string text = given.is_string() ? given.as_string() : text::FormatJson(given);
    bool resource = c.StringOr("kind", "") == "resource";
    auto policy = Policy::Parse(text, resource ? PolicyKind::kResource : PolicyKind::kIdentity);
    ASSERT_FALSE(policy) << text;
    EXPECT_EQ(policy.error().code(), base::Code::kInvalidArgument);
    EXPECT_NE(policy.error().message().find(c.StringOr("says", "?")), std::string::npos)
        << text << "\n"
        << policy.error().message();
  }
}

TEST(Policies, HaveALimit) {
  std::string text = R"({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})";
  EXPECT_TRUE(
      Policy::Parse(text + std::string(kMaxPolicyBytes - text.size(), ' '), PolicyKind::kIdentity));
  auto large = Policy::Parse(text + std::string(kMaxPolicyBytes, ' '), PolicyKind::kIdentity);
  ASSERT_FALSE(large);
  EXPECT_NE(large.error().message().find("20480"), std::string::npos);
  EXPECT_FALSE(Policy::Parse(std::string(10'000, '['), PolicyKind::kIdentity));
}

TEST(Policies, KeepTheirText) {
  std::string text = R"({ "Statement": {"Effect":"Allow","Action":"s3:*","Resource":"*"} })";
  EXPECT_EQ(Policy::Parse(text, PolicyKind::kIdentity)->text(), text);
}

TEST(Policies, AreAboutOneBucket) {
  struct Case {
    std::string resource;
    bool about;
  };
  for (const Case& c :
       {Case{"arn:aws:s3:::bucket", true}, Case{"arn:aws:s3:::bucket/*", true},
        Case{"arn:aws:s3:::bucket/a/${aws:username}", true}, Case{"arn:aws:s3:::*", true},
        Case{"arn:aws:s3:::*/*", true}, Case{"*", true}, Case{"arn:aws:s3:::buck*/x", true},
        Case{"arn:aws:s3:::other/*", false}, Case{"arn:aws:s3:::bucket2", false},
        Case{"arn:aws:sqs:::bucket", false}}) {
    std::string text = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",)"
                       R"("Principal":"*","Resource":")" +
                       c.resource + "\"}}";
    auto policy = Policy::Parse(text, PolicyKind::kResource);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(policy->CheckIsAbout("bucket").has_value(), c.about) << c.resource;
  }
}

TEST(Policies, KnowWhatIsPublic) {
  struct Case {
    std::string rest;
    bool is_public;
  };
  for (const Case& c : {
           Case{R"("Principal":"*")", true},
           Case{R"("Principal":{"AWS":["alice","*"]})", true},
           Case{R"("Principal":{"AWS":"alice"})", false},
           Case{R"("Principal":{"AWS":"arn:aws:iam::000000000000:root"})", false},
           Case{R"("NotPrincipal":{"AWS":"alice"})", true},
           Case{R"("Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}})",
                false},
           Case{R"("Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/1"}})", true},
           Case{R"("Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"::/0"}})", true},
           Case{R"("Principal":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.1"}})",
                true},
           Case{R"("Principal":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}})", false},
           Case{R"("Principal":"*","Condition":{"StringLike":{"aws:SourceVpc":"vpc-*"}})", true},
           Case{R"("Principal":"*","Condition":{"StringEquals":{"aws:UserAgent":"x"}})", true},
           Case{R"("Principal":"*","Condition":{"StringEquals":{"aws:username":"${s3:prefix}"}})",
                true},
       }) {
    std::string text = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",)"
                       R"("Resource":"arn:aws:s3:::b/*",)" +
                       c.rest + "}}";
    auto policy = Policy::Parse(text, PolicyKind::kResource);
    ASSERT_TRUE(policy) << policy.error().message();
    EXPECT_EQ(policy->IsPublic(), c.is_public) << c.rest;
  }
  std::string deny = R"({"Statement":{"Effect":"Deny","Action":"s3:*","Principal":"*",)"
                     R"("Resource":"*"}})";
  EXPECT_FALSE(Policy::Parse(deny, PolicyKind::kResource)->IsPublic());
}

// A million steps are allowed here; a pattern that were tried in every way would need 2^40.
TEST(Globs, TakeBoundedTime) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "*a";
  Glob glob = Glob::Of(pattern + "b");
  auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(glob.Matches(std::string(20'000, 'a')));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(Globs, Match) {
  struct Case {
    std::string pattern;
    std::string text;
    bool matches;
  };
  for (const Case& c :
       {Case{"", "", true}, Case{"", "a", false}, Case{"*", "", true}, Case{"**", "abc", true},
        Case{"?", "", false}, Case{"?", "é", true}, Case{"??", "é", false},
        Case{"a*c", "abcbc", true}, Case{"a*c", "ab", false}, Case{"*ab*", "xxabxx", true},
        Case{"*ab", "aab", true}, Case{"a?c*", "abc", true}, Case{"a", "A", false},
        Case{"*?", "", false}, Case{"*?", "a", true}, Case{"*.jpg", "a.jpg.jpg", true}}) {
    EXPECT_EQ(Glob::Of(c.pattern).Matches(c.text), c.matches) << c.pattern << " " << c.text;
  }
  EXPECT_TRUE(Glob::Of("s3:get*").MatchesIgnoringCase("s3:GetObject"));
}

}  // namespace
}  // namespace penstock::iam
