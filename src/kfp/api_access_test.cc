// SPDX-License-Identifier: Apache-2.0
#include "kfp/api_access.h"

#include <map>
#include <memory>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/test_people.h"
#include "kfp/checked_response.h"
#include "kfp/route_actions.h"
#include "kfp/test_api.h"

namespace penstock::kfp {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

net::Headers Bearer(const std::string& token) {
  net::Headers headers;
  headers.Set("Authorization", "Bearer " + token);
  return headers;
}

// An API that asks for credentials, and people with policies.
class ApiAccessTest : public iam::PeopleTest {
 protected:
  ApiAccessTest() : PeopleTest(base::FromMicros(1'700'000'000'000'000), 5) {}
  void SetUp() override {
    tokens_ = std::make_unique<iam::ApiTokens>(identities_->key(), *credentials_, clock_, random_);
    bearers_ = std::make_unique<iam::BearerTokens>(*tokens_, nullptr, *sessions_);
    access_ = std::make_unique<ApiAccess>(
        AccessServices{*bearers_, *sessions_, browsers_, clock_, "the-metrics-token"});
    api_ = std::make_unique<TestApi>(access_.get());
  }
  std::string TokenOf(const std::string& access_key) {
    return tokens_->Issue(access_key, {}).value();
  }
  // A new user's.
  std::string TokenWith(const std::string& name, const std::set<std::string>& policies) {
    EXPECT_TRUE(identities_->users().Add({name, name + "-secret", policies, true}));
    return TokenOf(name);
  }
  RecordedResponse Send(std::string_view method, std::string_view target,
                        const std::string& token) {
    return api_->Send(method, target, "", token.empty() ? net::Headers() : Bearer(token));
  }
  net::Headers CookieOf(const std::string& user) {
    iam::PrincipalPtr caller = credentials_->Find(user, "").value();
    iam::PrincipalPtr keys = sessions_->Assume(*caller, {std::chrono::hours(8), "", "web"}).value();
    net::Headers headers;
    headers.Set("Host", "here.example");
    headers.Set("Cookie", "a=b; penstock-session=" + browsers_.Add(keys));
    return headers;
  }

  iam::WebSessions browsers_{clock_, random_};
  std::unique_ptr<iam::ApiTokens> tokens_;
  std::unique_ptr<iam::BearerTokens> bearers_;
  std::unique_ptr<ApiAccess> access_;
  std::unique_ptr<TestApi> api_;
};

// A route that somebody adds and forgets here is closed; this says so.
TEST(RouteActions, AreThoseOfTheRoutes) {
  TestApi api;
  std::set<std::pair<std::string, std::string>> served;
  for (const auto& route : api.Routes()) served.insert(route);
  std::set<std::pair<std::string, std::string>> listed;
  for (const RouteAction& route : AllRouteActions()) {
    EXPECT_TRUE(listed.emplace(route.method, route.pattern).second) << route.pattern;
    bool for_many = route.action == kForAll || route.action == kForSignedIn;
    EXPECT_TRUE(for_many || route.action.starts_with("pipelines:")) << route.pattern;
    // What changes something is nobody's who may only read.
    bool reads = route.action.starts_with("pipelines:Read");
    bool asks = route.pattern.ends_with(":plan") || route.pattern.ends_with(":findCached");
    if (route.method != "GET" && !asks) {
      EXPECT_FALSE(reads) << route.pattern;
    }
  }
  EXPECT_EQ(listed, served);
}

TEST(RouteActions, OpenRoutesAreFew) {
  std::set<std::string_view> open;
  for (const RouteAction& route : AllRouteActions()) {
    if (route.action == kForAll) open.insert(route.pattern);
  }
  EXPECT_THAT(open,
              testing::UnorderedElementsAre("/", "/apis/v2beta1/healthz", "/apis/v1beta1/healthz",
                                            "/apis/v2beta1/openapi.json"));
}

TEST_F(ApiAccessTest, EveryRouteAsksForCredentialsAndItsAction) {
  std::string nobody = TokenWith("nobody", {});
  for (const RouteAction& route : AllRouteActions()) {
    std::string target(route.pattern);
    for (size_t begin; (begin = target.find('{')) != std::string::npos;) {
      target.replace(begin, target.find('}') - begin + 1, "x");
    }
    if (route.action == kForAll) {
      EXPECT_EQ(Send(route.method, target, "").status(), 200) << target;
      continue;
    }
    // The metrics are open to this machine, which is where these requests do not come from.
    auto anonymous = Send(route.method, target, "");
    EXPECT_EQ(anonymous.status(), 401) << target;
    EXPECT_EQ(anonymous.Text("code"), "16") << target;
    EXPECT_THAT(anonymous.header("WWW-Authenticate"), HasSubstr("Bearer"));
    auto refused = Send(route.method, target, nobody);
    if (route.action == kForSignedIn) {
      EXPECT_EQ(refused.status(), 200) << target;
      continue;
    }
    EXPECT_EQ(refused.status(), 403) << target;
    EXPECT_EQ(refused.Text("code"), "7") << target;
    EXPECT_THAT(refused.Text("message"), HasSubstr(std::string(route.action))) << target;
    EXPECT_THAT(refused.Text("message"), HasSubstr("nobody")) << target;
  }
}

TEST_F(ApiAccessTest, WhatIsNotThereIsToldToThoseWhoAreSignedIn) {
  EXPECT_EQ(Send("GET", "/apis/v2beta1/nothing", "").status(), 401);
  EXPECT_EQ(Send("GET", "/apis/v2beta1/nothing", TokenOf("root")).status(), 404);
  EXPECT_EQ(Send("PUT", "/apis/v2beta1/runs", "").status(), 401);
  EXPECT_EQ(Send("PUT", "/apis/v2beta1/runs", TokenOf("root")).status(), 501);
}

TEST_F(ApiAccessTest, BuiltInPolicies) {
  const std::map<std::string, std::string> tokens = {
      {"root", TokenOf("root")},
      {"admin", TokenWith("admin", {"consoleAdmin"})},
      {"writer", TokenWith("writer", {"readwrite"})},
      {"reader", TokenWith("reader", {"readonly"})},
      {"dropper", TokenWith("dropper", {"writeonly"})},
      {"watcher", TokenWith("watcher", {"pipelinesReadOnly"})},
      {"runner", TokenWith("runner", {"pipelinesRunner"})},
      {"developer", TokenWith("developer", {"pipelinesDeveloper"})},
      {"operator", TokenWith("operator", {"pipelinesAdmin"})}};
  struct Case {
    std::string_view method, target;
    std::set<std::string> allowed;
  };
  const std::set<std::string> all_of_it = {"root", "admin", "writer", "operator"};
  auto and_also = [&](std::set<std::string> others) {
    others.insert(all_of_it.begin(), all_of_it.end());
    return others;
  };
  const Case cases[] = {
      {"GET", "/apis/v2beta1/runs", and_also({"reader", "watcher", "runner", "developer"})},
      {"HEAD", "/apis/v2beta1/runs", and_also({"reader", "watcher", "runner", "developer"})},
      {"GET", "/apis/v2beta1/secrets", and_also({"reader", "watcher", "runner", "developer"})},
      {"POST", "/apis/v2beta1/runs", and_also({"runner", "developer"})},
      {"POST", "/apis/v2beta1/runs/x:terminate", and_also({"runner", "developer"})},
      {"DELETE", "/apis/v2beta1/runs/x", and_also({"developer"})},
      {"POST", "/apis/v2beta1/pipelines/upload", and_also({"developer"})},
      {"POST", "/apis/v2beta1/tasks", and_also({"developer"})},
      {"POST", "/apis/v2beta1/secrets", and_also({})},
      {"POST", "/apis/v2beta1/webhooks", and_also({})},
      {"DELETE", "/apis/v2beta1/environments/x", and_also({})},
  };
  for (const Case& c : cases) {
    for (const auto& [who, token] : tokens) {
      bool let_in = Send(c.method, c.target, token).status() != 403;
      EXPECT_EQ(let_in, c.allowed.contains(who)) << c.method << " " << c.target << " by " << who;
    }
  }
}

TEST_F(ApiAccessTest, PoliciesMayAskAboutTheRequest) {
  ASSERT_TRUE(identities_->policies().Put("office", R"({"Version":"2012-10-17","Statement":[
      {"Effect":"Allow","Action":"pipelines:*"},
      {"Effect":"Deny","Action":"pipelines:Run","Resource":"*",
       "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]})"));
  std::string token = TokenWith("alice", {"office"});
  EXPECT_EQ(Send("GET", "/apis/v2beta1/runs", token).status(), 200);
  EXPECT_EQ(Send("POST", "/apis/v2beta1/runs", token).status(), 403);
}

TEST_F(ApiAccessTest, CredentialsOfOtherKindsAreNone) {
  std::string token = TokenOf("root");
  auto status = [&](const std::string& field) {
    net::Headers headers;
    headers.Set("Authorization", field);
    return api_->Send("GET", "/apis/v2beta1/runs", "", headers).status();
  };
  EXPECT_EQ(status("Bearer " + token), 200);
  EXPECT_EQ(status("bearer  " + token + " "), 200);
  EXPECT_EQ(status(token), 401);
  EXPECT_EQ(status("Basic " + token), 401);
  EXPECT_EQ(status("Bearer"), 401);
  EXPECT_EQ(status("Bearer "), 401);
  EXPECT_EQ(status("AWS4-HMAC-SHA256 Credential=root/x"), 401);
  EXPECT_EQ(status("Bearer eyJhbGciOiJub25lIn0.e30."), 401);
}

TEST_F(ApiAccessTest, BrowsersUseTheirCookieFromOwnPagesOnly) {
  TokenWith("alice", {"pipelinesDeveloper"});
  const net::Headers cookie = CookieOf("alice");
  auto status = [&](std::string_view method, std::string_view field, std::string_view value) {
    net::Headers headers = cookie;
    if (!field.empty()) headers.Set(field, value);
    return api_->Send(method, "/apis/v2beta1/experiments", method == "POST" ? "{}" : "", headers)
        .status();
  };
  EXPECT_EQ(status("GET", "", ""), 200);
  EXPECT_EQ(status("GET", "Sec-Fetch-Site", "same-origin"), 200);
  EXPECT_EQ(status("GET", "Sec-Fetch-Site", "same-site"), 401);
  EXPECT_EQ(status("GET", "Sec-Fetch-Site", "cross-site"), 401);
  EXPECT_EQ(status("GET", "Origin", "http://here.example:9000"), 401);
  EXPECT_EQ(status("POST", "Sec-Fetch-Site", "same-origin"), 400);  // let in; it has no name
  EXPECT_EQ(status("POST", "Origin", "http://here.example"), 400);
  EXPECT_EQ(status("POST", "Origin", "http://evil.example"), 403);
  EXPECT_EQ(status("POST", "Sec-Fetch-Site", "same-site"), 403);
  // With the user goes the session, and it ends.
  ASSERT_TRUE(identities_->users().Change("alice", {{}, false, {}}));
  EXPECT_EQ(status("GET", "", ""), 401);
  ASSERT_TRUE(identities_->users().Change("alice", {{}, true, {}}));
  EXPECT_EQ(status("GET", "", ""), 200);
  clock_.Advance(std::chrono::hours(8));
  EXPECT_EQ(status("GET", "", ""), 401);
}

TEST_F(ApiAccessTest, TellsWhatIsAllowed) {
  auto answer = Send("GET", "/apis/v2beta1/permissions", TokenWith("alice", {"pipelinesRunner"}));
  EXPECT_EQ(answer.Text("sign_in_required"), "true");
  EXPECT_EQ(answer.Text("user"), "alice");
  EXPECT_EQ(answer.Text("access_key"), "alice");
  EXPECT_THAT(answer.body(), HasSubstr("\"pipelines:Run\""));
  EXPECT_THAT(answer.body(), testing::Not(HasSubstr("pipelines:Write")));
  TestApi open;
  auto everything = open.Get("/apis/v2beta1/permissions");
  EXPECT_EQ(everything.Text("sign_in_required"), "");
  EXPECT_EQ(everything.json().Find("permissions")->as_array().size(), AllActions().size());
}

TEST_F(ApiAccessTest, NotesWhoDidWhat) {
  std::string token = TokenWith("alice", {"pipelinesRunner"});
  Send("GET", "/apis/v2beta1/runs?page_size=1", token);
  EXPECT_EQ(api_->notes().operation, "pipelines:ReadRuns");
  EXPECT_EQ(api_->notes().user, "alice");
  EXPECT_EQ(api_->notes().access_key, "alice");
  EXPECT_EQ(api_->notes().subject, "/apis/v2beta1/runs");
  auto run = api_->Send("POST", "/apis/v2beta1/runs",
                        R"({"display_name":"r","pipeline_spec":)" + AddSpec() +
                            R"(,"runtime_config":{"parameters":{"a":1}}})",
                        Bearer(token));
  ASSERT_EQ(run.status(), 200) << run.body();
  EXPECT_EQ(api_->notes().subject, "/apis/v2beta1/runs run " + run.Text("run_id"));
  Send("POST", "/apis/v2beta1/runs", "pst_wrong");
  EXPECT_EQ(api_->notes().operation, "pipelines:Run");
  EXPECT_EQ(api_->notes().user, "");
}

// An answer that goes on for ever ends when its reader may no longer have it.
TEST(CheckedResponse, EndsEndlessAnswers) {
  for (bool endless : {true, false}) {
    RecordedResponse recorded;
    base::Status allowed;
    CheckedResponse checked(recorded, [&] { return allowed; }, std::chrono::seconds(0));
    ASSERT_TRUE(checked.Start(200, {}, endless ? std::nullopt : std::optional<uint64_t>(2)));
    EXPECT_TRUE(checked.Write("a"));
    allowed = base::Fail(base::Code::kUnauthenticated, "gone");
    EXPECT_EQ(checked.Write("b").has_value(), !endless);
    EXPECT_EQ(checked.WriteSome("c").has_value(), !endless);
    EXPECT_EQ(recorded.body(), endless ? "a" : "abc");
  }
}

TEST(CheckedResponse, AsksNotAtEveryWrite) {
  RecordedResponse recorded;
  int asked = 0;
  CheckedResponse checked(
      recorded,
      [&] {
        ++asked;
        return base::Status();
      },
      std::chrono::hours(1));
  ASSERT_TRUE(checked.Start(200, {}, std::nullopt));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(checked.Write("a"));
  EXPECT_EQ(asked, 0);
}

TEST_F(ApiAccessTest, MetricsAreReadByThisMachineOrWithTheirToken) {
  net::Request request;
  request.peer = "127.0.0.1:1";
  EXPECT_TRUE(access_->MayReadMetrics(request));
  request.head.headers.Set("X-Forwarded-For", "192.0.2.1");
  EXPECT_FALSE(access_->MayReadMetrics(request));
  request.peer = "192.0.2.1:1";
  request.head.headers.Set("Authorization", "Bearer the-metrics-token");
  EXPECT_TRUE(access_->MayReadMetrics(request));
  request.head.headers.Set("Authorization", "Bearer the-metrics-tokem");
  EXPECT_FALSE(access_->MayReadMetrics(request));
  EXPECT_EQ(Send("GET", "/metrics", "the-metrics-token").status(), 200);
  EXPECT_EQ(Send("GET", "/metrics", TokenOf("root")).status(), 200);
  EXPECT_EQ(Send("GET", "/apis/v2beta1/runs", "the-metrics-token").status(), 401);
}

}  // namespace
}  // namespace penstock::kfp
