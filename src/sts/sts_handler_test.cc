// SPDX-License-Identifier: Apache-2.0
#include "sts/sts_handler.h"

#include <chrono>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/random.h"
#include "crypto/digest.h"
#include "iam/test_cases.h"
#include "iam/test_people.h"
#include "net/recorded_response.h"
#include "s3/sigv4.h"
#include "text/url.h"
#include "text/xml.h"

namespace penstock::sts {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

struct Answer {
  int status = 0;
  net::Headers headers;
  std::string body;

  text::XmlElement Xml() const { return text::ParseXml(body).value(); }
  std::string ErrorCode() const {
    auto xml = text::ParseXml(body);
    const text::XmlElement* error = xml ? xml->Child("Error") : nullptr;
    return error != nullptr ? error->ChildText("Code") : "";
  }
  // The text of <ACTIONResult><a><b>…
  std::string Result(std::initializer_list<std::string> path) const {
    text::XmlElement root = Xml();
    if (root.children.empty()) return "";
    const text::XmlElement* element = &root.children.front();
    for (const std::string& name : path) {
      element = element->Child(name);
      if (element == nullptr) return "";
    }
    return element->text;
  }
};

class FakeFetcher final : public iam::DocumentFetcher {
 public:
  base::Result<std::string> Get(const std::string& url) override {
    auto found = documents.find(url);
    if (found == documents.end()) return base::Fail(base::Code::kUnavailable, url + " is away");
    return found->second;
  }
  base::Result<std::string> PostForm(const std::string& url, const std::string&, const std::string&,
                                     const std::string&) override {
    return Get(url);
  }
  std::map<std::string, std::string> documents;
};

struct Keys {
  std::string access_key;
  std::string secret_key;
  std::string session_token;
};

class StsHandlerTest : public iam::PeopleTest {
 protected:
  StsHandlerTest() : PeopleTest(base::Time(seconds(1'750'000'000)), 3) {}
  void SetUp() override {
    text::Json cases = iam::ReadCaseFile("tokens.yaml");
    fetcher_.documents["https://idp.example/jwks"] = cases.Find("keys")->as_string();
    fetcher_.documents["https://idp.example/config"] =
        R"({"issuer":"https://idp.example","jwks_uri":"https://idp.example/jwks"})";
    for (const text::Json& c : cases.Find("tokens")->as_array()) {
      tokens_[c.StringOr("name", "")] = c.StringOr("token", "");
    }
    iam::OidcSettings settings;
    settings.config_url = "https://idp.example/config";
    settings.client_id = "penstock";
    provider_ = std::make_unique<iam::OidcProvider>(settings, fetcher_, clock_);
    MakeHandler(provider_.get());
    ASSERT_TRUE(identities_->users().Add({"alice", "alice-secret", {"readwrite"}, true}));
  }
  void MakeHandler(iam::OidcProvider* provider) {
    handler_ = MakeStsHandler({*credentials_, *sessions_, provider, clock_, logger_});
  }

  net::RequestHead Head(const std::string& body) {
    net::RequestHead head;
    head.method = "POST";
    head.path = head.target = "/";
    head.headers.Set("Host", "127.0.0.1:9000");
    head.headers.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    head.content_length = body.size();
    return head;
  }
  // Signs as botocore does: without x-amz-content-sha256, but with the body's digest.
  void Sign(net::RequestHead& head, const std::string& body, const Keys& keys,
            const std::string& service = "sts") {
    std::string date = base::FormatAmzDate(clock_.Now());
    head.headers.Set("X-Amz-Date", date);
    std::vector<std::string> names = {"content-type", "host", "x-amz-date"};
    if (!keys.session_token.empty()) {
      head.headers.Set("X-Amz-Security-Token", keys.session_token);
      names.push_back("x-amz-security-token");
    }
    s3::CredentialScope scope{date.substr(0, 8), "eu-west-1", service};
    std::string canonical = s3::CanonicalRequest(head, text::Query::Parse(head.query).value(),
                                                 names, base::HexEncode(crypto::Sha256(body)))
                                .value();
    std::string signature = s3::Signature(s3::SigningKey(keys.secret_key, scope),
                                          s3::StringToSign(date, scope, canonical));
    std::string signed_names;
    for (const std::string& name : names) signed_names += (signed_names.empty() ? "" : ";") + name;
    head.headers.Set("Authorization", "AWS4-HMAC-SHA256 Credential=" + keys.access_key + "/" +
                                          scope.date + "/eu-west-1/" + service +
                                          "/aws4_request, SignedHeaders=" + signed_names +
                                          ", Signature=" + signature);
  }
  Answer Deliver(const net::RequestHead& head, const std::string& body) {
    base::StringSource source(body);
    net::Request request;
    request.head = head;
    request.body = &source;
    request.peer = "127.0.0.1:1";
    request.id = "0123456789abcdef";
    net::RecordedResponse response;
    handler_->Handle(request, response);
    return {response.status, response.headers, response.body};
  }
  Answer Send(const std::string& body, const Keys& keys) {
    net::RequestHead head = Head(body);
    Sign(head, body, keys);
    return Deliver(head, body);
  }
  Answer SendUnsigned(const std::string& body) { return Deliver(Head(body), body); }
  Keys CredentialsOf(const Answer& answer) {
    return {answer.Result({"Credentials", "AccessKeyId"}),
            answer.Result({"Credentials", "SecretAccessKey"}),
            answer.Result({"Credentials", "SessionToken"})};
  }

  const Keys root_keys_{"root", "root-secret", ""};
  const Keys alice_{"alice", "alice-secret", ""};
  base::NullLogger logger_;
  FakeFetcher fetcher_;
  std::map<std::string, std::string> tokens_;
  std::unique_ptr<iam::OidcProvider> provider_;
  std::unique_ptr<net::Handler> handler_;
};

TEST_F(StsHandlerTest, KnowsItsRequestsFromThoseOfS3) {
  net::RequestHead head = Head("");
  EXPECT_TRUE(IsStsRequest(head));
  head.path = "/bucket";
  EXPECT_FALSE(IsStsRequest(head));
  head.path = "/";
  head.method = "PUT";
  EXPECT_FALSE(IsStsRequest(head));
  head.method = "POST";
  head.headers.Set("Content-Type", "multipart/form-data; boundary=x");
  EXPECT_FALSE(IsStsRequest(head));
  head.query = "Version=2011-06-15&Action=AssumeRoleWithWebIdentity";
  EXPECT_TRUE(IsStsRequest(head));
}

TEST_F(StsHandlerTest, AssumesARole) {
  Answer answer = Send(
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A0%3Arole%2Fx&"
      "RoleSessionName=work&DurationSeconds=900",
      alice_);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Xml().name, "AssumeRoleResponse");
  EXPECT_THAT(answer.body, HasSubstr("xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""));
  EXPECT_EQ(answer.Result({"AssumedRoleUser", "Arn"}),
            "arn:aws:sts::000000000000:assumed-role/alice/work");
  EXPECT_EQ(answer.Result({"AssumedRoleUser", "AssumedRoleId"}), "alice:work");
  EXPECT_EQ(answer.Result({"Credentials", "Expiration"}), "2025-06-15T15:21:40.000Z");
  EXPECT_EQ(answer.Xml().Child("ResponseMetadata")->ChildText("RequestId"), "0123456789abcdef");
  EXPECT_EQ(answer.headers.GetOr("cache-control", ""), "no-store");
  Keys session = CredentialsOf(answer);
  auto found = credentials_->Find(session.access_key, session.session_token);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->key.secret_key, session.secret_key);
  Answer identity = Send("Action=GetCallerIdentity&Version=2011-06-15", session);
  ASSERT_EQ(identity.status, 200) << identity.body;
  EXPECT_EQ(identity.Result({"Arn"}), "arn:aws:sts::000000000000:assumed-role/alice/work");
  EXPECT_EQ(Send("Action=AssumeRole", session).ErrorCode(), "AccessDenied");
}

TEST_F(StsHandlerTest, TellsWhoAsks) {
  Answer root = Send("Action=GetCallerIdentity", root_keys_);
  EXPECT_EQ(root.Result({"Arn"}), "arn:aws:iam::000000000000:root");
  EXPECT_EQ(root.Result({"UserId"}), "000000000000");
  EXPECT_EQ(root.Result({"Account"}), "000000000000");
  Answer alice = Send("Action=GetCallerIdentity", alice_);
  EXPECT_EQ(alice.Result({"Arn"}), "arn:aws:iam::000000000000:user/alice");
  EXPECT_EQ(alice.Result({"UserId"}), "alice");
}

TEST_F(StsHandlerTest, RefusesWhatIsNotProven) {
  EXPECT_EQ(SendUnsigned("Action=AssumeRole").ErrorCode(), "MissingAuthenticationToken");
  EXPECT_EQ(SendUnsigned("Action=GetCallerIdentity").status, 403);
  EXPECT_EQ(Send("Action=AssumeRole", {"nobody", "secret", ""}).ErrorCode(),
            "InvalidClientTokenId");
  EXPECT_EQ(Send("Action=AssumeRole", {"alice", "secret", ""}).ErrorCode(),
            "SignatureDoesNotMatch");
  // Signed for S3, or another body.
  std::string body = "Action=AssumeRole";
  net::RequestHead head = Head(body);
  Sign(head, body, alice_, "s3");
  EXPECT_EQ(Deliver(head, body).ErrorCode(), "IncompleteSignature");
  Sign(head, body, alice_);
  EXPECT_EQ(Deliver(head, body).status, 200);
  EXPECT_EQ(Deliver(head, body + "&DurationSeconds=43200").ErrorCode(), "SignatureDoesNotMatch");
  head.headers.Set("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD");
  EXPECT_EQ(Deliver(head, body).status, 403);
}

TEST_F(StsHandlerTest, ADenyKeepsAUserFromSessions) {
  ASSERT_TRUE(identities_->policies().Put(
      "no-sessions", R"({"Statement":{"Effect":"Deny","Action":"sts:AssumeRole"}})"));
  ASSERT_TRUE(identities_->users().Attach("alice", {"no-sessions"}));
  EXPECT_EQ(Send("Action=AssumeRole", alice_).ErrorCode(), "AccessDenied");
}

TEST_F(StsHandlerTest, ChecksParameters) {
  struct Case {
    std::string parameters;
    std::string code;
  };
  for (const Case& c :
       {Case{"", "InvalidAction"}, Case{"Action=GetSessionToken", "InvalidAction"},
        Case{"Action=AssumeRole&DurationSeconds=899", "ValidationError"},
        Case{"Action=AssumeRole&DurationSeconds=43201", "ValidationError"},
        Case{"Action=AssumeRole&DurationSeconds=1h", "ValidationError"},
        Case{"Action=AssumeRole&RoleSessionName=a", "ValidationError"},
        Case{"Action=AssumeRole&RoleSessionName=a%2Fb", "ValidationError"},
        Case{"Action=AssumeRole&Tags.member.1.Key=a", "ValidationError"},
        Case{"Action=AssumeRole&PolicyArns.member.1.arn=a", "ValidationError"},
        Case{"Action=AssumeRole&Policy=x", "MalformedPolicyDocument"},
        Case{"Action=AssumeRole&Policy=" + std::string(2049, 'x'), "PackedPolicyTooLarge"},
        Case{"Action=AssumeRole&x=%zz", "ValidationError"},
        Case{"Action=AssumeRole&x=" + std::string(65536, 'x'), "ValidationError"}}) {
    Answer answer = Send(c.parameters, alice_);
    EXPECT_EQ(answer.ErrorCode(), c.code) << c.parameters.substr(0, 100);
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.Xml().Child("Error")->ChildText("Type"), "Sender");
  }
}

TEST_F(StsHandlerTest, WebIdentitiesNeedNoSignature) {
  Answer answer = SendUnsigned(
      "Action=AssumeRoleWithWebIdentity&RoleSessionName=carol&"
      "WebIdentityToken=" +
      tokens_["ES256"]);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.Result({"SubjectFromWebIdentityToken"}), "4711");
  EXPECT_EQ(answer.Result({"Audience"}), "penstock");
  EXPECT_EQ(answer.Result({"Provider"}), "https://idp.example");
  Keys session = CredentialsOf(answer);
  auto found = credentials_->Find(session.access_key, session.session_token);
  ASSERT_TRUE(found);
  EXPECT_EQ((*found)->policies.size(), 1u);
  EXPECT_EQ(Send("Action=GetCallerIdentity", session).Result({"UserId"}), "4711:carol");
}

TEST_F(StsHandlerTest, WebIdentitiesInTheQuery) {
  net::RequestHead head = Head("");
  head.headers.Remove("Content-Type");
  head.query =
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&WebIdentityToken=" + tokens_["RS256"];
  EXPECT_EQ(Deliver(head, "").status, 200);
}

TEST_F(StsHandlerTest, RefusesTokensThatProveNothing) {
  auto with = [&](const std::string& name) {
    return SendUnsigned("Action=AssumeRoleWithWebIdentity&WebIdentityToken=" + tokens_[name]);
  };
  EXPECT_EQ(with("").ErrorCode(), "ValidationError");
  EXPECT_EQ(with("none").ErrorCode(), "InvalidIdentityToken");
  EXPECT_EQ(with("other claims").ErrorCode(), "InvalidIdentityToken");
  clock_.Set(base::Time(seconds(1'800'000'100)));
  EXPECT_EQ(with("RS256").ErrorCode(), "ExpiredTokenException");
  fetcher_.documents.clear();
  iam::OidcSettings settings;
  settings.config_url = "https://idp.example/config";
  iam::OidcProvider away(settings, fetcher_, clock_);
  MakeHandler(&away);
  EXPECT_EQ(with("RS256").ErrorCode(), "IDPCommunicationError");
  MakeHandler(nullptr);
  Answer none = with("RS256");
  EXPECT_EQ(none.ErrorCode(), "InvalidIdentityToken");
  EXPECT_THAT(none.body, HasSubstr("--oidc-config-url"));
}

}  // namespace
}  // namespace penstock::sts
