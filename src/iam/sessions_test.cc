// SPDX-License-Identifier: Apache-2.0
#include "iam/sessions.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "iam/credentials.h"
#include "iam/decision.h"
#include "iam/root_principal.h"
#include "iam/test_identity_storage.h"

namespace penstock::iam {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::HasSubstr;

constexpr const char* kReadBucket =
    R"({"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}})";

class SessionsTest : public testing::Test {
 protected:
  void SetUp() override {
    Restart();
    ASSERT_TRUE(identities_->users().Add({"alice", "alice-secret", {"readwrite"}, true}));
  }
  void Restart() {
    sessions_.reset();
    auto opened = Identities::Open(root_, "", storage_, clock_, random_);
    ASSERT_TRUE(opened) << opened.error().message();
    identities_ = *std::move(opened);
    sessions_ = std::make_unique<Sessions>(root_, *identities_, clock_, random_);
  }
  PrincipalPtr Assume(const std::string& user, Sessions::Request request = {hours(1), "", "work"}) {
    PrincipalPtr caller =
        user == "root" ? RootPrincipal(root_) : identities_->Find(user, "").value();
    auto session = sessions_->Assume(*caller, request);
    EXPECT_TRUE(session) << session.error().message();
    return session ? *session : nullptr;
  }
  bool Valid(const PrincipalPtr& session) {
    return sessions_->Find(session->key.access_key, session->session_token).has_value();
  }
  bool May(const PrincipalPtr& session, std::string_view action, std::string_view resource) {
    auto who = sessions_->Find(session->key.access_key, session->session_token);
    if (!who) return false;
    MapContext context;
    return Decide(who->get(), nullptr, {action, resource, context}) == Decision::kAllowed;
  }

  const AccessKey root_{"root", "root-secret"};
  MemoryStorage storage_;
  base::FakeClock clock_{base::Time(hours(24 * 365 * 50))};
  base::SeededRandom random_{5};
  std::unique_ptr<Identities> identities_;
  std::unique_ptr<Sessions> sessions_;
};

TEST_F(SessionsTest, AUsersSessionMayWhatTheUserMay) {
  PrincipalPtr session = Assume("alice");
  auto found = sessions_->Find(session->key.access_key, session->session_token);
  ASSERT_TRUE(found) << found.error().message();
  EXPECT_EQ((*found)->key.secret_key, session->key.secret_key);
  EXPECT_EQ((*found)->kind, PrincipalKind::kTemporary);
  EXPECT_EQ((*found)->user, "alice");
  EXPECT_EQ((*found)->arn, "arn:aws:iam::000000000000:user/alice");
  EXPECT_EQ((*found)->session_arn, "arn:aws:sts::000000000000:assumed-role/alice/work");
  EXPECT_EQ((*found)->canonical_id, identities_->users().Get("alice")->canonical_id);
  EXPECT_TRUE(May(session, "s3:PutObject", "arn:aws:s3:::c/k"));
  EXPECT_FALSE(May(session, "admin:CreateUser", ""));
}

TEST_F(SessionsTest, ASessionPolicyNarrows) {
  PrincipalPtr session = Assume("alice", {hours(1), kReadBucket, ""});
  EXPECT_TRUE(May(session, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May(session, "s3:PutObject", "arn:aws:s3:::b/k"));
  PrincipalPtr of_root = Assume("root", {hours(1), kReadBucket, ""});
  EXPECT_TRUE(May(of_root, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May(of_root, "admin:CreateUser", ""));
  EXPECT_TRUE(May(Assume("root"), "admin:CreateUser", ""));
  auto alice = identities_->Find("alice", "").value();
  EXPECT_FALSE(sessions_->Assume(*alice, {hours(1), "{}", ""}));
  EXPECT_FALSE(sessions_->Assume(*alice, {hours(1), kReadBucket + std::string(2048, ' '), ""}));
}

TEST_F(SessionsTest, AServiceAccountsPolicyNarrowsItsSessionsToo) {
  NewServiceAccount wanted{.parent = "alice", .access_key = "narrow", .policy = kReadBucket};
  wanted.expires_at = clock_.Now() + minutes(30);
  ASSERT_TRUE(identities_->service_accounts().Add(wanted));
  PrincipalPtr session = Assume("narrow");
  EXPECT_TRUE(May(session, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May(session, "s3:GetObject", "arn:aws:s3:::c/k"));
  EXPECT_EQ(session->expires_at, wanted.expires_at);
  clock_.Advance(minutes(30));
  EXPECT_FALSE(Valid(session));
}

TEST_F(SessionsTest, SessionsOutliveARestart) {
  PrincipalPtr session = Assume("alice", {hours(1), kReadBucket, ""});
  Restart();
  EXPECT_TRUE(May(session, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(May(session, "s3:PutObject", "arn:aws:s3:::b/k"));
}

TEST_F(SessionsTest, SessionsExpire) {
  PrincipalPtr session = Assume("alice");
  EXPECT_EQ(session->expires_at, clock_.Now() + hours(1));
  clock_.Advance(hours(1) - minutes(1));
  EXPECT_TRUE(Valid(session));
  clock_.Advance(minutes(1));
  auto found = sessions_->Find(session->key.access_key, session->session_token);
  EXPECT_EQ(found.error().reason(), kExpiredKey);
  Restart();
  EXPECT_FALSE(Valid(session));
}

TEST_F(SessionsTest, SessionsEndWithTheirUser) {
  PrincipalPtr session = Assume("alice");
  ASSERT_TRUE(Valid(session));
  UserChange change;
  change.enabled = false;
  ASSERT_TRUE(identities_->users().Change("alice", change));
  EXPECT_FALSE(Valid(session));
  change.enabled = true;
  ASSERT_TRUE(identities_->users().Change("alice", change));
  EXPECT_TRUE(Valid(session));
  ASSERT_TRUE(identities_->users().Remove("alice"));
  EXPECT_FALSE(Valid(session));
  // Another user of that name is somebody else.
  ASSERT_TRUE(identities_->users().Add({"alice", "alice-secret", {"readwrite"}, true}));
  EXPECT_FALSE(Valid(session));
}

TEST_F(SessionsTest, SessionsFollowTheirUsersPolicies) {
  PrincipalPtr session = Assume("alice");
  EXPECT_TRUE(May(session, "s3:PutObject", "arn:aws:s3:::b/k"));
  ASSERT_TRUE(identities_->users().Detach("alice", {"readwrite"}));
  EXPECT_FALSE(May(session, "s3:PutObject", "arn:aws:s3:::b/k"));
}

TEST_F(SessionsTest, TokensCannotBeMadeUpOrSwapped) {
  PrincipalPtr session = Assume("alice");
  PrincipalPtr other = Assume("root");
  EXPECT_FALSE(sessions_->Find(session->key.access_key, other->session_token));
  EXPECT_FALSE(sessions_->Find(other->key.access_key, session->session_token));
  EXPECT_EQ(sessions_->Find(session->key.access_key, "").error().reason(), kUnknownKey);
  EXPECT_EQ(sessions_->Find(session->key.access_key, "x").error().reason(), kWrongToken);
  ASSERT_TRUE(Valid(session));
  EXPECT_FALSE(sessions_->Find(other->key.access_key, session->session_token));
  for (size_t i = 0; i < session->session_token.size(); i += 5) {
    std::string damaged = session->session_token;
    damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(sessions_->Find(session->key.access_key, damaged)) << i;
  }
}

TEST_F(SessionsTest, TemporaryKeysMakeNoOthers) {
  PrincipalPtr session = Assume("alice");
  auto again = sessions_->Assume(*session, {hours(1), "", ""});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), base::Code::kPermissionDenied);
}

TEST_F(SessionsTest, PeopleOfAnIdentityProvider) {
  WebIdentity carol;
  carol.subject = "4711";
  carol.issuer = "https://idp.example";
  carol.policies = {"home", "nothing-of-that-name"};
  carol.claims = {{"jwt:sub", {"4711"}}, {"jwt:name", {"carol"}}};
  auto refused = sessions_->AssumeWithWebIdentity(carol, {hours(1), "", "carol"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("'home'"));
  ASSERT_TRUE(identities_->policies().Put(
      "home", R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*",)"
              R"("Resource":"arn:aws:s3:::home/${jwt:name}/*"}})"));
  PrincipalPtr session = sessions_->AssumeWithWebIdentity(carol, {hours(1), "", "carol"}).value();
  EXPECT_EQ(session->session_arn, "arn:aws:sts::000000000000:assumed-role/web-identity/carol");
  EXPECT_EQ(session->canonical_id.size(), 64u);
  Restart();
  EXPECT_TRUE(May(session, "s3:PutObject", "arn:aws:s3:::home/carol/k"));
  EXPECT_FALSE(May(session, "s3:PutObject", "arn:aws:s3:::home/dave/k"));
  PrincipalPtr again = sessions_->AssumeWithWebIdentity(carol, {hours(1), "", ""}).value();
  EXPECT_EQ(again->canonical_id, session->canonical_id);
  ASSERT_TRUE(identities_->policies().Remove("home"));
  EXPECT_FALSE(May(session, "s3:PutObject", "arn:aws:s3:::home/carol/k"));
}

TEST_F(SessionsTest, CredentialsFindThemAmongAllOthers) {
  CredentialStore credentials(root_, clock_, random_, {identities_.get(), sessions_.get()});
  PrincipalPtr session = Assume("alice");
  EXPECT_TRUE(credentials.Find(session->key.access_key, session->session_token));
  EXPECT_EQ(credentials.Find(session->key.access_key, "").error().reason(), kUnknownKey);
  EXPECT_EQ(credentials.Find(session->key.access_key, "x").error().reason(), kWrongToken);
}

TEST_F(SessionsTest, ManySessionsCostNoMemory) {
  for (int i = 0; i < 2500; ++i) EXPECT_TRUE(Valid(Assume("alice")));
}

}  // namespace
}  // namespace penstock::iam
