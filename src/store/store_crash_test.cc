// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/child_process.h"
#include "store/store_model.h"
#include "store/test_store.h"

namespace penstock::store {
namespace {

constexpr int kThreads = 3;
constexpr int kRounds = 20;

class StoreCrashTest : public StoreTest {
 protected:
  void SetUp() override {}  // the child opens the store first
};

// The child: changes its keys until it is killed.
TEST_F(StoreCrashTest, DISABLED_Writer) {
  Reopen();
  ASSERT_TRUE(store_);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      std::mt19937 random(static_cast<unsigned>(::getpid() + t));
      for (;;) {
        std::string key = "thread" + std::to_string(t) + "/" + std::to_string(random() % 8);
        Change change = Change::Choose(key, random());
        WriteLine("begin " + change.Format());
        if (!change.Apply(*store_)) ::_exit(2);
        WriteLine("done " + key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(StoreCrashTest, SurvivesBeingKilledAtAnyMoment) {
  Reopen();
  ASSERT_TRUE(store_->CreateBucket("bucket", {}));
  store_.reset();
  StoreModel model;
  std::mt19937 random(11);
  int acknowledged = 0;
  for (int round = 0; round < kRounds; ++round) {
    ChildProcess child("StoreCrashTest.DISABLED_Writer", directory_.path());
    int left = static_cast<int>(random() % 120);
    for (std::string line; child.ReadLine(line); --left) {
      if (left == 0) child.Kill();
      std::istringstream words(line);
      std::string word;
      words >> word;
      if (word == "begin") {
        model.Begin(Change::Parse(words));
      } else {
        words >> word;
        model.Acknowledge(word);
        ++acknowledged;
      }
    }
    ASSERT_EQ(child.Wait(), -1) << "the child ended by itself";
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
