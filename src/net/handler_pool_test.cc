// SPDX-License-Identifier: Apache-2.0
#include "net/handler_pool.h"

#include <future>
#include <latch>

#include <gtest/gtest.h>

namespace penstock::net {
namespace {

using std::chrono::milliseconds;

TEST(HandlerPool, GrowsToItsLimitAndQueuesTheRest) {
  std::latch all_three(3);
  std::latch release(1);
  std::promise<void> fourth;
  auto pool = HandlerPool::Create(3, milliseconds(60'000)).value();
  for (int i = 0; i < 3; ++i) {
    pool->Submit([&] {
      all_three.count_down();
      release.wait();
    });
  }
  all_three.wait();  // they run at the same time, or this never ends
  pool->Submit([&] { fourth.set_value(); });
  EXPECT_TRUE(pool->HasWaiting());
  EXPECT_EQ(pool->thread_count(), 3u);
  release.count_down();
  fourth.get_future().wait();
  EXPECT_FALSE(pool->HasWaiting());
}

TEST(HandlerPool, ThreadsThatWaitForPeersAreMadeUpForUpToALimit) {
  std::latch release(1);
  std::latch waiting(2);
  std::promise<void> third;
  auto pool = HandlerPool::Create(1, milliseconds(60'000), 1).value();
  for (int i = 0; i < 2; ++i) {
    pool->Submit([&] {
      pool->BeginWait();
      waiting.count_down();
      release.wait();
      pool->EndWait();
    });
  }
  waiting.wait();  // the second has a thread, because the first waits, or this never ends
  pool->Submit([&] { third.set_value(); });
  EXPECT_TRUE(pool->HasWaiting());
  EXPECT_EQ(pool->thread_count(), 2u);
  release.count_down();
  third.get_future().wait();
}

TEST(HandlerPool, IdleThreadsEndButOne) {
  std::latch both(2);
  auto pool = HandlerPool::Create(8, milliseconds(1)).value();
  for (int i = 0; i < 2; ++i) pool->Submit([&] { both.arrive_and_wait(); });
  while (pool->thread_count() > 1) std::this_thread::yield();
  std::promise<void> later;
  pool->Submit([&] { later.set_value(); });
  later.get_future().wait();
}

TEST(HandlerPool, DestructionRunsWhatWasSubmitted) {
  std::atomic<int> count = 0;
  {
    auto pool = HandlerPool::Create(2, milliseconds(1)).value();
    for (int i = 0; i < 1000; ++i) pool->Submit([&] { ++count; });
  }
  EXPECT_EQ(count, 1000);
}

}  // namespace
}  // namespace penstock::net
