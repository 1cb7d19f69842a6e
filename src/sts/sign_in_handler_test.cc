// SPDX-License-Identifier: Apache-2.0
#include "sts/sign_in_handler.h"

#include <map>

#include <gmock/gmock.h>

#include "iam/test_cases.h"
#include "iam/test_people.h"
#include "net/recorded_response.h"
#include "text/json.h"
#include "text/url.h"

namespace penstock::sts {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string body;

  text::Json Json() const { return text::ParseJson(body).value(); }
  std::string location() const { return headers.GetOr("location", ""); }
  // The cookie of that name as a browser sends it back; "" where none is set.
  std::string Cookie(std::string_view name) const {
    for (const auto& [field, value] : headers.items()) {
      if (field == "Set-Cookie" && value.starts_with(std::string(name) + "=")) {
        return value.substr(0, value.find(';'));
      }
    }
    return "";
  }
};

class Others final : public net::Handler {
 public:
  void Handle(net::Request&, net::ResponseWriter& response) override {
    static_cast<void>(response.Send(299, {}, "others"));
  }
};

class FakeFetcher final : public iam::DocumentFetcher {
 public:
  base::Result<std::string> Get(const std::string& url) override {
    auto found = documents.find(url);
    if (found == documents.end()) return base::Fail(base::Code::kUnavailable, url + " is away");
    return found->second;
  }
  base::Result<std::string> PostForm(const std::string& url, const std::string& form,
                                     const std::string&, const std::string&) override {
    posted = form;
    return Get(url);
  }
  std::map<std::string, std::string> documents;
  std::string posted;
};

class SignInTest : public iam::PeopleTest {
 protected:
  SignInTest() : PeopleTest(base::Time(seconds(1'750'000'000)), 3) {}
  void SetUp() override {
    text::Json cases = iam::ReadCaseFile("tokens.yaml");
    fetcher_.documents["https://idp.example/jwks"] = cases.Find("keys")->as_string();
    fetcher_.documents["https://idp.example/config"] =
        R"({"issuer":"https://idp.example","jwks_uri":"https://idp.example/jwks",
            "authorization_endpoint":"https://idp.example/auth",
            "token_endpoint":"https://idp.example/token"})";
    for (const text::Json& c : cases.Find("tokens")->as_array()) {
      tokens_[c.StringOr("name", "")] = c.StringOr("token", "");
    }
    iam::OidcSettings settings;
    settings.config_url = "https://idp.example/config";
    settings.client_id = "penstock";
    provider_ = std::make_unique<iam::OidcProvider>(settings, fetcher_, clock_);
    MakeHandler(provider_.get());
  }
  void MakeHandler(iam::OidcProvider* provider, const std::string& redirect_uri = "") {
    SignInOptions options;
    options.redirect_uri = redirect_uri;
    options.s3_port = 9000;
    options.region = "eu-test-1";
    handler_ = MakeSignInHandler({provider, *credentials_, *sessions_, browsers_,
                                  identities_->key(), clock_, random_, logger_},
                                 options, others_);
  }
  Answer Send(const std::string& method, const std::string& target, const std::string& cookie = "",
              const std::string& body = "", const std::string& origin = "") {
    base::StringSource source(body);
    net::Request request;
    request.head.method = method;
    request.head.path = target.substr(0, target.find('?'));
    if (target.size() > request.head.path.size()) {
      request.head.query = target.substr(request.head.path.size() + 1);
    }
    request.head.headers.Set("Host", "pipelines.example:8888");
    if (!cookie.empty()) request.head.headers.Set("Cookie", "other=1; " + cookie);
    if (!origin.empty()) request.head.headers.Set("Origin", origin);
    request.body = &source;
    net::RecordedResponse response;
    handler_->Handle(request, response);
    return {response.status, response.headers, response.body};
  }
  static text::Query QueryOf(const std::string& url) {
    return text::Query::Parse(url.substr(url.find('?') + 1)).value();
  }

  base::NullLogger logger_;
  FakeFetcher fetcher_;
  Others others_;
  std::map<std::string, std::string> tokens_;
  iam::WebSessions browsers_{clock_, random_};
  std::unique_ptr<iam::OidcProvider> provider_;
  std::unique_ptr<net::Handler> handler_;
};

TEST_F(SignInTest, SendsTheBrowserToTheProvider) {
  Answer begun = Send("GET", "/penstock/sign-in?return_to=%2Fruns");
  EXPECT_EQ(begun.status, 302);
  EXPECT_THAT(begun.location(), testing::StartsWith("https://idp.example/auth?"));
  text::Query query = QueryOf(begun.location());
  EXPECT_EQ(query.GetOr("redirect_uri", ""), "http://pipelines.example:8888/penstock/sign-in/done");
  EXPECT_EQ(query.GetOr("code_challenge_method", ""), "S256");
  EXPECT_EQ(query.GetOr("state", "").size(), 32u);
  EXPECT_EQ(query.GetOr("nonce", "").size(), 32u);
  std::string cookie = begun.Cookie("penstock-sign-in");
  EXPECT_FALSE(cookie.empty());
  EXPECT_EQ(cookie.find(query.GetOr("state", "")), std::string::npos);
  EXPECT_EQ(begun.headers.GetOr("cache-control", ""), "no-store");
  MakeHandler(provider_.get(), "https://other.example/penstock/sign-in/done");
  Answer elsewhere = Send("GET", "/penstock/sign-in");
  EXPECT_EQ(QueryOf(elsewhere.location()).GetOr("redirect_uri", ""),
            "https://other.example/penstock/sign-in/done");
  EXPECT_THAT(elsewhere.headers.GetOr("set-cookie", ""), HasSubstr("; Secure"));
}

TEST_F(SignInTest, BelievesTheBrowserThatBeganOnly) {
  Answer begun = Send("GET", "/penstock/sign-in");
  std::string cookie = begun.Cookie("penstock-sign-in");
  std::string state = QueryOf(begun.location()).GetOr("state", "");
  const std::string done = "/penstock/sign-in/done?code=c&state=";
  EXPECT_EQ(Send("GET", done + state).status, 403);
  EXPECT_EQ(Send("GET", done + "0", cookie).status, 403);
  EXPECT_EQ(Send("GET", done, cookie).status, 403);
  EXPECT_EQ(Send("GET", done + state, cookie + "x").status, 403);
  EXPECT_EQ(fetcher_.posted, "");
  Answer refused = Send("GET", "/penstock/sign-in/done?error=access_denied&state=" + state, cookie);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, HasSubstr("access_denied"));
  // The token of another sign-in: its nonce is not ours.
  fetcher_.documents["https://idp.example/token"] = R"({"id_token":")" + tokens_["RS256"] + "\"}";
  Answer other = Send("GET", done + state, cookie);
  EXPECT_EQ(other.status, 403);
  EXPECT_THAT(other.body, HasSubstr("another sign-in"));
  EXPECT_THAT(fetcher_.posted, HasSubstr("code_verifier="));
  EXPECT_EQ(other.Cookie("penstock-session"), "");
  clock_.Advance(minutes(11));
  EXPECT_THAT(Send("GET", done + state, cookie).body, HasSubstr("too long"));
}

TEST_F(SignInTest, TellsWhoIsNotSignedIn) {
  Answer none = Send("GET", "/penstock/session");
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(none.Json().StringOr("sign_in", ""), "/penstock/sign-in");
  EXPECT_EQ(Send("GET", "/penstock/session", "penstock-session=00").status, 401);
  EXPECT_EQ(Send("POST", "/penstock/sign-out", "penstock-session=00").status, 204);
  MakeHandler(nullptr);
  EXPECT_TRUE(Send("GET", "/penstock/session").Json().Find("sign_in")->is_null());
  EXPECT_EQ(Send("GET", "/penstock/sign-in").status, 501);
}

TEST_F(SignInTest, LeavesOtherRequestsAlone) {
  EXPECT_EQ(Send("GET", "/penstock/sign-in/other").body, "others");
  EXPECT_EQ(Send("POST", "/penstock/sign-in").body, "others");
  EXPECT_EQ(Send("GET", "/penstock/sign-out").body, "others");
  EXPECT_EQ(Send("GET", "/apis/v2beta1/runs").body, "others");
}

TEST_F(SignInTest, TakesKeysInsteadOfAProvider) {
  MakeHandler(nullptr);
  ASSERT_TRUE(identities_->users().Add({"alice", "alice-secret", {"readonly"}, true}));
  const std::string keys = R"({"access_key":"alice","secret_key":"alice-secret"})";
  Answer signed_in = Send("POST", "/penstock/session", "", keys);
  ASSERT_EQ(signed_in.status, 200) << signed_in.body;
  EXPECT_EQ(signed_in.Json().StringOr("name", ""), "alice");
  EXPECT_THAT(signed_in.headers.GetOr("set-cookie", ""),
              HasSubstr("; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict"));
  EXPECT_EQ(signed_in.body.find("alice-secret"), std::string::npos);
  std::string cookie = signed_in.Cookie("penstock-session");
  Answer session = Send("GET", "/penstock/session", cookie);
  EXPECT_EQ(session.status, 200);
  EXPECT_EQ(session.body, signed_in.body);
  // A user that is disabled is signed out.
  ASSERT_TRUE(identities_->users().Change("alice", {{}, false, {}}));
  EXPECT_EQ(Send("GET", "/penstock/session", cookie).status, 401);
  EXPECT_EQ(Send("POST", "/penstock/session", "", keys).status, 403);
  ASSERT_TRUE(identities_->users().Change("alice", {{}, true, {}}));
  EXPECT_EQ(Send("POST", "/penstock/sign-out", cookie).status, 204);
  EXPECT_EQ(Send("GET", "/penstock/session", cookie).status, 401);
}

TEST_F(SignInTest, TakesTheRootsKeysAndNoWrongOnes) {
  EXPECT_EQ(
      Send("POST", "/penstock/session", "", R"({"access_key":"root","secret_key":"root-secret"})")
          .Json()
          .StringOr("name", ""),
      "penstock");
  iam::PrincipalPtr task = credentials_->IssueTemporary({}, hours(1));
  const std::string of_task = R"({"access_key":")" + task->key.access_key + R"(","secret_key":")" +
                              task->key.secret_key + R"("})";
  const std::pair<std::string, int> refused[] = {
      {R"({"access_key":"root","secret_key":"root-secre"})", 403},
      {R"({"access_key":"root","secret_key":""})", 403},
      {R"({"access_key":"root"})", 403},
      {R"({"access_key":"nobody","secret_key":"root-secret"})", 403},
      {R"({"access_key":["root"],"secret_key":"root-secret"})", 403},
      {of_task, 403},
      {"{}", 403},
      {"[]", 400},
      {"", 400},
      {"access_key=root", 400},
      {std::string(5000, ' '), 400}};
  for (const auto& [body, status] : refused) {
    Answer answer = Send("POST", "/penstock/session", "", body);
    EXPECT_EQ(answer.status, status) << body;
    EXPECT_EQ(answer.Cookie("penstock-session"), "") << body;
    EXPECT_FALSE(answer.Json().StringOr("message", "").empty()) << body;
  }
}

TEST_F(SignInTest, PagesOfOthersCanNeitherSignInNorOut) {
  const std::string keys = R"({"access_key":"root","secret_key":"root-secret"})";
  const std::string other = "http://pipelines.example:9000";
  EXPECT_EQ(Send("POST", "/penstock/session", "", keys, other).status, 403);
  Answer signed_in = Send("POST", "/penstock/session", "", keys, "http://pipelines.example:8888");
  ASSERT_EQ(signed_in.status, 200);
  std::string cookie = signed_in.Cookie("penstock-session");
  EXPECT_EQ(Send("POST", "/penstock/sign-out", cookie, "", other).status, 403);
  EXPECT_EQ(Send("GET", "/penstock/session", cookie).status, 200);
}

}  // namespace
}  // namespace penstock::sts
