// SPDX-License-Identifier: Apache-2.0
#include "sys/folder_usage.h"

#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "sys/remove_tree.h"
#include "sys/unique_fd.h"

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;

class FolderUsageTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/penstock-usage-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { EXPECT_TRUE(RemoveTree(folder_)); }

  void Write(const fs::path& path, size_t size) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << std::string(size, 'x');
  }
  uint64_t Used() { return FolderUsage(folder_, UINT64_MAX); }

  fs::path folder_;
};

TEST_F(FolderUsageTest, CountsWhatFilesTake) {
  EXPECT_LT(Used(), uint64_t{64} << 10);
  Write(folder_ / "a" / "b" / "file", 1 << 20);
  EXPECT_GE(Used(), uint64_t{1} << 20);
  EXPECT_LT(Used(), uint64_t{2} << 20);
  fs::create_hard_link(folder_ / "a" / "b" / "file", folder_ / "again");
  fs::create_symlink("/usr", folder_ / "elsewhere");
  EXPECT_LT(Used(), uint64_t{2} << 20);
}

TEST_F(FolderUsageTest, DoesNotCountHoles) {
  std::ofstream(folder_ / "sparse").flush();
  fs::resize_file(folder_ / "sparse", uint64_t{1} << 30);
  EXPECT_LT(Used(), uint64_t{1} << 20);
}

TEST_F(FolderUsageTest, StopsWhenItHasSeenEnough) {
  for (int i = 0; i < 50; ++i) Write(folder_ / std::to_string(i), 1 << 16);
  EXPECT_LT(FolderUsage(folder_, 1 << 18), uint64_t{1} << 20);
  EXPECT_LT(FolderUsage(folder_, UINT64_MAX, 10), uint64_t{1} << 20);
}

TEST_F(FolderUsageTest, FilesWithoutANameCount) {
  const UniqueFd file(::open((folder_ / "gone").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const std::string bytes(1 << 20, 'x');
  ASSERT_EQ(::write(file.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  EXPECT_EQ(DeletedFilesUsage(folder_, {::getpid()}), 0u);
  ::unlink((folder_ / "gone").c_str());
  EXPECT_GE(DeletedFilesUsage(folder_, {::getpid()}), bytes.size());
}

// Nothing hides below more folders than a path can name.
TEST_F(FolderUsageTest, TooDeepIsTooMuch) {
  const std::string name(250, 'd');
  UniqueFd at(::open(folder_.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC));
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(::mkdirat(at.get(), name.c_str(), 0700), 0);
    at = UniqueFd(::openat(at.get(), name.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC));
  }
  EXPECT_GT(FolderUsage(folder_, uint64_t{1} << 40), uint64_t{1} << 40);
}

TEST_F(FolderUsageTest, KnowsTheDisk) {
  auto space = ReadDiskSpace(folder_);
  ASSERT_TRUE(space);
  EXPECT_GT(space->size, space->free);
  EXPECT_FALSE(ReadDiskSpace("/no/such/folder"));
}

}  // namespace
}  // namespace penstock::sys
