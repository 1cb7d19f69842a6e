// SPDX-License-Identifier: Apache-2.0
#include "engine/launch_queue.h"

#include <gtest/gtest.h>

namespace penstock::engine {
namespace {

std::string Take(LaunchQueue& queue) {
  auto next = queue.Next();
  return next ? next->run_id + next->task_id : "";
}

TEST(LaunchQueue, LetsRunsTakeTurns) {
  LaunchQueue queue(10);
  for (const char* task : {"1", "2", "3"}) queue.Add("a", task);
  queue.Add("b", "1");
  EXPECT_EQ(Take(queue), "a1");
  EXPECT_EQ(Take(queue), "b1");
  EXPECT_EQ(Take(queue), "a2");
  queue.Add("b", "2");
  EXPECT_EQ(Take(queue), "a3");
  EXPECT_EQ(Take(queue), "b2");
  EXPECT_EQ(Take(queue), "");
}

TEST(LaunchQueue, GivesNoMoreThanThereIsRoomFor) {
  LaunchQueue queue(2);
  for (const char* task : {"1", "2", "3"}) queue.Add("a", task);
  EXPECT_EQ(Take(queue), "a1");
  EXPECT_EQ(Take(queue), "a2");
  EXPECT_EQ(Take(queue), "");
  queue.Finished();
  EXPECT_EQ(Take(queue), "a3");
}

TEST(LaunchQueue, ForgetsWhatIsRemoved) {
  LaunchQueue queue(10);
  queue.Add("a", "1");
  queue.Add("a", "2");
  queue.Add("b", "1");
  EXPECT_TRUE(queue.Remove("a", "1"));
  EXPECT_FALSE(queue.Remove("a", "1"));
  EXPECT_FALSE(queue.Remove("c", "1"));
  queue.RemoveRun("b");
  queue.Add("b", "2");
  EXPECT_EQ(Take(queue), "a2");
  EXPECT_EQ(Take(queue), "b2");
  EXPECT_EQ(Take(queue), "");
}

}  // namespace
}  // namespace penstock::engine
