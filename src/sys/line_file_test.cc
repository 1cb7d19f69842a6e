// SPDX-License-Identifier: Apache-2.0
#include "sys/line_file.h"

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace penstock::sys {
namespace {

using testing::ElementsAre;
using WhenFull = LineFile::WhenFull;

class LineFileTest : public testing::Test {
 protected:
  LineFileTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-log-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
    path_ = directory_ + "/log";
  }
  ~LineFileTest() override { std::filesystem::remove_all(directory_); }

  static std::vector<std::string> LinesOf(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  std::unique_ptr<LineFile> Open(WhenFull when_full) {
    return LineFile::Open(path_, when_full, logger_).value();
  }

  std::string directory_;
  std::string path_;
  base::NullLogger logger_;
};

TEST_F(LineFileTest, AppendsInOrder) {
  std::ofstream(path_) << "before\n";
  auto file = Open(WhenFull::kDrop);
  file->Write("one");
  file->Write("two");
  file.reset();
  EXPECT_THAT(LinesOf(path_), ElementsAre("before", "one", "two"));
}

TEST_F(LineFileTest, LosesNothingOfManyThreads) {
  for (WhenFull when_full : {WhenFull::kDrop, WhenFull::kWait}) {
    std::filesystem::remove(path_);
    auto file = Open(when_full);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&file, t] {
        for (int i = 0; i < 500; ++i) file->Write(std::to_string(t * 1000 + i));
      });
    }
    for (auto& thread : threads) thread.join();
    file.reset();
    auto lines = LinesOf(path_);
    EXPECT_EQ(lines.size(), 2000u);
    EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 2000u);
  }
}

TEST_F(LineFileTest, IsThereWhenAWaitingWriterGoesOn) {
  auto file = Open(WhenFull::kWait);
  file->Write("audited");
  EXPECT_THAT(LinesOf(path_), ElementsAre("audited"));
}

TEST_F(LineFileTest, GoesOnInANewFileAfterItWasMovedAway) {
  auto file = Open(WhenFull::kWait);
  file->Write("old");
  std::filesystem::rename(path_, path_ + ".1");
  file->Write("still old");
  file->Reopen();
  file->Write("new");
  EXPECT_THAT(LinesOf(path_ + ".1"), ElementsAre("old", "still old"));
  EXPECT_THAT(LinesOf(path_), ElementsAre("new"));
}

// /dev/full is a disk without room.
TEST_F(LineFileTest, DropsAndCountsWhatDoesNotFit) {
  auto file = LineFile::Open("/dev/full", WhenFull::kDrop, logger_, 100).value();
  for (int i = 0; i < 50; ++i) file->Write("0123456789");
  EXPECT_EQ(file->dropped(), 41u);
}

TEST_F(LineFileTest, KeepsTheLinesOfAFullDiskForLater) {
  std::filesystem::create_symlink("/dev/full", path_);
  auto file = Open(WhenFull::kDrop);
  file->Write("early");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  std::filesystem::remove(path_);
  file->Reopen();
  file->Write("late");
  file.reset();
  EXPECT_THAT(LinesOf(path_), ElementsAre("early", "late"));
}

TEST_F(LineFileTest, SaysWhatCannotBeOpened) {
  auto file = LineFile::Open(directory_ + "/absent/log", WhenFull::kDrop, logger_);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().message(), testing::HasSubstr("/absent/log"));
}

}  // namespace
}  // namespace penstock::sys
