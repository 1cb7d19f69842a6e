// SPDX-License-Identifier: Apache-2.0
#include "engine/launch_queue.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace penstock::engine {
namespace {

constexpr int64_t kMemory = int64_t{1000} << 20;

Capacity Processors(int64_t count) { return {100, count * 1000, kMemory}; }

std::string Take(LaunchQueue& queue) {
  auto next = queue.Next();
  return next ? next->task_id : "";
}

void Add(LaunchQueue& queue, const std::string& task, int64_t cpu_millis = 1000, int priority = 0,
         int64_t memory = 0) {
  queue.Add({task.substr(0, 1), task, priority, {cpu_millis, memory}});
}

TEST(LaunchQueue, LetsRunsTakeTurns) {
  LaunchQueue queue(Processors(10));
  for (const char* task : {"a1", "a2", "a3", "b1"}) Add(queue, task);
  EXPECT_EQ(Take(queue), "a1");
  EXPECT_EQ(Take(queue), "b1");
  EXPECT_EQ(Take(queue), "a2");
  Add(queue, "b2");
  EXPECT_EQ(Take(queue), "a3");
  EXPECT_EQ(Take(queue), "b2");
  EXPECT_EQ(Take(queue), "");
}

TEST(LaunchQueue, GivesNoMoreThanThereIsRoomFor) {
  LaunchQueue queue(Processors(2));
  for (const char* task : {"a1", "a2", "a3"}) Add(queue, task);
  EXPECT_EQ(Take(queue), "a1");
  EXPECT_EQ(Take(queue), "a2");
  EXPECT_EQ(Take(queue), "");
  queue.Finished("a1");
  queue.Finished("a1");  // once is enough
  EXPECT_EQ(Take(queue), "a3");
  EXPECT_EQ(Take(queue), "");
}

TEST(LaunchQueue, CountsTasksThatAskForNothing) {
  LaunchQueue queue({2, 1000, kMemory});
  for (const char* task : {"a1", "a2", "a3"}) Add(queue, task, 0);
  EXPECT_EQ(Take(queue), "a1");
  EXPECT_EQ(Take(queue), "a2");
  EXPECT_EQ(Take(queue), "");
}

TEST(LaunchQueue, PlacesByProcessorsAndMemory) {
  LaunchQueue queue(Processors(2));
  Add(queue, "a1", 500, 0, kMemory / 2);
  Add(queue, "b1", 500, 0, kMemory / 2);
  Add(queue, "c1", 500, 0, 1);
  Add(queue, "d1", 1000, 0, 0);
  EXPECT_EQ(Take(queue), "a1");
  EXPECT_EQ(Take(queue), "b1");
  EXPECT_EQ(Take(queue), "d1");  // there is no memory for c1
  EXPECT_EQ(Take(queue), "");
  queue.Finished("a1");
  EXPECT_EQ(Take(queue), "c1");
}

TEST(LaunchQueue, GivesTheWholeMachineToWhatAsksForMore) {
  LaunchQueue queue(Processors(2));
  Add(queue, "a1", 64'000, 0, kMemory * 100);
  Add(queue, "b1");
  EXPECT_EQ(Take(queue), "a1");
  EXPECT_EQ(Take(queue), "");
  queue.Finished("a1");
  EXPECT_EQ(Take(queue), "b1");
}

TEST(LaunchQueue, StartsHigherPrioritiesFirst) {
  LaunchQueue queue(Processors(1));
  Add(queue, "a1", 1000, 0);
  Add(queue, "b1", 1000, 5);
  Add(queue, "c1", 1000, -5);
  std::string order;
  for (std::string task = Take(queue); !task.empty(); task = Take(queue)) {
    order += task + " ";
    queue.Finished(task);
  }
  EXPECT_EQ(order, "b1 a1 c1 ");
}

TEST(LaunchQueue, ABigTaskIsPassedButNotForEver) {
  LaunchQueue queue(Processors(2));
  Add(queue, "s0");
  EXPECT_EQ(Take(queue), "s0");
  Add(queue, "b1", 2000);
  std::string running = "s0";
  int passed = 0;
  for (int i = 1; i < 1000; ++i) {
    const std::string small = "s" + std::to_string(i);
    Add(queue, small);
    const std::string next = Take(queue);
    if (next.empty()) {
      queue.Finished(running);
      break;
    }
    ASSERT_EQ(next, small);
    ++passed;
    queue.Finished(running);  // one of them always runs
    running = next;
  }
  EXPECT_GT(passed, 0);
  EXPECT_LT(passed, 100);
  EXPECT_EQ(Take(queue), "b1");
}

TEST(LaunchQueue, ABigTaskOfARunDoesNotHideTheSmallOnesBehindIt) {
  LaunchQueue queue(Processors(2));
  Add(queue, "a0");
  EXPECT_EQ(Take(queue), "a0");
  Add(queue, "a1", 2000);
  Add(queue, "a2");
  EXPECT_EQ(Take(queue), "a2");
}

TEST(LaunchQueue, ForgetsWhatIsRemoved) {
  LaunchQueue queue(Processors(10));
  Add(queue, "a1");
  Add(queue, "a2");
  Add(queue, "b1");
  EXPECT_TRUE(queue.Remove("a", "a1"));
  EXPECT_FALSE(queue.Remove("a", "a1"));
  EXPECT_FALSE(queue.Remove("c", "c1"));
  queue.RemoveRun("b");
  Add(queue, "b2");
  EXPECT_EQ(Take(queue), "a2");
  EXPECT_EQ(Take(queue), "b2");
  EXPECT_EQ(Take(queue), "");
}

// Whatever comes: never too much at once, and everything gets its turn.
TEST(LaunchQueue, NeverOverflowsAndNeverForgets) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    const Capacity capacity = Processors(static_cast<int64_t>(random() % 4) + 1);
    LaunchQueue queue(capacity);
    std::map<std::string, Demand> waiting, running;
    for (int i = 0; i < 300; ++i) {
      const std::string task =
          std::string(1, static_cast<char>('a' + random() % 5)) + std::to_string(i);
      const Demand demand{static_cast<int64_t>(random() % 5000),
                          static_cast<int64_t>(random() % static_cast<unsigned>(kMemory))};
      queue.Add({task.substr(0, 1), task, static_cast<int>(random() % 3), demand});
      waiting[task] = Within(capacity, demand);
    }
    while (!waiting.empty() || !running.empty()) {
      while (auto next = queue.Next()) {
        auto taken = waiting.extract(next->task_id);
        ASSERT_TRUE(taken) << next->task_id;
        running.insert(std::move(taken));
        Demand used;
        for (const auto& [task, demand] : running) {
          used.cpu_millis += demand.cpu_millis;
          used.memory_bytes += demand.memory_bytes;
        }
        ASSERT_LE(used.cpu_millis, capacity.cpu_millis);
        ASSERT_LE(used.memory_bytes, capacity.memory_bytes);
      }
      ASSERT_FALSE(running.empty()) << "stuck with " << waiting.size() << ", seed " << seed;
      auto ends =
          std::next(running.begin(), static_cast<std::ptrdiff_t>(random() % running.size()));
      queue.Finished(ends->first);
      running.erase(ends);
    }
  }
}

}  // namespace
}  // namespace penstock::engine
