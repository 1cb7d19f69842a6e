// SPDX-License-Identifier: Apache-2.0
#include "executor/local/package_locks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::executor {
namespace {

using testing::HasSubstr;

EnvironmentSpec Spec(int minor, const std::vector<std::vector<std::string>>& steps) {
  EnvironmentSpec spec;
  spec.interpreter.version.major = 3;
  spec.interpreter.version.minor = minor;
  for (const auto& requirements : steps) spec.steps.emplace_back().requirements = requirements;
  return spec;
}

TEST(PackageLocks, WhatWasWrittenIsFound) {
  const EnvironmentSpec one = Spec(11, {{"pandas"}, {"kfp==2.17.0", "six"}});
  const EnvironmentSpec two = Spec(11, {{"numpy"}});
  PackageLocks locks;
  const std::string text = FormatLock(one, "pandas==2.2.3 \\\n    --hash=sha256:aa\nkfp==2.17.0") +
                           "\n# a remark\n\n" + FormatLock(two, "numpy==2.1.0\n");
  ASSERT_TRUE(locks.Add(text, "lock.txt"));
  EXPECT_EQ(locks.Find(one), "pandas==2.2.3 \\\n    --hash=sha256:aa\nkfp==2.17.0\n");
  EXPECT_EQ(locks.Find(two), "numpy==2.1.0\n");
  EXPECT_EQ(locks.Find(Spec(12, {{"numpy"}})), "") << "of another Python";
  EXPECT_EQ(locks.Find(Spec(11, {{"numpy", "six"}})), "");
  // What comes later counts.
  ASSERT_TRUE(locks.Add(FormatLock(two, "numpy==1.0\n"), "other.txt"));
  EXPECT_EQ(locks.Find(two), "numpy==1.0\n");
}

TEST(PackageLocks, SaysWhatIsWrongAndWhere) {
  PackageLocks locks;
  EXPECT_THAT(locks.Add("\nnumpy==1\n", "f").error().message(), HasSubstr("f line 2"));
  EXPECT_THAT(locks.Add("# nothing\n", "f").error().message(), HasSubstr("# penstock-lock"));
  for (const char* header :
       {"{", "[]", "{}", R"({"python":"3.11"})", R"({"python":"3.11","requirements":["x"]})",
        R"({"python":"3.11","requirements":[[1]]})", R"({"requirements":[]})"}) {
    auto added = locks.Add("# penstock-lock " + std::string(header) + "\n", "f");
    ASSERT_FALSE(added) << header;
    EXPECT_THAT(added.error().message(), HasSubstr("f line 1")) << header;
  }
  EXPECT_THAT(PackageLocks::Load({"/no/such"}).error().message(), HasSubstr("/no/such"));
  EXPECT_TRUE(PackageLocks::Load({}));
}

}  // namespace
}  // namespace penstock::executor
