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
  auto root = store_.Find("root");
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(root->key.secret_key, "root-secret");
  EXPECT_TRUE(root->grant.root);
  EXPECT_TRUE(root->session_token.empty());
}

TEST_F(CredentialStoreTest, RefusesUnknownKeys) {
  EXPECT_EQ(store_.Find("nobody").error().code(), base::Code::kUnauthenticated);
  EXPECT_EQ(store_.Find("").error().code(), base::Code::kUnauthenticated);
}

TEST_F(CredentialStoreTest, TemporaryKeysExpire) {
  Principal issued = store_.IssueTemporary({false, {"b/in"}, {"b/out"}}, minutes(5));
  auto found = store_.Find(issued.key.access_key);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->key.secret_key, issued.key.secret_key);
  EXPECT_EQ(found->session_token, issued.session_token);
  EXPECT_FALSE(found->session_token.empty());
  EXPECT_EQ(found->grant.write_prefixes, std::vector<std::string>{"b/out"});
  clock_.Advance(minutes(5));
  EXPECT_EQ(store_.Find(issued.key.access_key).error().code(), base::Code::kUnauthenticated);
  EXPECT_TRUE(store_.Find("root").has_value());
}

TEST_F(CredentialStoreTest, RevokesTemporaryKeysOnly) {
  Principal issued = store_.IssueTemporary({}, minutes(5));
  store_.Revoke(issued.key.access_key);
  store_.Revoke("nobody");
  store_.Revoke("root");
  EXPECT_FALSE(store_.Find(issued.key.access_key).has_value());
  EXPECT_TRUE(store_.Find("root").has_value());
}

TEST_F(CredentialStoreTest, KeysDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    Principal issued = store_.IssueTemporary({}, minutes(5));
    EXPECT_EQ(issued.key.access_key.size(), 20U);
    EXPECT_EQ(issued.key.secret_key.size(), 40U);
    seen.insert(issued.key.access_key);
    seen.insert(issued.key.secret_key);
    seen.insert(issued.session_token);
  }
  EXPECT_EQ(seen.size(), 300U);
}

TEST(Grant, RootMayDoEverything) {
  Grant grant;
  grant.root = true;
  EXPECT_TRUE(Allows(grant, Access::kWrite, "any", "key"));
  EXPECT_TRUE(AllowsSomethingIn(grant, "any"));
}

TEST(Grant, AnEmptyOneMayDoNothing) {
  EXPECT_FALSE(Allows({}, Access::kRead, "any", "key"));
  EXPECT_FALSE(Allows({false, {""}, {"/"}}, Access::kRead, "any", "key"));
  EXPECT_FALSE(AllowsSomethingIn({}, "any"));
}

TEST(Grant, CoversWholeSegments) {
  Grant grant{false, {"mlpipeline/run-1", "shared"}, {"mlpipeline/run-1/out/"}};
  struct Case {
    Access access;
    std::string bucket;
    std::string key;
    bool allowed;
  };
  const Case cases[] = {
      {Access::kRead, "mlpipeline", "run-1", true},
      {Access::kRead, "mlpipeline", "run-1/", true},
      {Access::kRead, "mlpipeline", "run-1/a/b", true},
      {Access::kRead, "mlpipeline", "run-10", false},
      {Access::kRead, "mlpipeline", "run-10/a", false},
      {Access::kRead, "mlpipeline", "", false},
      {Access::kRead, "mlpipeline", "other", false},
      {Access::kRead, "shared", "", true},
      {Access::kRead, "shared", "x", true},
      {Access::kRead, "shared2", "x", false},
      {Access::kWrite, "shared", "x", false},
      {Access::kWrite, "mlpipeline", "run-1/out", true},
      {Access::kWrite, "mlpipeline", "run-1/out/x", true},
      {Access::kWrite, "mlpipeline", "run-1/other", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Allows(grant, c.access, c.bucket, c.key), c.allowed) << c.bucket << "/" << c.key;
  }
  EXPECT_TRUE(AllowsSomethingIn(grant, "mlpipeline"));
  EXPECT_FALSE(AllowsSomethingIn(grant, "mlpipe"));
}

TEST(Grant, ListsOnlyWhatItCoversWholly) {
  Grant grant{false, {"mlpipeline/run-1", "shared"}, {"mlpipeline/out"}};
  EXPECT_TRUE(AllowsListing(grant, "mlpipeline", "run-1/"));
  EXPECT_TRUE(AllowsListing(grant, "mlpipeline", "run-1/a"));
  EXPECT_FALSE(AllowsListing(grant, "mlpipeline", "run-1"));
  EXPECT_FALSE(AllowsListing(grant, "mlpipeline", "run-10/"));
  EXPECT_FALSE(AllowsListing(grant, "mlpipeline", ""));
  EXPECT_FALSE(AllowsListing(grant, "mlpipeline", "out/"));
  EXPECT_TRUE(AllowsListing(grant, "shared", ""));
  EXPECT_TRUE(AllowsListing(grant, "shared", "x"));
  EXPECT_FALSE(AllowsListing(grant, "share", ""));
}

}  // namespace
}  // namespace penstock::iam
