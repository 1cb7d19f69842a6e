// SPDX-License-Identifier: Apache-2.0
#include "iam/api_tokens.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.h"
#include "iam/bearer_tokens.h"
#include "iam/credentials.h"
#include "iam/decision.h"
#include "iam/test_identity_storage.h"

namespace penstock::iam {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;

class ApiTokensTest : public testing::Test {
 protected:
  void SetUp() override {
    identities_ = std::move(Identities::Open(root_, "", storage_, clock_, random_).value());
    ASSERT_TRUE(identities_->users().Add({"alice", "alice-secret", {"readonly"}, true}));
    Restart(root_);
  }
  // The server is started again, perhaps with another secret of the root.
  void Restart(const AccessKey& root) {
    tokens_.reset();
    credentials_.reset();
    identities_ =
        std::move(Identities::Open(root, root_.secret_key, storage_, clock_, random_).value());
    credentials_ = std::make_unique<CredentialStore>(
        root, clock_, random_, std::vector<const KeySource*>{identities_.get()});
    tokens_ = std::make_unique<ApiTokens>(identities_->key(), *credentials_, clock_, random_);
  }
  std::string Issue(std::string_view access_key,
                    std::optional<base::Time> expires_at = std::nullopt) {
    auto token = tokens_->Issue(access_key, expires_at);
    EXPECT_TRUE(token) << token.error().message();
    return token.value_or("");
  }
  std::string WhyNot(std::string_view token) {
    auto found = tokens_->Find(token);
    return found ? "good" : std::string(found.error().reason());
  }
  bool MayRun(std::string_view token) {
    auto who = tokens_->Find(token);
    MapContext context;
    return who && Decide(who->get(), nullptr, {"pipelines:Run", "", context}) == Decision::kAllowed;
  }

  const AccessKey root_{"root", "root-secret"};
  MemoryStorage storage_;
  base::FakeClock clock_{base::Time(hours(24 * 365 * 50))};
  base::SeededRandom random_{5};
  std::unique_ptr<Identities> identities_;
  std::unique_ptr<CredentialStore> credentials_;
  std::unique_ptr<ApiTokens> tokens_;
};

TEST_F(ApiTokensTest, StandForTheirKey) {
  std::string token = Issue("alice");
  EXPECT_TRUE(token.starts_with("pst_"));
  EXPECT_EQ(token.find("alice"), std::string::npos);
  EXPECT_EQ(token.find_first_of("+/= "), std::string::npos);
  EXPECT_EQ(tokens_->Find(token).value()->user, "alice");
  EXPECT_TRUE(tokens_->Find(Issue("root")).value()->acts_as_root);
  EXPECT_NE(token, Issue("alice"));
  Restart(root_);
  EXPECT_EQ(WhyNot(token), "good");
}

TEST_F(ApiTokensTest, NeedALastingKey) {
  EXPECT_EQ(tokens_->Issue("nobody", {}).error().code(), base::Code::kNotFound);
  PrincipalPtr task = credentials_->IssueTemporary({}, hours(1));
  EXPECT_FALSE(tokens_->Issue(task->key.access_key, {}));
  EXPECT_EQ(tokens_->Issue("alice", clock_.Now()).error().code(), base::Code::kInvalidArgument);
}

TEST_F(ApiTokensTest, Expire) {
  std::string token = Issue("alice", clock_.Now() + hours(1));
  clock_.Advance(hours(1) - seconds(1));
  EXPECT_EQ(WhyNot(token), "good");
  clock_.Advance(seconds(1));
  EXPECT_EQ(WhyNot(token), kExpiredKey);
}

// Every character counts: the seal is broken by any other.
TEST_F(ApiTokensTest, CannotBeMadeUp) {
  std::string token = Issue("alice");
  for (size_t at = kApiTokenPrefix.size(); at < token.size(); at += 3) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_EQ(WhyNot(changed), kWrongToken) << at;
  }
  for (const std::string& none :
       {std::string(), std::string("pst_"), std::string("pst_AAAA"), token.substr(4), token + "A",
        token.substr(0, token.size() - 5), "pst_" + std::string(4000, 'A'), std::string("alice")}) {
    EXPECT_EQ(WhyNot(none), kWrongToken) << none;
  }
}

TEST_F(ApiTokensTest, AreOfOneServer) {
  std::string token = Issue("alice");
  storage_.texts.clear();
  Restart(root_);
  ASSERT_TRUE(identities_->users().Add({"alice", "alice-secret", {"readonly"}, true}));
  EXPECT_EQ(WhyNot(token), kWrongToken);
}

TEST_F(ApiTokensTest, FollowTheirKey) {
  std::string token = Issue("alice");
  EXPECT_FALSE(MayRun(token));
  ASSERT_TRUE(identities_->users().Attach("alice", {"pipelinesRunner"}));
  EXPECT_TRUE(MayRun(token));
  ASSERT_TRUE(identities_->users().Change("alice", {{}, false, {}}));
  EXPECT_EQ(WhyNot(token), kUnknownKey);
  ASSERT_TRUE(identities_->users().Change("alice", {{}, true, {}}));
  EXPECT_EQ(WhyNot(token), "good");
  ASSERT_TRUE(identities_->users().Remove("alice"));
  EXPECT_EQ(WhyNot(token), kUnknownKey);
  // Somebody else of that name.
  ASSERT_TRUE(identities_->users().Add({"alice", "another-secret", {"readonly"}, true}));
  EXPECT_EQ(WhyNot(token), kUnknownKey);
}

TEST_F(ApiTokensTest, EndWithTheirServiceAccount) {
  NewServiceAccount account;
  account.parent = "alice";
  account.expires_at = clock_.Now() + hours(2);
  ServiceAccount made = identities_->service_accounts().Add(account).value();
  std::string token = Issue(made.access_key);
  clock_.Advance(hours(2));
  EXPECT_EQ(WhyNot(token), kUnknownKey);
  account.expires_at.reset();
  made = identities_->service_accounts().Add(account).value();
  token = Issue(made.access_key);
  EXPECT_EQ(WhyNot(token), "good");
  ASSERT_TRUE(identities_->service_accounts().Remove(made.access_key));
  EXPECT_EQ(WhyNot(token), kUnknownKey);
}

TEST_F(ApiTokensTest, EndWithTheRootsSecret) {
  std::string token = Issue("root");
  Restart({"root", "a-new-secret"});
  EXPECT_EQ(WhyNot(token), kUnknownKey);
}

TEST(ApiTokenContents, ReadsWhatItWrites) {
  ApiTokenContents contents{"key", "0123", base::FromMicros(1'700'000'000'000'000)};
  auto read = ReadApiToken(FormatApiToken(contents));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->access_key, "key");
  EXPECT_EQ(read->secret_digest, "0123");
  EXPECT_EQ(read->expires_at, contents.expires_at);
  for (const char* text : {"", "[]", "{}", R"({"k":"a"})", R"({"k":1,"d":"0"})",
                           R"({"k":"a","d":"0","e":"soon"})", R"({"k":"a","d":"0","e":1.5})"}) {
    EXPECT_FALSE(ReadApiToken(text)) << text;
  }
}

}  // namespace
}  // namespace penstock::iam
