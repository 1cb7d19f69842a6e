// SPDX-License-Identifier: Apache-2.0
#include "server/store_task_keys.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::server {
namespace {

using testing::ElementsAre;

class StoreTaskKeysTest : public testing::Test {
 protected:
  iam::PrincipalPtr Find(const executor::TaskKeys& keys) {
    std::map<std::string, std::string> variables;
    for (const auto& [name, value] : keys.variables()) variables[name] = value;
    EXPECT_EQ(variables["AWS_ENDPOINT_URL"], "http://127.0.0.1:9000");
    EXPECT_EQ(variables["AWS_ENDPOINT_URL_S3"], "http://127.0.0.1:9000");
    EXPECT_EQ(variables["AWS_REGION"], "eu-test-1");
    EXPECT_EQ(variables["AWS_DEFAULT_REGION"], "eu-test-1");
    access_key_ = variables["AWS_ACCESS_KEY_ID"];
    token_ = variables["AWS_SESSION_TOKEN"];
    auto found = credentials_.Find(access_key_, token_);
    if (!found) return nullptr;
    EXPECT_EQ((*found)->key.secret_key, variables["AWS_SECRET_ACCESS_KEY"]);
    return *found;
  }

  base::FakeClock clock_{base::FromMicros(1'700'000'000'000'000)};
  base::SystemRandom random_;
  iam::CredentialStore credentials_{{"root", "rootrootroot"}, clock_, random_};
  StoreTaskKeys issuer_{credentials_, "http://127.0.0.1:9000", "eu-test-1"};
  std::string access_key_;
  std::string token_;
};

TEST_F(StoreTaskKeysTest, GrantsInputsAndOutputsOfThisStore) {
  auto keys = issuer_.Issue({{"minio://b/in/a", "gs://other/x", "s3://whole", "not a uri"},
                             {"minio://b/out/model/"},
                             std::nullopt});
  iam::PrincipalPtr principal = Find(*keys);
  ASSERT_TRUE(principal);
  EXPECT_THAT(principal->grant.read_prefixes, ElementsAre("b/in/a", "whole", "b/out/model"));
  EXPECT_THAT(principal->grant.write_prefixes, ElementsAre("b/out/model"));
  EXPECT_FALSE(principal->acts_as_root);
}

TEST_F(StoreTaskKeysTest, KeysEndWithTheAttempt) {
  auto keys = issuer_.Issue({});
  ASSERT_TRUE(Find(*keys));
  keys.reset();
  EXPECT_FALSE(credentials_.Find(access_key_, token_));
}

TEST_F(StoreTaskKeysTest, KeysOutliveTheTimeoutButNotForLong) {
  auto keys = issuer_.Issue({{}, {}, std::chrono::seconds(60)});
  clock_.Advance(std::chrono::minutes(5));
  EXPECT_TRUE(Find(*keys));
  clock_.Advance(std::chrono::hours(1));
  EXPECT_FALSE(Find(*keys));
  auto endless = issuer_.Issue({{}, {}, std::chrono::seconds::max()});
  clock_.Advance(std::chrono::hours(24 * 7 - 1));
  EXPECT_TRUE(Find(*endless));
  clock_.Advance(std::chrono::hours(2));
  EXPECT_FALSE(Find(*endless));
}

}  // namespace
}  // namespace penstock::server
