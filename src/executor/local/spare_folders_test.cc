// SPDX-License-Identifier: Apache-2.0
#include "executor/local/spare_folders.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

class SpareFoldersTest : public testing::Test {
 protected:
  SpareFoldersTest() {
    char name[] = "/var/tmp/penstock-spare-XXXXXX";
    work_ = ::mkdtemp(name);
    from_ = work_ + "/mirror";
    fs::create_directories(from_);
    fs::create_directories(work_ + "/spare");
  }
  ~SpareFoldersTest() override { static_cast<void>(sys::RemoveTree(work_)); }

  static ino_t NumberOf(const std::string& path) {
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_ino : 0;
  }
  size_t CountSpare() const {
    const fs::directory_iterator entries(work_ + "/spare");
    return static_cast<size_t>(std::distance(begin(entries), end(entries)));
  }
  void TakeOut() {
    folders_.TakeOut(work_, from_);
    ASSERT_TRUE(sys::EmptyFolder(from_, {}));
    EXPECT_EQ(CountSpare(), folders_.spare());
  }

  std::string work_, from_;
  SpareFolders folders_;
};

TEST_F(SpareFoldersTest, GivesThemNewNames) {
  ASSERT_TRUE(folders_.Make(work_, from_ + "/pipeline/run/task"));
  const std::set<ino_t> first = {NumberOf(from_ + "/pipeline"), NumberOf(from_ + "/pipeline/run"),
                                 NumberOf(from_ + "/pipeline/run/task")};
  std::ofstream(from_ + "/pipeline/run/task/output") << "text";
  fs::create_directories(from_ + "/pipeline/run/another/deep");
  TakeOut();
  EXPECT_EQ(folders_.spare(), 3U);

  // The work folder has another name by then.
  const std::string renamed = work_ + "-renamed";
  fs::rename(work_, renamed);
  work_ = renamed;
  from_ = work_ + "/mirror";
  ASSERT_TRUE(folders_.Make(work_, from_ + "/other/a/b/c"));
  EXPECT_EQ(folders_.spare(), 0U);
  EXPECT_TRUE(fs::is_empty(from_ + "/other/a/b/c"));
  EXPECT_EQ(fs::status(from_ + "/other/a").permissions(),
            fs::status(from_ + "/other/a/b/c").permissions());
  const std::set<ino_t> second = {NumberOf(from_ + "/other"), NumberOf(from_ + "/other/a"),
                                  NumberOf(from_ + "/other/a/b")};
  EXPECT_EQ(second, first);
  TakeOut();
  EXPECT_EQ(folders_.spare(), 4U);
}

TEST_F(SpareFoldersTest, MakesAlsoWhatBranchesOff) {
  ASSERT_TRUE(folders_.Make(work_, from_ + "/a/b"));
  ASSERT_TRUE(folders_.Make(work_, from_ + "/a/c/d"));
  ASSERT_TRUE(folders_.Make(work_, from_ + "/a/c/d"));  // is there
  std::ofstream(from_ + "/a/c/d/file") << "text";
  EXPECT_EQ(folders_.Make(work_, from_ + "/a/c/d/file/e").error().code(),
            base::Code::kInvalidArgument);
  TakeOut();
  EXPECT_EQ(folders_.spare(), 2U);  // a and b
}

// A task owns these folders; what it has done to them must not be there for the next one.
TEST_F(SpareFoldersTest, KeepsNoneThatHasBeenChanged) {
  const std::string middle = from_ + "/a/b", deep = middle + "/c";
  const std::function<void()> changes[] = {
      [&] { fs::permissions(middle, fs::perms::all); },
      [&] { ::setxattr(middle.c_str(), "user.note", "x", 1, 0); },
      [&] {
        fs::rename(middle, from_ + "/a/old");
        fs::create_directories(deep);
      },
      [&] { fs::remove_all(middle); },
      [&] { fs::remove_all(from_ + "/a"); },
  };
  for (const auto& change : changes) {
    ASSERT_TRUE(folders_.Make(work_, deep));
    change();
    TakeOut();
    EXPECT_LT(folders_.spare(), 3U);
    ASSERT_TRUE(folders_.Make(work_, deep));
    struct stat info = {};
    for (const std::string& each : {from_ + "/a", middle, deep}) {
      ASSERT_EQ(::lstat(each.c_str(), &info), 0);
      EXPECT_EQ(info.st_mode & 07777, 0755U);
      EXPECT_LE(::listxattr(each.c_str(), nullptr, 0), 0);
    }
    EXPECT_TRUE(fs::is_empty(deep));
    TakeOut();
  }
}

TEST_F(SpareFoldersTest, FollowsNoLink) {
  const std::string victim = work_ + "-victim";
  fs::create_directories(victim + "/b/c");
  std::ofstream(victim + "/b/c/file") << "kept";
  ASSERT_TRUE(folders_.Make(work_, from_ + "/a/b/c"));
  fs::rename(from_ + "/a", from_ + "/old");
  fs::create_directory_symlink(victim, from_ + "/a");
  TakeOut();
  EXPECT_EQ(folders_.spare(), 0U);

  ASSERT_TRUE(folders_.Make(work_, from_ + "/a/b/c"));
  fs::rename(from_ + "/a/b", from_ + "/old");
  fs::create_directory_symlink(victim + "/b", from_ + "/a/b");
  TakeOut();
  EXPECT_EQ(folders_.spare(), 1U);
  EXPECT_TRUE(fs::exists(victim + "/b/c/file"));
  static_cast<void>(sys::RemoveTree(victim));
}

TEST_F(SpareFoldersTest, DoNotLookOlderThanTheirTask) {
  ASSERT_TRUE(folders_.Make(work_, from_ + "/a"));
  TakeOut();
  const timespec old[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (work_ + "/spare/0").c_str(), old, 0), 0);
  ASSERT_TRUE(folders_.Make(work_, from_ + "/b"));
  struct stat info = {};
  ASSERT_EQ(::stat((from_ + "/b").c_str(), &info), 0);
  EXPECT_LT(::time(nullptr) - info.st_mtim.tv_sec, 10);
}

TEST_F(SpareFoldersTest, KeepsNoneThatSomethingWasMountedIn) {
  ASSERT_TRUE(folders_.Make(work_, from_ + "/a/b"));
  folders_.Forget();
  TakeOut();
  EXPECT_EQ(folders_.spare(), 0U);
}

}  // namespace
}  // namespace penstock::executor
