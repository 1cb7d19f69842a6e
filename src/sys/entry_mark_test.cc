// SPDX-License-Identifier: Apache-2.0
#include "sys/entry_mark.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sys/remove_tree.h"
#include "sys/unique_fd.h"

namespace penstock::sys {
namespace {

namespace fs = std::filesystem;

class EntryMarkTest : public testing::Test {
 protected:
  EntryMarkTest() {
    char name[] = "/var/tmp/penstock-mark-XXXXXX";
    base_ = ::mkdtemp(name);
    folder_ = base_ + "/folder";
    fs::create_directory(folder_);
  }
  ~EntryMarkTest() override { static_cast<void>(RemoveTree(base_)); }

  static void WaitUntilSettled() { std::this_thread::sleep_for(std::chrono::milliseconds(80)); }

  std::string base_, folder_;
};

TEST_F(EntryMarkTest, HoldsForAFolderThatWasFilledAndEmptied) {
  auto mark = EntryMark::Of(folder_);
  ASSERT_TRUE(mark);
  fs::create_directories(folder_ + "/kept");
  fs::create_directories(folder_ + "/deep/er");
  std::ofstream(folder_ + "/deep/er/file") << "text";
  fs::create_symlink(base_, folder_ + "/link");
  ASSERT_TRUE(EmptyFolder(folder_, {"kept"}));
  EXPECT_TRUE(fs::exists(folder_ + "/kept"));
  EXPECT_FALSE(fs::exists(folder_ + "/deep"));
  EXPECT_TRUE(fs::exists(base_));
  ASSERT_TRUE(EmptyFolder(folder_, {}));
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_TRUE(mark->Holds(folder_));
  EXPECT_FALSE(mark->Untouched(folder_)) << "changed just now";
}

// By what has been there for a while.
TEST_F(EntryMarkTest, TellsWhatNobodyHasTouched) {
  auto mark = EntryMark::Of(folder_);
  ASSERT_TRUE(mark);
  WaitUntilSettled();
  ASSERT_TRUE(mark->Holds(folder_));
  EXPECT_TRUE(mark->Untouched(folder_));
  std::ofstream(folder_ + "/file") << "text";
  fs::remove(folder_ + "/file");
  EXPECT_FALSE(mark->Untouched(folder_));
  WaitUntilSettled();
  EXPECT_FALSE(mark->Untouched(folder_));
  ASSERT_TRUE(mark->Holds(folder_));
  EXPECT_TRUE(mark->Untouched(folder_));
}

// What somebody who owns a folder may do to it, with what it takes for this machine to allow it.
TEST_F(EntryMarkTest, TellsWhatWasChanged) {
  struct Change {
    const char* name;
    std::function<bool()> make;
  };
  const Change changes[] = {
      {"permissions", [this] { return ::chmod(folder_.c_str(), 0777) == 0; }},
      {"sticky", [this] { return ::chmod(folder_.c_str(), 01700) == 0; }},
      {"attribute", [this] { return ::setxattr(folder_.c_str(), "user.note", "x", 1, 0) == 0; }},
      {"flags",
       [this] {
         const UniqueFd file(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
         long flags = 0;
         if (::ioctl(file.get(), FS_IOC_GETFLAGS, &flags) != 0) return false;
         flags |= FS_NOATIME_FL;
         return ::ioctl(file.get(), FS_IOC_SETFLAGS, &flags) == 0;
       }},
      {"another folder",
       [this] {
         return ::rename(folder_.c_str(), (base_ + "/old").c_str()) == 0 &&
                ::mkdir(folder_.c_str(), 0755) == 0;
       }},
      {"a link",
       [this] {
         return ::rename(folder_.c_str(), (base_ + "/old").c_str()) == 0 &&
                ::symlink((base_ + "/old").c_str(), folder_.c_str()) == 0;
       }},
      {"no folder", [this] { return ::rmdir(folder_.c_str()) == 0; }},
      {"owner", [this] { return ::geteuid() == 0 && ::chown(folder_.c_str(), 1234, 1234) == 0; }},
  };
  size_t made = 0;
  for (const Change& change : changes) {
    ASSERT_TRUE(EmptyFolder(base_, {}));
    ASSERT_EQ(::mkdir(folder_.c_str(), 0755), 0);
    WaitUntilSettled();
    auto mark = EntryMark::Of(folder_);
    ASSERT_TRUE(mark);
    ASSERT_TRUE(mark->Holds(folder_));
    ASSERT_TRUE(mark->Untouched(folder_));
    if (!change.make()) continue;
    ++made;
    EXPECT_FALSE(mark->Untouched(folder_)) << change.name;
    EXPECT_FALSE(mark->Holds(folder_)) << change.name;
  }
  EXPECT_GE(made, 5U);
}

TEST_F(EntryMarkTest, RefusesAFolderWithAttributes) {
  if (::setxattr(folder_.c_str(), "user.note", "x", 1, 0) != 0) {
    GTEST_SKIP() << "no extended attributes here";
  }
  EXPECT_FALSE(EntryMark::Of(folder_));
}

}  // namespace
}  // namespace penstock::sys
