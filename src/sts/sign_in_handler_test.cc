// SPDX-License-Identifier: Apache-2.0
#include "sts/sign_in_handler.h"

#include <map>

#include <gmock/gmock.h>

#include "iam/test_cases.h"
#include "iam/test_identity_storage.h"
#include "net/recorded_response.h"
#include "sts/web_sessions.h"
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

class SignInTest : public testing::Test {
 protected:
  void SetUp() override {
    identities_ = std::move(iam::Identities::Open(root_, "", storage_, clock_, random_).value());
    sessions_ = std::make_unique<iam::Sessions>(root_, *identities_, clock_, random_);
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
    handler_ = MakeSignInHandler(
        {provider, *sessions_, identities_->key(), clock_, random_, logger_}, options, others_);
  }
  Answer Send(const std::string& method, const std::string& target,
              const std::string& cookie = "") {
    base::StringSource source("");
    net::Request request;
    request.head.method = method;
    request.head.path = target.substr(0, target.find('?'));
    if (target.size() > request.head.path.size()) {
      request.head.query = target.substr(request.head.path.size() + 1);
    }
    request.head.headers.Set("Host", "pipelines.example:8888");
    if (!cookie.empty()) request.head.headers.Set("Cookie", "other=1; " + cookie);
    request.body = &source;
    net::RecordedResponse response;
    handler_->Handle(request, response);
    return {response.status, response.headers, response.body};
  }
  static text::Query QueryOf(const std::string& url) {
    return text::Query::Parse(url.substr(url.find('?') + 1)).value();
  }

  const iam::AccessKey root_{"root", "root-secret"};
  base::FakeClock clock_{base::Time(seconds(1'750'000'000))};
  base::SeededRandom random_{3};
  base::NullLogger logger_;
  iam::MemoryStorage storage_;
  FakeFetcher fetcher_;
  Others others_;
  std::map<std::string, std::string> tokens_;
  std::unique_ptr<iam::Identities> identities_;
  std::unique_ptr<iam::Sessions> sessions_;
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

class WebSessionsTest : public testing::Test {
 protected:
  iam::PrincipalPtr Keys(base::Duration lifetime) {
    auto keys = std::make_shared<iam::Principal>();
    keys->expires_at = clock_.Now() + lifetime;
    return keys;
  }
  base::FakeClock clock_{base::Time(seconds(1'750'000'000))};
  base::SeededRandom random_{3};
  WebSessions sessions_{clock_, random_};
};

TEST_F(WebSessionsTest, EndWithTheirKeysOrBySigningOut) {
  std::string first = sessions_.Add(Keys(hours(1)));
  std::string second = sessions_.Add(Keys(hours(1)));
  EXPECT_NE(first, second);
  EXPECT_TRUE(sessions_.Find(first));
  sessions_.Remove(first);
  sessions_.Remove(first);
  EXPECT_FALSE(sessions_.Find(first));
  EXPECT_TRUE(sessions_.Find(second));
  clock_.Advance(hours(1));
  EXPECT_FALSE(sessions_.Find(second));
}

TEST_F(WebSessionsTest, ForgetThoseThatEndFirstWhereThereAreTooMany) {
  std::string soon = sessions_.Add(Keys(minutes(1)));
  std::string late = sessions_.Add(Keys(hours(2)));
  for (size_t i = 2; i < WebSessions::kMost; ++i) sessions_.Add(Keys(hours(1)));
  EXPECT_TRUE(sessions_.Find(soon));
  sessions_.Add(Keys(hours(1)));
  EXPECT_FALSE(sessions_.Find(soon));
  EXPECT_TRUE(sessions_.Find(late));
}

}  // namespace
}  // namespace penstock::sts
