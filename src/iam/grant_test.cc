// SPDX-License-Identifier: Apache-2.0
#include "iam/grant.h"

#include <gtest/gtest.h>

namespace penstock::iam {
namespace {

TEST(Grant, AnEmptyOneMayDoNothing) {
  EXPECT_FALSE(Allows({}, Access::kRead, "any", "key"));
  EXPECT_FALSE(Allows({{""}, {"/"}}, Access::kRead, "any", "key"));
  EXPECT_FALSE(AllowsSomethingIn({}, "any"));
}

TEST(Grant, CoversWholeSegments) {
  Grant grant{{"mlpipeline/run-1", "shared"}, {"mlpipeline/run-1/out/"}};
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
  Grant grant{{"mlpipeline/run-1", "shared"}, {"mlpipeline/out"}};
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
