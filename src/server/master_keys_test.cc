// SPDX-License-Identifier: Apache-2.0
#include "server/master_keys.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace penstock::server {
namespace {

TEST(FindMasterKeys, TakesTheVariableOrTheNamedFileOrItsOwn) {
  auto files = sys::MakePosixFileSystem();
  ::unsetenv("PENSTOCK_ENCRYPTION_KEY");
  auto own = FindMasterKeys("", "/data", *files);
  ASSERT_TRUE(own);
  EXPECT_EQ((*own)->place(), "/data/encryption-key");
  EXPECT_TRUE((*own)->Load()->empty());  // to be made

  auto named = FindMasterKeys("/nowhere/key", "/data", *files);
  ASSERT_TRUE(named);
  EXPECT_EQ((*named)->place(), "/nowhere/key");
  EXPECT_FALSE((*named)->Load());  // not to be made

  ::setenv("PENSTOCK_ENCRYPTION_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 1);
  auto variable = FindMasterKeys("", "/data", *files);
  ASSERT_TRUE(variable);
  EXPECT_EQ((*variable)->Load()->size(), 1u);
  EXPECT_FALSE(FindMasterKeys("/nowhere/key", "/data", *files));
  ::unsetenv("PENSTOCK_ENCRYPTION_KEY");
}

}  // namespace
}  // namespace penstock::server
