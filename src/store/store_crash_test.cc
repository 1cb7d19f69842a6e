// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gtest/gtest.h>

#include "store/crash_rounds.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

constexpr int kRounds = 20;

class StoreCrashTest : public StoreTest {
 protected:
  void SetUp() override {}  // the child opens the store first
};

// The child: changes its keys until it is killed.
TEST_F(StoreCrashTest, DISABLED_Writer) {
  Reopen();
  ASSERT_TRUE(store_);
  ChangeKeysUntilKilled(*store_);
}

TEST_F(StoreCrashTest, SurvivesBeingKilledAtAnyMoment) {
  Reopen();
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  store_.reset();
  StoreModel model;
  std::mt19937 random(11);
  int acknowledged = 0;
  for (int round = 0; round < kRounds; ++round) {
    auto done = RunUntilKilled("StoreCrashTest.DISABLED_Writer", directory_.path(), random, model);
    ASSERT_TRUE(done) << "the child ended by itself";
    acknowledged += *done;
    Reopen();
    ASSERT_TRUE(store_);
    ASSERT_TRUE(logger_.WaitFor("swept orphaned data files"));
    model.Check(*store_, options_.inline_limit, options_.directory);
    if (HasFatalFailure()) return;
    store_.reset();
  }
  EXPECT_GT(acknowledged, 100);
}

}  // namespace
}  // namespace penstock::store
