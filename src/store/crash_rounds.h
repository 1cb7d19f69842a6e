// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "store/child_process.h"
#include "store/store_model.h"

namespace penstock::store {

// The child's part: threads change their keys, and tell of it, until the process is killed. A store
// that is unavailable is asked again.
inline void ChangeKeysUntilKilled(ObjectStore& store) {
  constexpr int kThreads = 3;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&store, t] {
      std::mt19937 random(static_cast<unsigned>(::getpid() + t));
      for (;;) {
        std::string key = "thread" + std::to_string(t) + "/" + std::to_string(random() % 8);
        Change change = Change::Choose(key, random());
        WriteLine("begin " + change.Format());
        base::Status applied = change.Apply(store);
        // Two drives may be away until the one that is back is up to date.
        if (!applied && applied.error().code() == base::Code::kUnavailable) {
          std::this_thread::sleep_for(std::chrono::milliseconds(2));
          continue;
        }
        if (!applied) ::_exit(2);
        WriteLine("done " + key);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// The parent's: runs that test in a child and kills it after some of its changes, which the model
// learns of. Returns how many were acknowledged, or nothing where the child ended by itself.
inline std::optional<int> RunUntilKilled(const std::string& test, const std::string& directory,
                                         std::mt19937& random, StoreModel& model) {
  ChildProcess child(test, directory);
  int acknowledged = 0;
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
  if (child.Wait() != -1) return std::nullopt;
  return acknowledged;
}

}  // namespace penstock::store
