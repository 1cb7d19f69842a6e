// SPDX-License-Identifier: Apache-2.0
#include "iam/decision.h"

#include <chrono>

#include <gtest/gtest.h>

#include "iam/root_principal.h"
#include "iam/test_cases.h"

namespace penstock::iam {
namespace {

using text::Json;

PolicyPtr Parsed(const Json& given, PolicyKind kind) {
  auto policy = ParsePolicy(text::FormatJson(PolicyOf(given)), kind);
  EXPECT_TRUE(policy) << policy.error().message();
  return policy ? *policy : nullptr;
}

std::vector<PolicyPtr> ParsedList(const Json* given) {
  std::vector<PolicyPtr> policies;
  if (given == nullptr) return policies;
  for (const Json& policy : given->as_array()) {
    policies.push_back(Parsed(policy, PolicyKind::kIdentity));
  }
  return policies;
}

std::vector<std::string> Strings(const Json& list) {
  std::vector<std::string> strings;
  for (const Json& text : list.as_array()) strings.push_back(text.as_string());
  return strings;
}

PrincipalPtr Caller(const Json& scenario) {
  std::string who = scenario.StringOr("who", "user");
  if (who == "anonymous") return nullptr;
  if (who == "root") return RootPrincipal({"root", "secret"});
  auto principal = std::make_shared<Principal>();
  if (who == "user") {
    principal->user = "alice";
    principal->arn = UserArn("alice");
    principal->canonical_id = "a11ce";
    principal->groups = {"all", "staff"};
  } else if (who == "root_service_account") {
    principal->kind = PrincipalKind::kServiceAccount;
    principal->acts_as_root = true;
  } else if (who == "task") {
    principal->kind = PrincipalKind::kTask;
    const Json& grant = *scenario.Find("grant");
    principal->grant = {Strings(*grant.Find("read")), Strings(*grant.Find("write"))};
  } else {
    EXPECT_EQ(who, "role");
    principal->kind = PrincipalKind::kTemporary;
    principal->arn = RoleArn("web");
    principal->session_arn = SessionArn("web", "carol");
    if (const Json* claims = scenario.Find("claims")) {
      for (const auto& [name, value] : claims->as_object()) {
        principal->claims["jwt:" + name] = ValuesOf(value);
      }
    }
  }
  principal->policies = ParsedList(scenario.Find("identity"));
  principal->narrowing = ParsedList(scenario.Find("session"));
  return principal;
}

// "action resource", "action", or [action, resource, context].
struct Question {
  explicit Question(const Json& given) {
    if (given.is_array()) {
      action = given.as_array()[0].as_string();
      resource = "arn:aws:s3:::" + given.as_array()[1].as_string();
      context = ContextOf(given.as_array()[2]);
      return;
    }
    size_t space = given.as_string().find(' ');
    action = given.as_string().substr(0, space);
    if (space != std::string::npos) {
      resource = "arn:aws:s3:::" + given.as_string().substr(space + 1);
    }
  }
  std::string action;
  std::string resource;
  MapContext context;
};

TEST(Decisions, AreAsTheCasesSay) {
  int count = 0;
  for (const Json& scenario : ReadCases("decisions.yaml")) {
    PrincipalPtr who = Caller(scenario);
    PolicyPtr bucket;
    if (const Json* given = scenario.Find("bucket")) {
      bucket = Parsed(*given, PolicyKind::kResource);
    }
    for (auto [name, expected] :
         {std::pair("allow", Decision::kAllowed), std::pair("deny", Decision::kDenied),
          std::pair("none", Decision::kNotAllowed)}) {
      const Json* questions = scenario.Find(name);
      if (questions == nullptr) continue;
      for (const Json& given : questions->as_array()) {
        Question question(given);
        Decision decision =
            Decide(who.get(), bucket.get(), {question.action, question.resource, question.context});
        EXPECT_EQ(decision, expected)
            << scenario.StringOr("name", "") << ": " << text::FormatJson(given);
        ++count;
      }
    }
  }
  EXPECT_GT(count, 150);
}

class CountingContext final : public RequestContext {
 public:
  ContextValues Find(std::string_view) const override {
    ++asked;
    return {"x"};
  }
  mutable int asked = 0;
};

TEST(Decisions, AskForNothingThatNoPolicyNames) {
  Principal user;
  user.policies = {Parsed(text::ParseJson(R"({"Effect":"Allow","Action":"s3:GetObject",)"
                                          R"("Resource":"arn:aws:s3:::*"})")
                              .value(),
                          PolicyKind::kIdentity),
                   Parsed(text::ParseJson(R"({"Effect":"Deny","Action":"s3:Put*","Resource":"*",)"
                                          R"("Condition":{"Bool":{"a:b":"true"}}})")
                              .value(),
                          PolicyKind::kIdentity)};
  CountingContext context;
  EXPECT_EQ(Decide(&user, nullptr, {"s3:GetObject", "arn:aws:s3:::b/k", context}),
            Decision::kAllowed);
  EXPECT_EQ(context.asked, 0);
  EXPECT_EQ(Decide(&user, nullptr, {"s3:PutObject", "arn:aws:s3:::b/k", context}),
            Decision::kNotAllowed);
  EXPECT_EQ(context.asked, 1);
}

}  // namespace
}  // namespace penstock::iam
