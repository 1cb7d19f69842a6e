// SPDX-License-Identifier: Apache-2.0
#include "iam/credentials.h"

#include <chrono>
#include <set>

#include <gtest/gtest.h>

namespace penstock::iam {
namespace {

using std::chrono::minutes;

class CredentialStoreTest : public ::testing::Test {
 protected:
  base::FakeClock clock_;
  base::SeededRandom random_{7};
  CredentialStore store_{{"root", "root-secret"}, clock_, random_};
};

TEST_F(CredentialStoreTest, KnowsTheRoot) {
  auto root = store_.Find("root", "");
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ((*root)->key.secret_key, "root-secret");
  EXPECT_TRUE((*root)->acts_as_root);
  EXPECT_TRUE((*root)->session_token.empty());
}

TEST_F(CredentialStoreTest, RefusesUnknownKeys) {
  EXPECT_EQ(store_.Find("nobody", "").error().code(), base::Code::kUnauthenticated);
  EXPECT_EQ(store_.Find("", "").error().code(), base::Code::kUnauthenticated);
}

TEST_F(CredentialStoreTest, TemporaryKeysExpire) {
  PrincipalPtr issued = store_.IssueTemporary({{"b/in"}, {"b/out"}}, minutes(5));
  auto found = store_.Find(issued->key.access_key, issued->session_token);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ((*found)->key.secret_key, issued->key.secret_key);
  EXPECT_EQ((*found)->session_token, issued->session_token);
  EXPECT_FALSE((*found)->session_token.empty());
  EXPECT_EQ((*found)->grant.write_prefixes, std::vector<std::string>{"b/out"});
  clock_.Advance(minutes(5));
  EXPECT_EQ(store_.Find(issued->key.access_key, issued->session_token).error().code(),
            base::Code::kUnauthenticated);
  EXPECT_TRUE(store_.Find("root", "").has_value());
}

TEST_F(CredentialStoreTest, RevokesTemporaryKeysOnly) {
  PrincipalPtr issued = store_.IssueTemporary({}, minutes(5));
  store_.Revoke(issued->key.access_key);
  store_.Revoke("nobody");
  store_.Revoke("root");
  EXPECT_FALSE(store_.Find(issued->key.access_key, issued->session_token).has_value());
  EXPECT_TRUE(store_.Find("root", "").has_value());
}

TEST_F(CredentialStoreTest, KeysDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    PrincipalPtr issued = store_.IssueTemporary({}, minutes(5));
    EXPECT_EQ(issued->key.access_key.size(), 20U);
    EXPECT_EQ(issued->key.secret_key.size(), 40U);
    seen.insert(issued->key.access_key);
    seen.insert(issued->key.secret_key);
    seen.insert(issued->session_token);
  }
  EXPECT_EQ(seen.size(), 300U);
}

}  // namespace
}  // namespace penstock::iam
