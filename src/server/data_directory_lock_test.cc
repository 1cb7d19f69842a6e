// SPDX-License-Identifier: Apache-2.0
#include "server/data_directory_lock.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace penstock::server {
namespace {

TEST(DataDirectoryLock, OneAtATime) {
  char name[] = "/tmp/penstock-lock-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  {
    auto first = DataDirectoryLock::Take(folder);
    ASSERT_TRUE(first) << first.error().message();
    const DataDirectoryLock moved = std::move(*first);
    auto second = DataDirectoryLock::Take(folder);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().message(), "another penstock server is using " + folder +
                                            "; stop it, or choose another --data-dir");
  }
  EXPECT_TRUE(DataDirectoryLock::Take(folder));
  std::filesystem::remove_all(folder);
  auto gone = DataDirectoryLock::Take(folder);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().message(), "cannot open " + folder + "/lock: No such file or directory");
}

}  // namespace
}  // namespace penstock::server
