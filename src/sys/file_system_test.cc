// SPDX-License-Identifier: Apache-2.0
#include "sys/file_system.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/direct_file.h"
#include "sys/fault_file_system.h"
#include "sys/page_buffer.h"

namespace penstock::sys {
namespace {

using base::Code;

class FileSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "/files.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string Path(const std::string& name) const { return directory_ + "/" + name; }

  static std::string Text(FileSystem& files, const std::string& path) {
    auto text = ReadFile(files, path, 1 << 20);
    return text ? *text : "<" + std::string(base::CodeName(text.error().code())) + ">";
  }

  static void Write(FileSystem& files, const std::string& path, std::string_view text, bool sync) {
    auto file = files.Create(path);
    ASSERT_TRUE(file) << file.error().message();
    ASSERT_TRUE((*file)->WriteAt(0, text));
    if (sync) {
      ASSERT_TRUE((*file)->Sync());
    }
  }

  FileHandover& handover() { return *HandoverOf(*posix_); }

  std::string directory_;
  std::unique_ptr<FileSystem> posix_ = MakePosixFileSystem();
  FaultFileSystem faulty_{*posix_};
};

TEST_F(FileSystemTest, WritesAndReadsAtOffsets) {
  auto file = posix_->Create(Path("a"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->WriteAt(3, "def"));
  ASSERT_TRUE((*file)->WriteAt(0, "abc"));
  (*file)->StartWriteback(0, 6);
  ASSERT_TRUE((*file)->Sync());
  EXPECT_EQ((*file)->Size().value(), 6u);
  std::string text(4, '\0');
  ASSERT_TRUE((*file)->ReadAt(1, text));
  EXPECT_EQ(text, "bcde");
  EXPECT_EQ((*file)->ReadAt(4, text).error().code(), Code::kOutOfRange);
}

// Whether anything goes directly depends on the file system; what is in the file does not.
TEST_F(FileSystemTest, WritesDirectlyWhatIsAlignedAndTheRestAsEver) {
  constexpr size_t kPiece = 8 * DirectFile::kAlignment;
  const PageBuffer memory(3 * kPiece);
  for (size_t i = 0; i < 3; ++i)
    std::memset(memory.bytes().data() + i * kPiece, 'a' + static_cast<int>(i), kPiece);
  const std::string_view bytes(memory.bytes().data(), 3 * kPiece);
  auto file = posix_->Create(Path("a"));
  ASSERT_TRUE(file);
  DirectFile* direct = DirectOf(**file);
  ASSERT_NE(direct, nullptr);
  // In another order than they lie in memory.
  const std::string_view pieces[] = {bytes.substr(kPiece, kPiece), bytes.substr(0, kPiece)};
  auto written = direct->WriteDirectly(0, pieces);
  ASSERT_TRUE(written) << written.error().message();
  std::string expected = std::string(pieces[0]) + std::string(pieces[1]);
  if (!*written) {
    ASSERT_TRUE((*file)->WriteAt(0, expected));
  }
  for (std::string_view piece : {bytes.substr(1, kPiece), bytes.substr(0, 100)}) {
    EXPECT_FALSE(direct->WriteDirectly(expected.size(), std::span(&piece, 1)).value());
  }
  EXPECT_FALSE(direct->WriteDirectly(1, std::span(pieces, 1)).value());
  ASSERT_TRUE((*file)->WriteAt(expected.size(), "the rest"));
  expected += "the rest";
  ASSERT_TRUE((*file)->Sync());
  std::string back(expected.size(), '\0');
  ASSERT_TRUE((*file)->ReadAt(0, back));
  EXPECT_TRUE(back == expected);
  EXPECT_EQ((*file)->Size().value(), expected.size());
}

TEST_F(FileSystemTest, KeepsFilesAndDirectoriesToTheirOwner) {
  ASSERT_TRUE(posix_->MakeDirectories(Path("x/y")));
  ASSERT_TRUE(posix_->Create(Path("x/y/f")));
  struct stat info;
  ASSERT_EQ(::stat(Path("x/y/f").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 077, 0u);
  ASSERT_EQ(::stat(Path("x").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 077, 0u);
}

TEST_F(FileSystemTest, ErrorsHaveKindsAndNameThePath) {
  auto missing = posix_->OpenForRead(Path("missing"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code(), Code::kNotFound);
  EXPECT_NE(missing.error().message().find(Path("missing")), std::string::npos);
  ASSERT_TRUE(posix_->Create(Path("a")));
  EXPECT_EQ(posix_->Create(Path("a")).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(posix_->MakeDirectories(Path("a")).error().code(), Code::kAlreadyExists);
  EXPECT_EQ(posix_->Remove(Path("missing")).error().code(), Code::kNotFound);
  EXPECT_EQ(posix_->List(Path("missing")).error().code(), Code::kNotFound);
  EXPECT_EQ(posix_->Rename(Path("missing"), Path("b")).error().code(), Code::kNotFound);
  EXPECT_EQ(ReadFile(*posix_, Path("a"), 0).value(), "");
}

TEST_F(FileSystemTest, ListsRenamesAndRemoves) {
  ASSERT_TRUE(posix_->MakeDirectories(Path("d/e")));
  ASSERT_TRUE(posix_->MakeDirectories(Path("d/e")));
  Write(*posix_, Path("d/f"), "new", true);
  Write(*posix_, Path("d/g"), "old", true);
  ASSERT_TRUE(posix_->Rename(Path("d/f"), Path("d/g")));
  ASSERT_TRUE(posix_->SyncDirectory(Path("d")));
  auto entries = posix_->List(Path("d")).value();
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].name, "e");
  EXPECT_TRUE(entries[0].is_directory);
  EXPECT_EQ(entries[1].name, "g");
  EXPECT_FALSE(entries[1].is_directory);
  EXPECT_EQ(Text(*posix_, Path("d/g")), "new");
  ASSERT_TRUE(posix_->Remove(Path("d/g")));
  EXPECT_FALSE(posix_->Exists(Path("d/g")));
}

TEST_F(FileSystemTest, LinksAFile) {
  ASSERT_TRUE(posix_->Create(Path("a")).value()->WriteAt(0, "text"));
  ASSERT_TRUE(handover().Link(Path("a"), Path("b")));
  ASSERT_TRUE(posix_->Remove(Path("a")));
  EXPECT_EQ(Text(*posix_, Path("b")), "text");
  EXPECT_EQ(handover().Link(Path("none"), Path("c")).error().code(), base::Code::kNotFound);
  EXPECT_EQ(handover().Link(Path("b"), Path("b")).error().code(), base::Code::kAlreadyExists);
  // /proc is another file system.
  EXPECT_EQ(handover().Link("/proc/self/status", Path("c")).error().code(),
            base::Code::kFailedPrecondition);
}

TEST_F(FileSystemTest, TakesOverWhatIsItsAlone) {
  ASSERT_TRUE(posix_->Create(Path("a")).value()->WriteAt(0, "text"));
  ASSERT_EQ(::chmod(Path("a").c_str(), 0666), 0);
  auto taken = handover().TakeOver(Path("a"), Path("b"));
  ASSERT_TRUE(taken) << taken.error().message();
  EXPECT_FALSE(posix_->Exists(Path("a")));
  std::string text(4, ' ');
  ASSERT_TRUE((*taken)->ReadAt(0, text));
  EXPECT_EQ(text, "text");
  struct stat info;
  ASSERT_EQ(::stat(Path("b").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, ::geteuid() == 0 ? 0644u : 0600u);
}

// In a process of its own, which then has no rights but those of its user: whether the file can be
// opened for writing through the descriptor.
bool OpensForWriting(int fd) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (int capability = 0; ::prctl(PR_CAPBSET_DROP, capability) == 0; ++capability) {
    }
    __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[2] = {};
    if (::syscall(SYS_capset, &header, none) != 0) ::_exit(2);
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    ::chmod(path.c_str(), 0666);
    ::_exit(::open(path.c_str(), O_RDWR) >= 0 ? 1 : 0);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) < 2) << status;
  return WEXITSTATUS(status) == 1;
}

TEST_F(FileSystemTest, NobodyOpensAgainWhatWasTakenOver) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file to nobody";
  ASSERT_TRUE(posix_->Create(Path("a")).value()->WriteAt(0, "text"));
  int reads = ::open(Path("a").c_str(), O_RDONLY), names = ::open(Path("a").c_str(), O_PATH);
  EXPECT_TRUE(OpensForWriting(reads));
  EXPECT_TRUE(OpensForWriting(names));
  ASSERT_TRUE(handover().TakeOver(Path("a"), Path("b")));
  EXPECT_FALSE(OpensForWriting(reads));
  EXPECT_FALSE(OpensForWriting(names));
  ::close(reads);
  ::close(names);
}

TEST_F(FileSystemTest, WhatIsNotTakenOverStaysAsItWas) {
  auto writer = posix_->Create(Path("a")).value();
  ASSERT_EQ(::chmod(Path("a").c_str(), 0640), 0);
  EXPECT_FALSE(handover().TakeOver(Path("a"), Path("b")));
  struct stat info;
  ASSERT_EQ(::stat(Path("a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  EXPECT_EQ(info.st_uid, ::geteuid());
}

TEST_F(FileSystemTest, DoesNotTakeOverWhatOthersCanChange) {
  auto refuses = [&](const std::string& path) {
    auto taken = handover().TakeOver(path, Path("to"));
    return !taken && taken.error().code() == base::Code::kFailedPrecondition &&
           !posix_->Exists(Path("to"));
  };
  {
    auto writer = posix_->Create(Path("a")).value();  // open for writing
    EXPECT_TRUE(refuses(Path("a")));
  }
  ASSERT_TRUE(handover().Link(Path("a"), Path("second")));
  EXPECT_TRUE(refuses(Path("a")));
  ASSERT_TRUE(posix_->Remove(Path("second")));
  ASSERT_EQ(::symlink("a", Path("link").c_str()), 0);
  EXPECT_TRUE(refuses(Path("link")));
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  EXPECT_TRUE(refuses(Path("pipe")));
  ASSERT_TRUE(posix_->MakeDirectories(Path("folder")));
  EXPECT_TRUE(refuses(Path("folder")));
  {
    int fd = ::open(Path("a").c_str(), O_RDWR);
    ASSERT_TRUE(posix_->Create(Path("c")).value()->WriteAt(0, "x"));
    void* map = ::mmap(nullptr, 1, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ::close(fd);
    EXPECT_TRUE(refuses(Path("a"))) << "mapped for writing";
    ::munmap(map, 1);
  }
  ASSERT_TRUE(posix_->Create(Path("there")).value()->WriteAt(0, "x"));
  EXPECT_EQ(handover().TakeOver(Path("a"), Path("there")).error().code(),
            base::Code::kAlreadyExists);
  EXPECT_EQ(Text(*posix_, Path("there")), "x");
  EXPECT_TRUE(handover().TakeOver(Path("a"), Path("to")));
}

TEST_F(FileSystemTest, ParentDirectories) {
  EXPECT_EQ(ParentDirectory("/a/b"), "/a");
  EXPECT_EQ(ParentDirectory("/a"), "/");
  EXPECT_EQ(ParentDirectory("a"), ".");
}

TEST_F(FileSystemTest, FailsTheChosenOperationOnce) {
  faulty_.FailNth(FileOperation::kCreate, 2, Code::kPermissionDenied);
  EXPECT_TRUE(faulty_.Create(Path("a")));
  EXPECT_EQ(faulty_.Create(Path("b")).error().code(), Code::kPermissionDenied);
  EXPECT_TRUE(faulty_.Create(Path("b")));
  EXPECT_EQ(faulty_.Count(FileOperation::kCreate), 3);
}

TEST_F(FileSystemTest, AFailedWriteIsTorn) {
  auto file = faulty_.Create(Path("a")).value();
  faulty_.FailNth(FileOperation::kWrite, 1);
  EXPECT_FALSE(file->WriteAt(0, "abcd"));
  EXPECT_EQ(Text(*posix_, Path("a")), "ab");
}

TEST_F(FileSystemTest, AFullDiskTakesWhatFits) {
  auto file = faulty_.Create(Path("a")).value();
  faulty_.LimitSpace(6);
  EXPECT_TRUE(file->WriteAt(0, "abcd"));
  EXPECT_EQ(file->WriteAt(4, "efgh").error().code(), Code::kResourceExhausted);
  EXPECT_EQ(Text(*posix_, Path("a")), "abcdef");
  EXPECT_EQ(faulty_.Space(directory_)->available, 0u);
  EXPECT_GT(posix_->Space(directory_)->total, 0u);
  faulty_.LimitSpace(std::nullopt);
  EXPECT_TRUE(file->WriteAt(4, "efgh"));
}

TEST_F(FileSystemTest, PowerLossKeepsOnlyWhatWasSynced) {
  Write(faulty_, Path("bytes-only"), "x", true);
  Write(faulty_, Path("kept"), "first", true);
  ASSERT_TRUE(faulty_.SyncDirectory(directory_));
  Write(faulty_, Path("name-only"), "x", false);
  Write(faulty_, Path("late"), "x", true);
  ASSERT_TRUE(faulty_.Remove(Path("kept")));
  faulty_.CutPower();
  EXPECT_EQ(faulty_.Create(Path("z")).error().code(), Code::kUnavailable);
  ASSERT_TRUE(faulty_.RestorePower());
  EXPECT_EQ(Text(faulty_, Path("kept")), "first");
  EXPECT_EQ(Text(faulty_, Path("bytes-only")), "x");
  EXPECT_FALSE(posix_->Exists(Path("name-only")));
  EXPECT_FALSE(posix_->Exists(Path("late")));
}

TEST_F(FileSystemTest, PowerLossEmptiesAFileWhoseNameAloneWasSynced) {
  auto file = faulty_.Create(Path("a")).value();
  ASSERT_TRUE(file->WriteAt(0, "ab"));
  ASSERT_TRUE(faulty_.SyncDirectory(directory_));
  ASSERT_TRUE(file->Sync());
  ASSERT_TRUE(file->WriteAt(1, "XY"));
  faulty_.CutPower();
  ASSERT_TRUE(faulty_.RestorePower());
  EXPECT_EQ(Text(faulty_, Path("a")), "ab");
}

TEST_F(FileSystemTest, AtomicReplacementSurvivesPowerLossAtEveryStep) {
  ASSERT_TRUE(WriteFileAtomically(faulty_, Path("a"), "old"));
  EXPECT_EQ(Text(faulty_, Path("a")), "old");
  for (FileOperation step : {FileOperation::kCreate, FileOperation::kWrite, FileOperation::kSync,
                             FileOperation::kRename, FileOperation::kSyncDirectory}) {
    faulty_.FailNth(step, 1);
    EXPECT_FALSE(WriteFileAtomically(faulty_, Path("a"), "new"));
    faulty_.CutPower();
    ASSERT_TRUE(faulty_.RestorePower());
    EXPECT_EQ(Text(faulty_, Path("a")), "old");
  }
  ASSERT_TRUE(WriteFileAtomically(faulty_, Path("a"), "new"));
  faulty_.CutPower();
  ASSERT_TRUE(faulty_.RestorePower());
  EXPECT_EQ(Text(faulty_, Path("a")), "new");
}

}  // namespace
}  // namespace penstock::sys
