// SPDX-License-Identifier: Apache-2.0
#include "sys/remove_tree.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;

class RemoveTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-remove-XXXXXX";
    folder_ = ::mkdtemp(name);
    fs::create_directory(folder_ / "tree");
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string tree() const { return folder_ / "tree"; }

  fs::path folder_;
};

TEST_F(RemoveTreeTest, RemovesFilesFoldersAndNothing) {
  fs::create_directories(folder_ / "tree" / "a" / "b");
  std::ofstream(folder_ / "tree" / "a" / "b" / "f") << "x";
  std::ofstream(folder_ / "tree" / "g") << "x";
  ASSERT_TRUE(RemoveTree(tree()));
  EXPECT_FALSE(fs::exists(tree()));
  EXPECT_TRUE(RemoveTree(tree()));
  std::ofstream(folder_ / "file") << "x";
  ASSERT_TRUE(RemoveTree(folder_ / "file"));
  EXPECT_FALSE(fs::exists(folder_ / "file"));
}

TEST_F(RemoveTreeTest, LeavesWhatLinksPointTo) {
  std::ofstream(folder_ / "kept") << "x";
  fs::create_directory(folder_ / "kept-folder");
  std::ofstream(folder_ / "kept-folder" / "f") << "x";
  fs::create_symlink(folder_ / "kept", folder_ / "tree" / "a");
  fs::create_symlink(folder_ / "kept-folder", folder_ / "tree" / "b");
  ASSERT_TRUE(RemoveTree(tree()));
  EXPECT_TRUE(fs::exists(folder_ / "kept"));
  EXPECT_TRUE(fs::exists(folder_ / "kept-folder" / "f"));
}

TEST_F(RemoveTreeTest, OpensFoldersWithoutPermissions) {
  fs::create_directories(folder_ / "tree" / "a" / "b" / "c");
  ::chmod((tree() + "/a/b").c_str(), 0);
  ::chmod((tree() + "/a").c_str(), 0);
  ASSERT_TRUE(RemoveTree(tree()));
  EXPECT_FALSE(fs::exists(tree()));
}

TEST_F(RemoveTreeTest, IsNotStoppedByItsOwnNames) {
  std::ofstream(folder_ / "tree" / ".penstock-removing-0") << "x";
  fs::create_directories(folder_ / "tree" / ".penstock-removing-1" / "a");
  fs::create_directories(folder_ / "tree" / "b" / "c");
  ASSERT_TRUE(RemoveTree(tree()));
  EXPECT_FALSE(fs::exists(tree()));
}

TEST_F(RemoveTreeTest, TakesAnyDepth) {
  int directory = ::open(tree().c_str(), O_RDONLY | O_DIRECTORY);
  const std::string name(200, 'd');
  for (int depth = 0; depth < 300; ++depth) {  // far beyond the longest path the kernel takes
    ASSERT_EQ(::mkdirat(directory, name.c_str(), 0700), 0);
    int next = ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(directory);
    directory = next;
  }
  ::close(directory);
  ASSERT_TRUE(RemoveTree(tree()));
  EXPECT_FALSE(fs::exists(tree()));
}

}  // namespace
}  // namespace penstock::sys
