// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gtest/gtest.h>

#include "store/fault_index_env.h"
#include "store/open_store.h"
#include "store/store_model.h"
#include "store/test_store.h"
#include "sys/fault_file_system.h"

namespace penstock::store {
namespace {

// Index and data files on one drive that loses power, keeping what was synced and maybe a part of
// what was not.
class StorePowerLossTest : public StoreTest {
 protected:
  void SetUp() override {
    OpenOnFaults();
    ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  }

  void OpenOnFaults() {
    logger_.Clear();
    auto store = OpenStore(options_, faulty_, clock_, random_, logger_,
                           [this](const std::string&) { return env_.get(); });
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(*store);
    ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
  }

  void CutPower() {
    index_files_->CutPower();
    faulty_.CutPower();
  }

  void RestorePowerAndOpen() {
    store_.reset();
    ASSERT_TRUE(faulty_.RestorePower());
    index_files_->RestorePower(
        [&](uint64_t limit) { return std::uniform_int_distribution<uint64_t>(0, limit)(dice_); });
    OpenOnFaults();
  }

  std::mt19937 dice_{5};
  sys::FaultFileSystem faulty_{*posix_};
  std::shared_ptr<FaultIndexFiles> index_files_ = std::make_shared<FaultIndexFiles>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(index_files_);
};

TEST_F(StorePowerLossTest, NothingAcknowledgedIsLostAtAnyStepOfTheIndex) {
  StoreModel model;
  for (int round = 0; round < 40; ++round) {
    index_files_->CallAt(1 + static_cast<int>(dice_() % 20), [this] { CutPower(); });
    for (bool on = true; on;) {
      Change change = Change::Choose("k" + std::to_string(dice_() % 6), dice_());
      model.Begin(change);
      on = change.Apply(*store_).has_value();
      if (on) model.Acknowledge(change.key);
    }
    RestorePowerAndOpen();
    if (HasFatalFailure()) return;
    model.Check(*store_, options_.inline_limit, options_.directory);
    if (HasFatalFailure()) return;
  }
}

TEST_F(StorePowerLossTest, NothingIsTornAtAnyStepOfADataFile) {
  StoreModel model;
  using sys::FileOperation;
  for (FileOperation operation : {FileOperation::kCreate, FileOperation::kWrite,
                                  FileOperation::kSync, FileOperation::kSyncDirectory}) {
    for (int nth : {1, 2, 5}) {
      for (uint64_t i = 0; i < 6; ++i) {
        // Sizes 5000 and 20 000: data files of several blocks.
        Change change = Change::Choose("k" + std::to_string(i), (5 + i % 2) * 8 + 1 + i % 3);
        model.Begin(change);
        if (i == 3) faulty_.FailNth(operation, nth);
        if (change.Apply(*store_)) model.Acknowledge(change.key);
      }
      faulty_.ClearFaults();
      CutPower();
      RestorePowerAndOpen();
      if (HasFatalFailure()) return;
      model.Check(*store_, options_.inline_limit, options_.directory);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(StorePowerLossTest, NothingIsTornAtAnyStepOfAdopting) {
  StoreModel model;
  using sys::FileOperation;
  for (FileOperation operation : {FileOperation::kRename, FileOperation::kRead,
                                  FileOperation::kSync, FileOperation::kSyncDirectory}) {
    for (uint64_t i = 0; i < 6; ++i) {
      // 5000 and 20 000 bytes; see Change::Choose().
      Change change = Change::Choose("k" + std::to_string(i), (5 + i % 2) * 8 + 2);
      ASSERT_EQ(change.kind, Change::kAdopt);
      model.Begin(change);
      if (i == 3) faulty_.FailNth(operation, 1);
      const bool done = change.Apply(*store_).has_value();
      EXPECT_EQ(done, i != 3);
      if (done) model.Acknowledge(change.key);
    }
    faulty_.ClearFaults();
    CutPower();
    RestorePowerAndOpen();
    if (HasFatalFailure()) return;
    model.Check(*store_, options_.inline_limit, options_.directory);
    if (HasFatalFailure()) return;
  }
}

// A removal is not synced, so after a power loss the file may be back: an orphan to be swept.
TEST_F(StorePowerLossTest, FilesThatComeBackAreSwept) {
  Put("k", MakeBytes(1, 5000));
  Put("k", "small");
  CutPower();
  RestorePowerAndOpen();
  EXPECT_EQ(Get("k"), "small");
  EXPECT_EQ(CountDataFiles(options_.directory), 0u);
}

}  // namespace
}  // namespace penstock::store
