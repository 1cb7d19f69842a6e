// SPDX-License-Identifier: Apache-2.0
#include "iam/oidc_provider.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/test_cases.h"
#include "text/url.h"

namespace penstock::iam {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using text::Json;

constexpr const char* kConfigUrl = "https://idp.example/.well-known/openid-configuration";

class FakeFetcher final : public DocumentFetcher {
 public:
  base::Result<std::string> Get(const std::string& url) override {
    ++fetches;
    auto found = documents.find(url);
    if (found == documents.end()) return base::Fail(base::Code::kUnavailable, url + " is away");
    return found->second;
  }
  base::Result<std::string> PostForm(const std::string& url, const std::string& given_form,
                                     const std::string& user,
                                     const std::string& password) override {
    posted = url + " " + given_form;
    credentials = user + ":" + password;
    return Get(url);
  }

  std::map<std::string, std::string> documents;
  int fetches = 0;
  std::string posted;
  std::string credentials;
};

class OidcProviderTest : public testing::Test {
 protected:
  OidcProviderTest() {
    Json cases = ReadCaseFile("tokens.yaml");
    fetcher_.documents["https://idp.example/jwks"] = cases.Find("keys")->as_string();
    fetcher_.documents[kConfigUrl] =
        R"({"issuer":"https://idp.example","jwks_uri":"https://idp.example/jwks",)"
        R"("authorization_endpoint":"https://idp.example/auth",)"
        R"("token_endpoint":"https://idp.example/token"})";
    for (const Json& c : cases.Find("tokens")->as_array()) {
      tokens_[c.StringOr("name", "")] = c.StringOr("token", "");
    }
    settings_.config_url = kConfigUrl;
    settings_.client_id = "penstock";
  }
  OidcProvider Provider() { return OidcProvider(settings_, fetcher_, clock_); }
  template <typename T>
  std::string Reason(const base::Result<T>& result) {
    return result ? "" : result.error().reason();
  }

  // The tokens of the file are valid from 1700000000 to 1800000000.
  base::FakeClock clock_{base::Time(seconds(1'750'000'000))};
  FakeFetcher fetcher_;
  OidcSettings settings_;
  std::map<std::string, std::string> tokens_;
};

TEST_F(OidcProviderTest, TellsWhoATokenSpeaksOf) {
  OidcProvider provider = Provider();
  auto identity = provider.Verify(tokens_["RS256"]);
  ASSERT_TRUE(identity) << identity.error().message();
  EXPECT_EQ(identity->subject, "4711");
  EXPECT_EQ(identity->issuer, "https://idp.example");
  EXPECT_EQ(identity->audience, "penstock");
  EXPECT_THAT(identity->policies, ElementsAre("readonly"));
  EXPECT_THAT(identity->claims["jwt:policy"], ElementsAre("readonly"));
  EXPECT_THAT(identity->claims["jwt:exp"], ElementsAre("1800000000"));
  ASSERT_TRUE(provider.Verify(tokens_["ES384"]));
  EXPECT_EQ(fetcher_.fetches, 2);
}

TEST_F(OidcProviderTest, RefusesOtherTokens) {
  OidcProvider provider = Provider();
  EXPECT_EQ(Reason(provider.Verify("")), kBadIdentityToken);
  EXPECT_EQ(Reason(provider.Verify(tokens_["none"])), kBadIdentityToken);
  EXPECT_EQ(Reason(provider.Verify(tokens_["other claims"])), kBadIdentityToken);
  EXPECT_EQ(Reason(provider.Verify(tokens_["another's key"])), kBadIdentityToken);
  EXPECT_EQ(Reason(provider.Verify(tokens_["RS256"], "nonce")), kBadIdentityToken);
  settings_.client_id = "somebody-else";
  OidcProvider other = Provider();
  auto refused = other.Verify(tokens_["RS256"]);
  EXPECT_THAT(refused.error().message(), HasSubstr("somebody-else"));
  settings_.client_id = "penstock";
  fetcher_.documents[kConfigUrl] =
      R"({"issuer":"https://other.example","jwks_uri":"https://idp.example/jwks"})";
  OidcProvider of_other_issuer = Provider();
  EXPECT_THAT(of_other_issuer.Verify(tokens_["RS256"]).error().message(), HasSubstr("issuer"));
}

TEST_F(OidcProviderTest, LooksAtTheTimesWithAMinuteOfSkew) {
  OidcProvider provider = Provider();
  clock_.Set(base::Time(seconds(1'700'000'000 - 60)));
  EXPECT_TRUE(provider.Verify(tokens_["RS256"]));
  clock_.Set(base::Time(seconds(1'700'000'000 - 61)));
  EXPECT_EQ(Reason(provider.Verify(tokens_["RS256"])), kBadIdentityToken);
  clock_.Set(base::Time(seconds(1'800'000'000 + 59)));
  EXPECT_TRUE(provider.Verify(tokens_["RS256"]));
  clock_.Set(base::Time(seconds(1'800'000'000 + 60)));
  EXPECT_EQ(Reason(provider.Verify(tokens_["RS256"])), kExpiredIdentityToken);
}

TEST_F(OidcProviderTest, RolePoliciesTakeThePlaceOfTheClaim) {
  settings_.role_policies = {"readwrite"};
  OidcProvider with_role = Provider();
  EXPECT_THAT(with_role.Verify(tokens_["RS256"])->policies, ElementsAre("readwrite"));
  settings_.role_policies.clear();
  settings_.claim_name = "groups";
  OidcProvider without = Provider();
  EXPECT_EQ(Reason(without.Verify(tokens_["RS256"])), kNoPolicyClaim);
}

TEST_F(OidcProviderTest, FetchesAgainForNewKeysButNotOften) {
  OidcProvider provider = Provider();
  ASSERT_TRUE(provider.Verify(tokens_["RS256"]));
  int before = fetcher_.fetches;
  EXPECT_FALSE(provider.Verify(tokens_["an unknown key id"]));
  EXPECT_EQ(fetcher_.fetches, before);
  clock_.Advance(seconds(10));
  EXPECT_FALSE(provider.Verify(tokens_["an unknown key id"]));
  EXPECT_EQ(fetcher_.fetches, before + 2);
  EXPECT_FALSE(provider.Verify(tokens_["an unknown key id"]));
  EXPECT_EQ(fetcher_.fetches, before + 2);
  // The provider has a new key.
  std::string& keys = fetcher_.documents["https://idp.example/jwks"];
  keys.replace(keys.find("\"rsa\""), 5, "\"new\"");
  clock_.Advance(seconds(10));
  EXPECT_TRUE(provider.Verify(tokens_["an unknown key id"]));
  EXPECT_EQ(Reason(provider.Verify(tokens_["RS256"])), kBadIdentityToken);
}

TEST_F(OidcProviderTest, KeepsWhatItHasWhileTheProviderIsAway) {
  OidcProvider provider = Provider();
  ASSERT_TRUE(provider.Verify(tokens_["RS256"]));
  auto saved = fetcher_.documents;
  fetcher_.documents.clear();
  clock_.Advance(hours(2));
  EXPECT_TRUE(provider.Verify(tokens_["RS256"]));
  int before = fetcher_.fetches;
  EXPECT_TRUE(provider.Verify(tokens_["RS256"]));
  EXPECT_EQ(fetcher_.fetches, before);
}

TEST_F(OidcProviderTest, SaysWhyTheProviderIsOfNoUse) {
  auto saved = fetcher_.documents;
  fetcher_.documents.clear();
  OidcProvider provider = Provider();
  auto away = provider.Verify(tokens_["RS256"]);
  EXPECT_EQ(Reason(away), kProviderUnreachable);
  EXPECT_THAT(away.error().message(), HasSubstr("is away"));
  fetcher_.documents = saved;
  EXPECT_EQ(Reason(provider.Verify(tokens_["RS256"])), kProviderUnreachable);
  clock_.Advance(seconds(10));
  EXPECT_TRUE(provider.Verify(tokens_["RS256"]));
  for (const char* text : {"", "{}", R"({"issuer":"x"})", R"({"issuer":"x","jwks_uri":"away"})"}) {
    fetcher_.documents[kConfigUrl] = text;
    OidcProvider broken = Provider();
    EXPECT_FALSE(broken.Verify(tokens_["RS256"])) << text;
  }
}

TEST_F(OidcProviderTest, SendsBrowsersThereAndTakesTheirCodes) {
  settings_.client_secret = "a secret/";
  OidcProvider provider = Provider();
  // The verifier and challenge of RFC 7636, appendix B.
  const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  std::string url =
      provider.AuthorizeUrl("http://127.0.0.1:9001/cb", "state&1", "nonce", verifier).value();
  text::Query query = text::Query::Parse(url.substr(url.find('?') + 1)).value();
  EXPECT_THAT(url, testing::StartsWith("https://idp.example/auth?"));
  EXPECT_EQ(query.GetOr("response_type", ""), "code");
  EXPECT_EQ(query.GetOr("client_id", ""), "penstock");
  EXPECT_EQ(query.GetOr("redirect_uri", ""), "http://127.0.0.1:9001/cb");
  EXPECT_EQ(query.GetOr("state", ""), "state&1");
  EXPECT_EQ(query.GetOr("nonce", ""), "nonce");
  EXPECT_EQ(query.GetOr("code_challenge", ""), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(query.GetOr("code_challenge_method", ""), "S256");
  fetcher_.documents["https://idp.example/token"] = R"({"id_token":"a.b.c"})";
  EXPECT_EQ(provider.ExchangeCode("code", "http://127.0.0.1:9001/cb", verifier).value(), "a.b.c");
  EXPECT_THAT(fetcher_.posted, HasSubstr("grant_type=authorization_code&code=code&"));
  EXPECT_THAT(fetcher_.posted, HasSubstr("code_verifier=" + verifier));
  EXPECT_EQ(fetcher_.credentials, "penstock:a%20secret%2F");
  fetcher_.documents["https://idp.example/token"] = "{}";
  EXPECT_EQ(Reason(provider.ExchangeCode("code", "http://127.0.0.1:9001/cb", verifier)),
            kProviderUnreachable);
}

}  // namespace
}  // namespace penstock::iam
