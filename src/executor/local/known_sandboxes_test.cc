// SPDX-License-Identifier: Apache-2.0
#include "executor/local/known_sandboxes.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "executor/local/task_room.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;

class KnownSandboxesTest : public testing::Test {
 protected:
  KnownSandboxesTest() {
    char name[] = "/var/tmp/penstock-known-XXXXXX";
    base_ = ::mkdtemp(name);
    files_.mount_point = base_ + "/tasks/root";
    for (const char* folder : {"/tasks/root", "/venv", "/other", "/input"}) {
      fs::create_directories(base_ + folder);
    }
    view_.venv = base_ + "/venv";
    view_.venv_overlay = true;
  }
  ~KnownSandboxesTest() override { static_cast<void>(sys::RemoveTree(base_)); }

  KnownSandbox Find() { return known_.Find(SandboxKind::kNamespaces, files_, view_); }
  // What it is to be like.
  void ExpectAsMade(const KnownSandbox& found) {
    const auto made = TaskSandbox(SandboxKind::kNamespaces, files_, view_);
    EXPECT_EQ(found.key, SandboxKey(made, view_.work->folder()));
    EXPECT_EQ(found.spec.mount_point, made.mount_point);
    EXPECT_EQ(found.spec.hostname, made.hostname);
    EXPECT_EQ(found.spec.own_network, made.own_network);
    EXPECT_EQ(found.spec.user, made.user);
    ASSERT_EQ(found.spec.steps.size(), made.steps.size());
    for (size_t i = 0; i < made.steps.size(); ++i) {
      const sys::MountStep &one = found.spec.steps[i], &other = made.steps[i];
      EXPECT_EQ(one.kind, other.kind) << one.target;
      EXPECT_EQ(one.target, other.target);
      EXPECT_EQ(one.source, other.source);
      EXPECT_EQ(one.upper, other.upper);
      EXPECT_EQ(one.scratch, other.scratch);
      EXPECT_EQ(one.mapped, other.mapped) << one.target;
      EXPECT_EQ(one.own, other.own) << one.target;
    }
  }

  std::string base_;
  SandboxFiles files_;
  TaskView view_;
  KnownSandboxes known_;
};

TEST_F(KnownSandboxesTest, AreAsIfTheyWereMadeEachTime) {
  const auto first = WorkFolder::Make(base_ + "/work-1", true);
  const auto second = WorkFolder::Make(base_ + "/work-2", true);
  ASSERT_TRUE(first && second);
  view_.work = &*first;
  ExpectAsMade(Find());
  view_.work = &*second;
  ExpectAsMade(Find());
  view_.inputs = {{"/minio/a", base_ + "/input", false}};
  ExpectAsMade(Find());
  view_.own_network = true;
  ExpectAsMade(Find());
  view_.inputs.clear();
  view_.venv = base_ + "/other";
  ExpectAsMade(Find());
  view_.extra_folders = {base_ + "/input"};
  ExpectAsMade(Find());
  Interpreter interpreter;
  interpreter.folders = {base_ + "/venv"};
  view_.interpreter = &interpreter;
  ExpectAsMade(Find());
  view_.venv_overlay = false;
  ExpectAsMade(Find());
}

TEST_F(KnownSandboxesTest, AreForgottenAfterASecond) {
  const auto work = WorkFolder::Make(base_ + "/work", true);
  ASSERT_TRUE(work);
  view_.work = &*work;
  const std::string before = Find().key;
  EXPECT_EQ(Find().key, before);
  fs::rename(base_ + "/venv", base_ + "/old");
  fs::create_directory(base_ + "/venv");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_NE(Find().key, before);
  ExpectAsMade(Find());
}

}  // namespace
}  // namespace penstock::executor
