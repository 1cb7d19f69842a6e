// SPDX-License-Identifier: Apache-2.0
#include "events/event_queue.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

namespace penstock::events {
namespace {

class EventQueueTest : public testing::Test {
 protected:
  EventQueueTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "penstock-eq-XXXXXX").string();
    directory_ = mkdtemp(pattern.data());
  }
  ~EventQueueTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<EventQueue> Open(uint64_t max = 10'000, uint64_t segment = 100) {
    return EventQueue::Open(directory_, *files_, max, segment).value();
  }
  static std::string Take(EventQueue& queue) {
    std::string line = queue.Next().value().value();
    EXPECT_TRUE(queue.Pop());
    return line;
  }
  size_t Files() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(directory_), {}));
  }

  std::string directory_;
  std::unique_ptr<sys::FileSystem> files_ = sys::MakePosixFileSystem();
};

TEST_F(EventQueueTest, GivesLinesInOrderAndRemovesWhatIsRead) {
  auto queue = Open();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(queue->Append("line " + std::to_string(i)));
  EXPECT_GT(Files(), 10u);
  for (int i = 0; i < 200; ++i) EXPECT_EQ(Take(*queue), "line " + std::to_string(i));
  EXPECT_LT(Files(), 4u);
  EXPECT_EQ(queue->waiting_bytes(), 0u);
}

TEST_F(EventQueueTest, TellsTheSameLineUntilItIsDone) {
  auto queue = Open();
  ASSERT_TRUE(queue->Append("a"));
  EXPECT_EQ(queue->Next().value(), "a");
  EXPECT_EQ(queue->Next().value(), "a");
}

TEST_F(EventQueueTest, GoesOnAfterARestart) {
  for (int round = 0; round < 5; ++round) {
    auto queue = Open();
    for (int i = 0; i < 30; ++i) {
      ASSERT_TRUE(queue->Append(std::to_string(round * 30 + i)));
    }
    for (int i = 0; i < 20; ++i) EXPECT_EQ(Take(*queue), std::to_string(round * 20 + i));
    ASSERT_TRUE(queue->Sync());
  }
  auto queue = Open();
  for (int i = 100; i < 150; ++i) EXPECT_EQ(Take(*queue), std::to_string(i));
}

// Without a Sync the cursor is old: lines come again, and none is left out.
TEST_F(EventQueueTest, DeliversAgainWhatItIsNotSureOf) {
  {
    auto queue = Open();
    for (int i = 0; i < 60; ++i) ASSERT_TRUE(queue->Append(std::to_string(i)));
    for (int i = 0; i < 45; ++i) Take(*queue);
  }
  auto queue = Open();
  int first = std::stoi(Take(*queue));
  EXPECT_LE(first, 45);
  for (int i = first + 1; i < 60; ++i) EXPECT_EQ(Take(*queue), std::to_string(i));
}

TEST_F(EventQueueTest, PassesOverALineThatWasCutOff) {
  {
    auto queue = Open();
    ASSERT_TRUE(queue->Append("whole"));
  }
  std::ofstream(directory_ + "/0000000000000001.log", std::ios::app) << "half a li";
  auto queue = Open();
  ASSERT_TRUE(queue->Append("next"));
  EXPECT_EQ(Take(*queue), "whole");
  EXPECT_EQ(Take(*queue), "next");
}

TEST_F(EventQueueTest, IsBounded) {
  auto queue = Open(100, 50);
  int taken = 0;
  while (queue->Append("0123456789")) ++taken;
  EXPECT_EQ(taken, 9);
  for (int i = 0; i < 6; ++i) Take(*queue);
  EXPECT_TRUE(queue->Append("there is room again"));
}

TEST_F(EventQueueTest, StopsWithALineThatWasNotDelivered) {
  {
    auto queue = Open();
    ASSERT_TRUE(queue->Append("a"));
    EXPECT_EQ(queue->Next().value(), "a");
    queue->Stop();
    EXPECT_FALSE(queue->Next().value());
  }
  EXPECT_EQ(Take(*Open()), "a");
}

TEST_F(EventQueueTest, LosesNothingBetweenThreads) {
  auto queue = Open(1 << 20, 100);
  std::thread writer([&] {
    for (int i = 0; i < 5000; ++i) ASSERT_TRUE(queue->Append(std::to_string(i)));
  });
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(Take(*queue), std::to_string(i));
  writer.join();
  queue->Stop();
  EXPECT_FALSE(queue->Next().value());
}

}  // namespace
}  // namespace penstock::events
