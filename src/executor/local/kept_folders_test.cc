// SPDX-License-Identifier: Apache-2.0
#include "executor/local/kept_folders.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "base/clock.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

class KeptFoldersTest : public testing::Test {
 protected:
  KeptFoldersTest() : folder_(fs::temp_directory_path() / "penstock-kept-folders-test") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~KeptFoldersTest() override { fs::remove_all(folder_); }

  fs::path folder_;
  base::FakeClock clock_;
  KeptFolders kept_{folder_.string(), clock_};
};

TEST_F(KeptFoldersTest, WorkspacesGoWhenTheirTimeHasCome) {
  auto path = kept_.Workspace("run-1");
  ASSERT_TRUE(path);
  ASSERT_TRUE(kept_.Workspace("run-2"));
  kept_.KeepWorkspace("run-1", std::chrono::seconds(10));
  kept_.KeepWorkspace("unknown", std::chrono::seconds(0));
  kept_.Sweep();
  EXPECT_TRUE(fs::exists(*path));
  clock_.Advance(std::chrono::seconds(11));
  kept_.Sweep();
  EXPECT_FALSE(fs::exists(*path));
  EXPECT_FALSE(fs::exists(*path + ".until"));
  EXPECT_TRUE(fs::exists(folder_ / "workspaces/run-2"));  // its run has not ended
}

TEST_F(KeptFoldersTest, ARunThatIsTriedAgainKeepsItsWorkspace) {
  auto path = kept_.Workspace("run-1");
  ASSERT_TRUE(path);
  std::ofstream(*path + "/file") << "x";
  kept_.KeepWorkspace("run-1", std::chrono::seconds(0));
  ASSERT_TRUE(kept_.Workspace("run-1"));
  kept_.Sweep();
  EXPECT_TRUE(fs::exists(*path + "/file"));
}

TEST_F(KeptFoldersTest, VolumesStayUntilTheyAreRemoved) {
  auto volume = kept_.Volume("data", "");
  ASSERT_TRUE(volume);
  std::ofstream(*volume + "/file") << "x";
  auto inner = kept_.Volume("data", "a/b");
  ASSERT_TRUE(inner);
  EXPECT_EQ(*inner, *volume + "/a/b");
  EXPECT_TRUE(fs::exists(*volume + "/file"));
  ASSERT_TRUE(kept_.RemoveVolume("data"));
  EXPECT_FALSE(fs::exists(*volume));
}

TEST_F(KeptFoldersTest, NothingLeadsOutOfThem) {
  EXPECT_FALSE(kept_.Workspace("../x"));
  EXPECT_FALSE(kept_.Volume("../x", ""));
  EXPECT_FALSE(kept_.Volume("data", "../other"));
  EXPECT_FALSE(kept_.RemoveVolume(".."));
  auto volume = kept_.Volume("data", "");
  ASSERT_TRUE(volume);
  fs::create_directory_symlink(folder_, *volume + "/link");
  EXPECT_FALSE(kept_.Volume("data", "link"));
}

}  // namespace
}  // namespace penstock::executor
