// SPDX-License-Identifier: Apache-2.0
#include "executor/local/image_roots.h"

#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

TEST(ImageRoots, MatchesWithTheTagOrWithout) {
  auto roots = ImageRoots::Make(
      {{"tools/*", "host"}, {"registry:5000/a/b", "host"}, {"exact:1.0", "host"}, {"*/late", "/"}});
  ASSERT_TRUE(roots) << roots.error().message();
  for (const char* image : {"tools/x", "tools/x:2", "tools/deep/x@sha256:00", "registry:5000/a/b",
                            "registry:5000/a/b:7", "exact:1.0"}) {
    EXPECT_EQ(roots->Find(image), "host") << image;
  }
  for (const char* image : {"", "exact:2.0", "exact", "python:3.11", "registry:5000/a"}) {
    EXPECT_FALSE(roots->Find(image)) << image;
  }
  EXPECT_EQ(roots->Find("tools/late"), "host");  // the first that matches
  EXPECT_EQ(roots->Find("a/late:3"), "/");
}

TEST(ImageRoots, RefusesFoldersThatAreNotThere) {
  auto roots = ImageRoots::Make({{"x", "/no/such/folder"}});
  ASSERT_FALSE(roots);
  EXPECT_NE(roots.error().message().find("--image x=/no/such/folder"), std::string::npos);
}

}  // namespace
}  // namespace penstock::executor
