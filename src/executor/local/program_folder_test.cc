// SPDX-License-Identifier: Apache-2.0
#include "executor/local/program_folder.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sys/remove_tree.h"
#include "sys/unique_fd.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

class ProgramFolderTest : public testing::Test {
 protected:
  ProgramFolderTest() {
    char name[] = "/var/tmp/penstock-program-XXXXXX";
    work_ = ::mkdtemp(name);
    fs::create_directories(work_ + "/tmp");
    fs::create_directories(work_ + "/spare");
  }
  ~ProgramFolderTest() override { static_cast<void>(sys::RemoveTree(work_)); }

  std::string Lend() {
    const std::string name = program_.Lend(work_);
    EXPECT_EQ(name.size(), 14U);
    EXPECT_TRUE(name.starts_with("tmp.")) << name;
    return work_ + "/tmp/" + name;
  }
  static void ExpectNew(const std::string& folder) {
    const std::string file = folder + "/ephemeral_component.py", compiled = folder + "/__pycache__";
    struct stat info = {};
    ASSERT_EQ(::lstat(folder.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode, S_IFDIR | 0700U);
    ASSERT_EQ(::lstat(file.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode, S_IFREG | 0644U);
    EXPECT_EQ(info.st_size, 0);
    EXPECT_EQ(info.st_nlink, 1U);
    ASSERT_EQ(::lstat(compiled.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode, S_IFDIR | 0755U);
    EXPECT_TRUE(fs::is_empty(compiled));
    for (const std::string& each : {folder, file, compiled}) {
      EXPECT_LE(::listxattr(each.c_str(), nullptr, 0), 0);
    }
    const fs::directory_iterator entries(folder);
    EXPECT_EQ(std::distance(begin(entries), end(entries)), 2);
  }
  static ino_t NumberOf(const std::string& path) {
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_ino : 0;
  }

  std::string work_;
  ProgramFolder program_;
};

TEST_F(ProgramFolderTest, IsTheSameUnderAnotherName) {
  const std::string first = Lend();
  ExpectNew(first);
  const ino_t number = NumberOf(first + "/ephemeral_component.py");
  std::ofstream(first + "/ephemeral_component.py") << "def f(): pass";
  std::ofstream(first + "/__pycache__/ephemeral_component.cpython-311.pyc") << "code";
  std::ofstream(first + "/note") << "of the task";
  program_.TakeBack(work_);
  EXPECT_TRUE(fs::is_empty(work_ + "/tmp"));
  program_.TakeBack(work_);  // nothing is lent

  const std::string second = Lend();
  EXPECT_NE(first, second);
  ExpectNew(second);
  EXPECT_EQ(NumberOf(second + "/ephemeral_component.py"), number);
}

TEST_F(ProgramFolderTest, IsMadeAnewWhereATaskHasChangedIt) {
  const std::string victim = work_ + "/victim";
  std::string folder, file, compiled;
  const std::function<void()> changes[] = {
      [&] { fs::permissions(folder, fs::perms::all); },
      [&] { fs::permissions(file, fs::perms::all); },
      [&] { ::setxattr(file.c_str(), "user.note", "x", 1, 0); },
      [&] { ::setxattr(compiled.c_str(), "user.note", "x", 1, 0); },
      [&] { fs::create_hard_link(file, work_ + "/tmp/link"); },
      [&] {
        fs::remove(file);
        fs::create_symlink(victim, file);
      },
      [&] {
        fs::remove(file);
        std::ofstream(file) << "another";
      },
      [&] {
        fs::remove(file);
        ASSERT_EQ(::mkfifo(file.c_str(), 0644), 0);
      },
      [&] {
        fs::remove(compiled);
        fs::create_directory_symlink(work_ + "/victims", compiled);
      },
      [&] { fs::rename(folder, work_ + "/tmp/elsewhere"); },
      [&] {
        fs::rename(folder, work_ + "/tmp/elsewhere");
        fs::create_directory_symlink(work_ + "/victims", folder);
      },
      [&] { fs::remove_all(folder); },
  };
  std::ofstream(victim) << "kept";
  fs::create_directory(work_ + "/victims");
  std::ofstream(work_ + "/victims/ephemeral_component.py") << "kept";
  for (const auto& change : changes) {
    folder = Lend();
    file = folder + "/ephemeral_component.py";
    compiled = folder + "/__pycache__";
    ExpectNew(folder);
    change();
    program_.TakeBack(work_);
    ASSERT_TRUE(sys::EmptyFolder(work_ + "/tmp", {}));
  }
  ExpectNew(Lend());
  EXPECT_EQ(fs::file_size(victim), 4U);
  EXPECT_EQ(fs::file_size(work_ + "/victims/ephemeral_component.py"), 4U);
}

// As the shell and Python make them in a task, which has the usual mask.
TEST_F(ProgramFolderTest, IsTheSameWhateverOurOwnMask) {
  const mode_t mask = ::umask(077);
  const std::string folder = Lend();
  ::umask(mask);
  ExpectNew(folder);
}

TEST_F(ProgramFolderTest, DoesNotLookOlderThanItsTask) {
  Lend();
  program_.TakeBack(work_);
  const timespec old[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (work_ + "/spare/program").c_str(), old, 0), 0);
  struct stat info = {};
  ASSERT_EQ(::stat(Lend().c_str(), &info), 0);
  EXPECT_LT(::time(nullptr) - info.st_mtim.tv_sec, 10);
}

// Who has one is asked to give it up, and waited for, when the file is opened or cut.
TEST_F(ProgramFolderTest, IsMadeAnewWhereSomebodyHasALease) {
  const std::string file = Lend() + "/ephemeral_component.py";
  const sys::UniqueFd held(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(held.valid());
  ::signal(SIGIO, SIG_IGN);
  if (::fcntl(held.get(), F_SETLEASE, F_RDLCK) != 0) GTEST_SKIP() << "no leases here";
  const auto began = std::chrono::steady_clock::now();
  program_.TakeBack(work_);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
  const std::string again = Lend();
  ExpectNew(again);
  struct stat info = {};
  ASSERT_EQ(::fstat(held.get(), &info), 0);
  EXPECT_EQ(info.st_nlink, 0U);
  ::signal(SIGIO, SIG_DFL);
}

TEST_F(ProgramFolderTest, IsNotLentWhereItCannotBeMade) {
  fs::remove(work_ + "/spare");
  EXPECT_EQ(program_.Lend(work_), "");
  program_.TakeBack(work_);
  fs::create_directory(work_ + "/spare");
  fs::remove(work_ + "/tmp");
  EXPECT_EQ(program_.Lend(work_), "");
  fs::create_directory(work_ + "/tmp");
  ExpectNew(Lend());
}

}  // namespace
}  // namespace penstock::executor
