// SPDX-License-Identifier: Apache-2.0
#include "executor/local/work_folders.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

class WorkFoldersTest : public testing::Test {
 protected:
  WorkFoldersTest() {
    char name[] = "/var/tmp/penstock-folders-XXXXXX";
    base_ = ::mkdtemp(name);
  }
  ~WorkFoldersTest() override { static_cast<void>(sys::RemoveTree(base_)); }

  // Every path below a folder, with its permissions.
  static std::set<std::string> Listing(const std::string& folder) {
    std::set<std::string> listing;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      struct stat info = {};
      ::lstat(entry.path().c_str(), &info);
      listing.insert(entry.path().string().substr(folder.size()) + " " +
                     std::to_string(info.st_mode));
    }
    return listing;
  }

  std::string base_;
};

TEST_F(WorkFoldersTest, LendsAgainWhatIsAsItWasMade) {
  WorkFolders folders;
  std::set<std::string> fresh;
  ino_t number = 0;
  {
    const auto work = folders.Make(base_ + "/first", true);
    ASSERT_TRUE(work) << work.error().message();
    fresh = Listing(work->folder());
    struct stat info = {};
    ::stat((work->folder() + "/tmp").c_str(), &info);
    number = info.st_ino;
    EXPECT_EQ(info.st_mode & 07777, 01777U);
    std::ofstream(work->folder() + "/tmp/kfp/outputs/Output") << "1";
    fs::create_directories(work->folder() + "/mirror/minio/mlpipeline/v2");
    fs::create_directories(work->folder() + "/given/0");
    fs::create_directories(work->folder() + "/scratch/work/incompat");
    fs::create_symlink("/etc", work->folder() + "/home/link");
  }
  EXPECT_EQ(folders.waiting(), 1U);
  const auto work = folders.Make(base_ + "/second", true);
  ASSERT_TRUE(work);
  EXPECT_EQ(folders.waiting(), 0U);
  EXPECT_FALSE(fs::exists(base_ + "/first"));
  EXPECT_EQ(Listing(work->folder()), fresh);
  struct stat info = {};
  ::stat((work->folder() + "/tmp").c_str(), &info);
  EXPECT_EQ(info.st_ino, number);
}

TEST_F(WorkFoldersTest, MakesAnewWhatATaskHasChanged) {
  WorkFolders folders;
  std::set<std::string> fresh;
  {
    const auto work = folders.Make(base_ + "/first", true);
    ASSERT_TRUE(work);
    const std::string& folder = work->folder();
    fresh = Listing(folder);
    fs::permissions(folder + "/home", fs::perms::all);
    fs::permissions(folder + "/mirror/s3", fs::perms::none);
    fs::remove_all(folder + "/tmp/kfp");
    fs::create_symlink(base_ + "/victim", folder + "/tmp/kfp");
    fs::rename(folder + "/mirror/gcs", folder + "/mirror/taken");
    std::ofstream(folder + "/mirror/gcs") << "a file";
    fs::rename(folder + "/home/work", folder + "/home/old");
    fs::create_directory(folder + "/home/work");
    ::setxattr((folder + "/upper").c_str(), "user.note", "x", 1, 0);
    fs::create_directories(base_ + "/victim/outputs");
    std::ofstream(base_ + "/victim/outputs/file") << "kept";
  }
  const auto work = folders.Make(base_ + "/second", true);
  ASSERT_TRUE(work);
  EXPECT_EQ(Listing(work->folder()), fresh);
  EXPECT_LE(::listxattr((work->folder() + "/upper").c_str(), nullptr, 0), 0);
  EXPECT_TRUE(fs::exists(base_ + "/victim/outputs/file"));
}

// Thousands of names make a folder larger for good, which the next one could see.
TEST_F(WorkFoldersTest, DoesNotLendAFolderThatHasGrown) {
  WorkFolders folders;
  std::uintmax_t size = 0;
  auto size_of = [](const std::string& path) {
    struct stat info = {};
    ::stat(path.c_str(), &info);
    return static_cast<std::uintmax_t>(info.st_size);
  };
  {
    const auto work = folders.Make(base_ + "/first", true);
    ASSERT_TRUE(work);
    size = size_of(work->folder() + "/tmp");
    for (int i = 0; i < 500; ++i) {
      std::ofstream(work->folder() + "/tmp/a-name-that-is-not-short-" + std::to_string(i));
    }
  }
  const auto work = folders.Make(base_ + "/second", true);
  ASSERT_TRUE(work);
  EXPECT_EQ(size_of(work->folder() + "/tmp"), size);
}

// What a task has done in a folder that is lent with a room; whether that is lent on.
struct RoomCase {
  const char* name;
  std::function<void(const std::string&)> task;
  bool kept;
};

TEST_F(WorkFoldersTest, LendsTheRoomWithAFolderThatIsTheSame) {
  if (::geteuid() != 0) GTEST_SKIP() << "rooms are root's";
  const RoomCase cases[] = {
      {"ordinary",
       [](const std::string& folder) {
         std::ofstream(folder + "/tmp/file") << "x";
         fs::create_directories(folder + "/mirror/minio/mlpipeline/v2/artifacts/a/b");
       },
       true},
      {"environment changed",
       [](const std::string& folder) { std::ofstream(folder + "/upper/file") << "x"; }, false},
      {"attribute of the environment",
       [](const std::string& folder) {
         ::setxattr((folder + "/upper").c_str(), "user.note", "x", 1, 0);
       },
       false},
      {"permissions",
       [](const std::string& folder) { fs::permissions(folder + "/home", fs::perms::all); }, false},
      {"part gone", [](const std::string& folder) { fs::remove_all(folder + "/tmp/kfp"); }, false},
  };
  for (const RoomCase& test : cases) {
    WorkFolders folders;
    const auto room = std::make_shared<sys::Room>();
    room->Furnish(sys::Room::MountsOf(::getpid()));
    ASSERT_TRUE(room->furnished());
    {
      auto work = folders.Make(base_ + "/first", true, "env");
      ASSERT_TRUE(work);
      EXPECT_EQ(work->room().room, nullptr);
      // An overlay has these as long as it is mounted.
      fs::create_directories(work->folder() + "/scratch/work/incompat");
      ::setxattr((work->folder() + "/upper").c_str(), "user.overlay.uuid", "0123456789abcdef", 16,
                 0);
      work->SetRoom({room, "env", "key", std::chrono::steady_clock::now()});
      work->SetShown({{"/proc", false}});
      test.task(work->folder());
    }
    EXPECT_EQ(folders.waiting(), test.kept ? 1U : 0U) << test.name;
    const auto work = folders.Make(base_ + "/second", true, "env");
    ASSERT_TRUE(work);
    EXPECT_EQ(work->room().room, test.kept ? room : nullptr) << test.name;
    EXPECT_EQ(fs::exists(work->folder() + "/scratch/work/incompat"), test.kept) << test.name;
    EXPECT_FALSE(fs::exists(base_ + "/first"));
  }
}

// Somebody has files open on this machine's own root.
TEST_F(WorkFoldersTest, RemovesAFolderThatSomebodyHoldsOnTo) {
  if (::geteuid() != 0) GTEST_SKIP() << "rooms are root's";
  const auto room = std::make_shared<sys::Room>();
  room->Furnish(sys::Room::MountsOf(::getpid()));
  for (const std::vector<sys::ShownMount>& shown :
       {std::vector<sys::ShownMount>{{"/"}}, {{"/not-there"}}, {}}) {
    WorkFolders folders;
    {
      auto work = folders.Make(base_ + "/first", true, "env");
      ASSERT_TRUE(work);
      work->SetRoom({room, "env", "key", std::chrono::steady_clock::now()});
      work->SetShown(shown);
    }
    EXPECT_EQ(folders.waiting(), 0U);
    EXPECT_FALSE(fs::exists(base_ + "/first"));
  }
}

TEST_F(WorkFoldersTest, KeepsNoRoomThatIsOfNoUse) {
  if (::geteuid() != 0) GTEST_SKIP() << "rooms are root's";
  using std::chrono::steady_clock;
  const auto room = std::make_shared<sys::Room>();
  room->Furnish(sys::Room::MountsOf(::getpid()));
  const auto now = steady_clock::now();
  const struct {
    TaskRoom room;
    const char* wanted;
    bool removed;  // what had it
  } cases[] = {{{room, "env", "key", now}, "", false},
               {{room, "env", "key", now}, "other", false},
               {{room, "env", "key", now - std::chrono::hours(1)}, "env", true},
               {{nullptr, "env", "key", now}, "env", true},
               {{std::make_shared<sys::Room>(), "env", "key", now}, "env", true}};
  for (const auto& test : cases) {
    WorkFolders folders;
    {
      auto work = folders.Make(base_ + "/first", true, "env");
      ASSERT_TRUE(work);
      work->SetRoom(test.room);
      work->SetShown({{"/proc", false}});
    }
    const auto work = folders.Make(base_ + "/second", true, test.wanted);
    ASSERT_TRUE(work);
    EXPECT_EQ(work->room().room, nullptr);
    EXPECT_EQ(fs::exists(base_ + "/first"), !test.removed);
  }
  WorkFolders folders;
  {
    auto work = folders.Make(base_ + "/first", true, "env");
    ASSERT_TRUE(work);
    work->Condemn();
  }
  EXPECT_EQ(folders.waiting(), 0U);
  EXPECT_FALSE(fs::exists(base_ + "/first"));
}

TEST_F(WorkFoldersTest, RemovesARoomThatNobodyCanBeMadeReadyIn) {
  if (::geteuid() != 0) GTEST_SKIP() << "rooms are root's";
  WorkFolders folders;
  const auto room = std::make_shared<sys::Room>();
  room->Furnish(sys::Room::MountsOf(::getpid()));
  {
    auto work = folders.Make(base_ + "/first", true, "kind");
    ASSERT_TRUE(work);
    work->SetRoom({room, "kind", "key", std::chrono::steady_clock::now()});
    work->SetShown({{"/proc", false}});
  }
  std::vector<std::string> asked;
  const auto fail = [&](const WorkFolder& work) -> base::Result<std::shared_ptr<ReadySandbox>> {
    asked.push_back(work.room().sandbox);
    return base::Fail(base::Code::kUnavailable, "not now");
  };
  folders.MakeReady("other", fail);
  EXPECT_EQ(asked.size(), 0U);
  EXPECT_EQ(folders.waiting(), 1U);
  folders.MakeReady("kind", fail);
  EXPECT_EQ(asked, std::vector<std::string>{"key"});
  EXPECT_EQ(folders.waiting(), 0U);
  EXPECT_EQ(folders.ready(), 0U);
  // Whoever waits may have written to it by then.
  EXPECT_FALSE(fs::exists(base_ + "/first"));
}

TEST_F(WorkFoldersTest, TellsItsPartsFromWhatTasksPutThere) {
  EXPECT_TRUE(WorkFolders::IsPart("/minio/mlpipeline/v2/artifacts"));
  EXPECT_TRUE(WorkFolders::IsPart("/s3"));
  EXPECT_FALSE(WorkFolders::IsPart("/minio/mlpipeline/v2/artifacts/a"));
}

TEST_F(WorkFoldersTest, LeavesNothingBehind) {
  {
    WorkFolders folders;
    {
      const auto work = folders.Make(base_ + "/first", true);
    }
    {
      const auto work = folders.Make(base_ + "/plain", false);
    }
    EXPECT_EQ(folders.waiting(), 1U);
    EXPECT_FALSE(fs::exists(base_ + "/plain"));
  }
  EXPECT_TRUE(fs::is_empty(base_));
}

}  // namespace
}  // namespace penstock::executor
