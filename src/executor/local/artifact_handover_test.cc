// SPDX-License-Identifier: Apache-2.0
// Artifacts that are handed over without copies, which tasks must not be able to change.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "executor/local/executor_test_base.h"
#include "executor/local/host_files.h"
#include "executor/local/local_executor.h"
#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using engine::TaskLaunch;
using engine::TaskOutcome;
using testing::HasSubstr;
using testing::Not;

class HandoverTest : public ExecutorTest {
 protected:
  void SetUp() override {
    ExecutorTest::SetUp();
    if (!Sandboxed()) GTEST_SKIP();
  }
};

TEST_F(HandoverTest, InputsCannotBeChanged) {
  ASSERT_TRUE(store_->Write("minio://b/in/data", "input"));
  ASSERT_TRUE(store_->Write("minio://b/folder/one", "one"));
  fs::permissions(store_->PathOf("minio://b/in/data"), fs::perms::owner_all);
  TaskLaunch launch = Shell(
      "i=/minio/b/in/data; exec 2>/dev/null;"
      "for c in 'echo x >$i' 'echo x >>$i' 'truncate -s 0 $i' 'chmod 777 $i' 'touch $i' 'rm $i'"
      " 'mv $i /minio/b/moved' 'ln $i /minio/b/linked' 'ln -f $i /tmp/linked' 'cp x $i'"
      " 'mount -o remount,rw,bind $i' 'umount $i' 'unshare -Urm umount $i'"
      " 'echo x >/minio/b/folder/one' 'echo x >/minio/b/folder/two' 'rm /minio/b/folder/one'"
      " 'ln /minio/b/folder/one /minio/b/linked'"
      " 'python3 -c \"import os; os.open(\\\"$i\\\", os.O_RDWR)\"';"
      "do (eval \"$c\") && echo did: $c; done;"
      "mv /minio/b/in /minio/b/elsewhere && (echo x >/minio/b/elsewhere/data) && echo did it;"
      "cat /minio/b/*/data");
  launch.input.artifacts["data"] = {Artifact("1", "minio://b/in/data")};
  launch.input.artifacts["folder"] = {Artifact("2", "minio://b/folder")};
  ASSERT_EQ(this->Run(launch).kind, TaskOutcome::Kind::kSucceeded);
  EXPECT_THAT(Log(), Not(HasSubstr(" did")));
  EXPECT_THAT(Log(), HasSubstr(" input\n"));
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/in/data")), "input");
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/folder/one")), "one");
  executor_.reset();  // which tidies up after the task
  EXPECT_EQ(fs::hard_link_count(store_->PathOf("minio://b/in/data")), 1u);
}

TEST_F(HandoverTest, MovesOutputsThatNothingElseIs) {
  TaskLaunch launch = Shell(
      "r=/minio/b/root; echo 1 >$r/alone; mkdir $r/outer; echo 2 >$r/outer/inner; echo 3 >/tmp/c;"
      "echo '{\"artifacts\": {\"custom\": {\"artifacts\": [{\"name\": \"c\", \"uri\": "
      "\"minio://b/root/custom\", \"custom_path\": \"/tmp/c\"}]}}}' > $r/output_metadata.json");
  for (const char* name : {"alone", "outer", "custom"}) {
    launch.input.output_artifacts[name] = Artifact(name, std::string("minio://b/root/") + name);
  }
  launch.input.output_artifacts["inner"] = Artifact("inner", "minio://b/root/outer/inner");
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_EQ(store_->moved, 1) << "the others are each other, or elsewhere";
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/alone")), "1\n");
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/outer/inner")), "2\n");
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/custom")), "3\n");
}

TEST_F(HandoverTest, AnInputMayBeAnOutput) {
  ASSERT_TRUE(store_->Write("minio://b/in/data", "input"));
  TaskLaunch launch = Shell(
      "echo '{\"artifacts\": {\"same\": {\"artifacts\": [{\"name\": \"s\", \"uri\": "
      "\"minio://b/in/data\"}]}, \"copy\": {\"artifacts\": [{\"name\": \"c\", \"uri\": "
      "\"minio://b/root/copy\", \"custom_path\": \"/minio/b/in/data\"}]}}}'"
      " > /minio/b/root/output_metadata.json");
  launch.input.artifacts["data"] = {Artifact("1", "minio://b/in/data")};
  launch.input.output_artifacts["same"] = Artifact("same", "minio://b/root/same");
  launch.input.output_artifacts["copy"] = Artifact("copy", "minio://b/root/copy");
  TaskOutcome outcome = this->Run(launch);
  ASSERT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message;
  EXPECT_EQ(outcome.artifacts["same"].at(0).size, 5);
  EXPECT_EQ(outcome.artifacts["copy"].at(0).size, 5);
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/in/data")), "input");
  EXPECT_EQ(ReadTextFile(store_->PathOf("minio://b/root/copy")), "input");
}

}  // namespace
}  // namespace penstock::executor
